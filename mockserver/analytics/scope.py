"""One query's view of the events: which columns it reads and which joins they need."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.dates import FINE, Range, zone
from mockserver.analytics.interface import Events
from mockserver.analytics.model import QueryContext, QueryError
from mockserver.analytics.sql import Sql
from mockserver.analytics.storage import Catalog

EVENTS, PERSON, SESSION = "events", "person", "session"
DURATION = "$session_duration"

SESSION_URL = "$current_url"


class Scope:
    """Builds reads of events, their people, sessions and groups, and remembers the joins these need."""

    def __init__(self, events: Events, context: QueryContext) -> None:
        self.events = events
        self.context = context
        self.zone = zone(context.timezone)
        self._event_catalog = events.event_properties
        self._person_catalog = events.person_properties
        self._joins: dict[str, exp.Join] = {}

    def column(self, name: str) -> Sql:
        """A column of the events themselves: event, distinct_id, timestamp, uuid, actor, number."""
        return sql.written(sql.column(name, EVENTS), name)

    def event(self, name: str) -> Sql:
        """An event property's text, null where it is not set."""
        return _property(self._event_catalog, EVENTS, name, "properties")

    def person(self, name: str) -> Sql:
        """A property of the event's person as text."""
        self._join_person()
        return _property(self._person_catalog, PERSON, name, "person.properties")

    def person_column(self, name: str) -> Sql:
        """A column of the event's person: uuid, created_at, number."""
        self._join_person()
        return sql.written(sql.column(name, PERSON), f"person.{name}")

    def group(self, type_index: int, name: str) -> Sql:
        """A property of the group the event belongs to, as text."""
        alias = f"group_{int(type_index)}"
        if alias not in self._joins:
            key = self.group_key(type_index)
            condition = sql.all_of(
                [
                    sql.column("type_index", alias).eq(sql.number(type_index)),
                    sql.column("group_key", alias).eq(key),
                ]
            )
            self._joins[alias] = _left_join(exp.to_table("groups").as_(alias, copy=False), condition)
        return json_text(sql.column("properties", alias), name)

    def group_key(self, type_index: int) -> Sql:
        """The key of the group the event belongs to, null when it belongs to none."""
        return exp.func("nullif", self.event(f"$group_{int(type_index)}"), sql.text(""))

    def session(self, name: str) -> Sql:
        """A property of the event's whole session: `$session_duration` in seconds, urls and counts."""
        if SESSION not in self._joins:
            session_id = self.event("$session_id")
            joined = self._sessions().subquery(SESSION, copy=False)
            self._joins[SESSION] = _left_join(joined, sql.column("session_id", SESSION).eq(session_id))
        known = self._session_columns()
        if name not in known:
            raise QueryError(f"Unknown session property: {name}")
        return sql.written(sql.column(name, SESSION), f"session.{name}")

    def actor(self, group_type_index: int | None = None) -> Sql:
        """Who is counted: the person, or the group of a type."""
        return self.column("actor") if group_type_index is None else self.group_key(group_type_index)

    def person_uuid(self) -> Sql:
        """The person's id; those without a person have one derived from their distinct id."""
        derived = exp.cast(sql.call("md5", self.column("distinct_id")), "uuid")
        return exp.func("coalesce", self.person_column("uuid"), derived)

    def select(self, *projections: Sql, where: list[Sql] | None = None) -> exp.Select:
        """SELECT the projections from the events and whatever they were found to need."""
        query = exp.select(*projections).from_(exp.to_table("events"), copy=False)
        for join in self._joins.values():
            query.append("joins", join.copy())
        return query.where(*(where or []), copy=False)

    def between(self, start: datetime, end: datetime) -> Sql:
        """Events from `start` to `end`, both included."""
        timestamp = self.column("timestamp")
        return exp.and_(timestamp >= sql.instant(start), self.column("timestamp") <= sql.instant(end))

    def local(self, moment: Sql, start: datetime, end: datetime) -> Sql:
        """A UTC timestamp moved to the project's wall clock; right for moments from `start` to `end`.

        Written as a CASE over the zone's changes in that time: four times as fast as asking the database's
        calendar for each row, and the same in any database.
        """
        changes = offset_changes(self.zone, start, end)
        last = changes[-1][1]
        if len(changes) == 1:
            return moment if last == timedelta() else _plus(moment, last)
        branches = [
            (moment < sql.instant(until), _plus(moment, offset))
            for until, offset in changes
            if until is not None
        ]
        return sql.case(branches, _plus(moment, last))

    def bucket(self, covered: Range) -> Sql:
        """The number of the bucket an event falls in, 0 for the range's first, below 0 before it."""
        return self.bucket_of(self.column("timestamp"), covered)

    def bucket_of(self, timestamp: Sql, covered: Range, reach: timedelta = timedelta(days=32)) -> Sql:
        """The bucket of any timestamp from `reach` before the range to its end."""
        first = covered.first
        if covered.interval in FINE:
            since = exp.Sub(this=sql.call("epoch_us", timestamp), expression=sql.number(_microseconds(first)))
            width = sql.number(60_000_000 if covered.interval == "minute" else 3_600_000_000)
            return exp.cast(
                sql.call("floor", exp.Div(this=exp.Paren(this=since), expression=width)),
                "int",
            )
        moment = self.local(timestamp, first - reach, covered.end)
        day = first.date().isoformat()
        origin = sql.written(exp.cast(sql.text(day), "timestamp"), f"toDateTime('{day}')")
        unit = "month" if covered.interval == "month" else "day"
        passed = sql.call("date_diff", sql.text(unit), origin, moment)
        if covered.interval != "week":
            return passed
        return exp.cast(sql.call("floor", exp.Div(this=passed, expression=sql.number(7))), "int")

    def _join_person(self) -> None:
        if PERSON not in self._joins:
            condition = sql.column("number", PERSON).eq(self.column("actor"))
            self._joins[PERSON] = _left_join(exp.to_table("persons").as_(PERSON, copy=False), condition)

    def _session_columns(self) -> dict[str, Sql]:
        return session_columns(self)

    def _sessions(self) -> exp.Select:
        plain = Scope(self.events, self.context)
        session_id = plain.event("$session_id")
        columns = [value.as_(name, quoted=True, copy=False) for name, value in session_columns(plain).items()]
        return (
            plain.select(session_id.as_("session_id", copy=False), *columns)
            .where(session_id.is_(exp.null()).not_(), copy=False)
            .group_by(session_id.copy(), copy=False)
        )


def session_columns(scope: Scope) -> dict[str, Sql]:
    """What is known of a session, as aggregates over all its events."""
    timestamp = scope.column("timestamp")
    started, ended = exp.Min(this=timestamp), exp.Max(this=timestamp)
    duration = exp.Div(
        this=sql.call("date_diff", sql.text("microsecond"), started, ended),
        expression=exp.cast(sql.number(1_000_000), "double"),
    )
    is_view = scope.column("event").eq(sql.text("$pageview"))
    views = sql.filtered(sql.count_all(), is_view)
    clicks = sql.filtered(sql.count_all(), scope.column("event").eq(sql.text("$autocapture")))
    columns: dict[str, Sql] = {
        DURATION: duration,
        "$start_timestamp": started,
        "$end_timestamp": ended,
        "$pageview_count": views,
        "$autocapture_count": clicks,
        "$event_count": sql.count_all(),
    }
    entry_like = {
        "$entry_current_url": "$current_url",
        "$entry_pathname": "$pathname",
        "$entry_hostname": "$host",
        "$entry_referring_domain": "$referring_domain",
        "$entry_utm_source": "utm_source",
        "$entry_utm_medium": "utm_medium",
        "$entry_utm_campaign": "utm_campaign",
        "$entry_utm_term": "utm_term",
        "$entry_utm_content": "utm_content",
        "$entry_gclid": "gclid",
    }
    for name, read in entry_like.items():
        columns[name] = sql.call("arg_min", scope.event(read), timestamp)
    urls = exp.Count(this=exp.Distinct(expressions=[scope.event("$current_url")]))
    columns["$num_uniq_urls"] = urls
    columns["$screen_count"] = sql.filtered(sql.count_all(), scope.column("event").eq(sql.text("$screen")))
    last_like = {"$end_current_url": "$current_url", "$end_pathname": "$pathname", "$end_hostname": "$host"}
    for name, read in last_like.items():
        columns[name] = sql.call("arg_max", scope.event(read), timestamp)
    # PostHog: a bounce is a session of one page view, no click and less than ten seconds.
    columns["$is_bounce"] = exp.and_(
        views.copy().eq(sql.number(1)), clicks.copy().eq(sql.number(0)), duration.copy() < sql.number(10)
    )
    return columns


def json_text(document: Sql, name: str) -> Sql:
    """One member of a JSON document as text, null when absent or null."""
    pointer = "/" + name.replace("~", "~0").replace("/", "~1")
    return sql.call("json_extract_string", document, sql.text(pointer))


def offset_changes(where: tzinfo, start: datetime, end: datetime) -> list[tuple[datetime | None, timedelta]]:
    """The zone's offsets in order, each with the moment it ends, None for the last."""
    moment, limit = start.astimezone(UTC), end.astimezone(UTC)
    changes: list[tuple[datetime | None, timedelta]] = []
    while moment < limit:
        following = min(moment + timedelta(days=7), limit)
        before, after = _offset(where, moment), _offset(where, following)
        if before != after:
            low, high = moment, following
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) / 2
                low, high = (middle, high) if _offset(where, middle) == before else (low, middle)
            changes.append((high.replace(microsecond=0), before))
        moment = following
    changes.append((None, _offset(where, limit)))
    return changes


def _offset(where: tzinfo, moment: datetime) -> timedelta:
    return moment.astimezone(where).utcoffset() or timedelta()


def _plus(moment: Sql, offset: timedelta) -> Sql:
    seconds = exp.Interval(this=sql.number(int(offset.total_seconds())), unit=exp.var("second"))
    return exp.Add(this=moment.copy(), expression=seconds)


def _microseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _property(catalog: Catalog, table: str, name: str, prefix: str) -> Sql:
    place = catalog.get(name)
    read = sql.column(place.physical, table) if place else json_text(sql.column("rest", table), name)
    shown = name if re.fullmatch(r"[$\w]+", name) else "`" + name.replace("`", "``") + "`"
    return sql.written(read, f"{prefix}.{shown}")


def _left_join(joined: exp.Expr, condition: Sql) -> exp.Join:
    return exp.Join(this=joined, side="LEFT", on=condition)
