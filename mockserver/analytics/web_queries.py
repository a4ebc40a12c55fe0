"""WebOverviewQuery and WebStatsTableQuery: a site's visitors, views and sessions."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.dates import Range
from mockserver.analytics.filters import query_conditions
from mockserver.analytics.interface import Events
from mockserver.analytics.model import JSON, JSONObject, QueryContext, QueryError, QueryResult
from mockserver.analytics.periods import period_of
from mockserver.analytics.ranges import compared_range
from mockserver.analytics.reading import boolean, integer, member, optional_text
from mockserver.analytics.running import Row, fetch, render_hogql
from mockserver.analytics.scope import Scope
from mockserver.analytics.sql import Sql

VIEWS = ("$pageview", "$screen")
BREAKDOWNS: Mapping[str, str] = MappingProxyType(
    {
        "Page": "$pathname",
        "InitialPage": "session.$entry_pathname",
        "ExitPage": "session.$end_pathname",
        "InitialReferringDomain": "session.$entry_referring_domain",
        "InitialUTMSource": "session.$entry_utm_source",
        "InitialUTMMedium": "session.$entry_utm_medium",
        "InitialUTMCampaign": "session.$entry_utm_campaign",
        "InitialUTMTerm": "session.$entry_utm_term",
        "InitialUTMContent": "session.$entry_utm_content",
        "Browser": "$browser",
        "OS": "$os",
        "DeviceType": "$device_type",
        "Viewport": "$viewport",
        "Country": "$geoip_country_code",
        "Region": "$geoip_subdivision_1_code",
        "City": "$geoip_city_name",
        "Language": "$browser_language",
        "Timezone": "$timezone",
    }
)
DEFAULT_ROWS = 10


def run(query: JSONObject, events: Events, context: QueryContext) -> QueryResult:
    """Compute either kind; `previous` numbers are null unless the query compares."""
    covered = period_of(query, events, context, "day")
    compares = boolean(member(query, "compareFilter"), "compare")
    compare_to = optional_text(member(query, "compareFilter"), "compare_to")
    before = compared_range(covered, compare_to, query.get("dateRange")) if compares else None
    if query.get("kind") == "WebOverviewQuery":
        return _overview(query, events, context, covered, before)
    return _table(query, events, context, covered, before)


def _views(query: JSONObject, scope: Scope, covered: Range) -> list[Sql]:
    is_view = exp.In(this=scope.column("event"), expressions=[sql.text(each) for each in VIEWS])
    return [scope.between(covered.start, covered.end), is_view, *query_conditions(query, scope)]


def _overview(
    query: JSONObject, events: Events, context: QueryContext, covered: Range, before: Range | None
) -> QueryResult:
    now, statement = _numbers(query, events, context, covered)
    earlier = _numbers(query, events, context, before)[0] if before is not None else None
    keys = (
        ("visitors", "unit", False),
        ("views", "unit", False),
        ("sessions", "unit", False),
        ("session duration", "duration_s", False),
        ("bounce rate", "percentage", True),
    )
    results: list[JSON] = []
    for place, (key, kind, is_bad) in enumerate(keys):
        value, previous = now[place], earlier[place] if earlier is not None else None
        change = round(100 * (value - previous) / previous) if previous and value is not None else None
        results.append(
            {
                "key": key,
                "kind": kind,
                "isIncreaseBad": is_bad,
                "value": value,
                "previous": previous,
                "changeFromPreviousPct": change,
            }
        )
    return QueryResult(results, hogql=statement, resolved_date_range=covered.resolved())


def _numbers(
    query: JSONObject, events: Events, context: QueryContext, covered: Range
) -> tuple[list[float | None], str]:
    scope = Scope(events, context)
    session = scope.event("$session_id").as_("session_id", copy=False)
    seen = scope.select(
        scope.column("actor").as_("actor", copy=False),
        session,
        scope.session("$session_duration").as_("duration", copy=False),
        scope.session("$is_bounce").as_("bounce", copy=False),
        where=_views(query, scope, covered),
    )
    per_session = (
        exp.select(
            sql.column("session_id"),
            sql.call("any_value", sql.column("duration")).as_("duration", copy=False),
            sql.call("any_value", sql.column("bounce")).as_("bounce", copy=False),
        )
        .from_("seen", copy=False)
        .where(sql.column("session_id").is_(exp.null()).not_(), copy=False)
        .group_by(sql.column("session_id"), copy=False)
    )
    averages = [
        exp.select(exp.Avg(this=value)).from_("per_session", copy=False).subquery(copy=False)
        for value in (sql.column("duration"), exp.cast(sql.column("bounce"), "int"))
    ]
    statement = (
        exp.select(
            sql.count_distinct(sql.column("actor")),
            sql.count_all(),
            sql.count_distinct(sql.column("session_id")),
            *averages,
        )
        .from_("seen", copy=False)
        .with_("seen", seen, copy=False)
        .with_("per_session", per_session, copy=False)
    )
    row = fetch(events, statement, context)[0]
    found = [float(str(value)) if value is not None else None for value in row]
    whole = [int(value or 0) for value in found[:3]]
    bounce = 100 * found[4] if found[4] is not None else None
    return [*whole, found[3], bounce], render_hogql(statement)


def _table(
    query: JSONObject, events: Events, context: QueryContext, covered: Range, before: Range | None
) -> QueryResult:
    name = optional_text(query, "breakdownBy") or "Page"
    if name not in BREAKDOWNS:
        raise QueryError(f"Unknown breakdown: {name}", attr="breakdownBy")
    limit = integer(query, "limit", DEFAULT_ROWS, least=1)
    now, statement = _by_value(query, events, context, covered, BREAKDOWNS[name])
    earlier = _by_value(query, events, context, before, BREAKDOWNS[name])[0] if before is not None else []
    past = {row[0]: row for row in earlier}
    ranked = sorted(now, key=lambda row: (-int(str(row[1])), -int(str(row[2])), row[0] is None, str(row[0])))
    rows: list[JSON] = []
    for value, visitors, views in ranked[:limit]:
        old = past.get(value)
        previous: list[int | None] = [None, None]
        if before is not None:
            previous = [int(str(old[1])), int(str(old[2]))] if old else [0, 0]
        rows.append(
            [
                str(value) if value is not None else None,
                [int(str(visitors)), previous[0]],
                [int(str(views)), previous[1]],
            ]
        )
    columns = ["context.columns.breakdown_value", "context.columns.visitors", "context.columns.views"]
    return QueryResult(
        rows,
        columns=columns,
        types=["Nullable(String)", "Tuple(UInt64, UInt64)", "Tuple(UInt64, UInt64)"],
        hogql=statement,
        has_more=len(ranked) > limit,
        resolved_date_range=covered.resolved(),
        extra={"limit": limit, "offset": 0},
    )


def _by_value(
    query: JSONObject, events: Events, context: QueryContext, covered: Range, name: str
) -> tuple[list[Row], str]:
    scope = Scope(events, context)
    read = scope.session(name.removeprefix("session.")) if name.startswith("session.") else scope.event(name)
    statement = scope.select(
        read.as_("value", copy=False),
        sql.count_distinct(scope.column("actor")).as_("visitors", copy=False),
        sql.count_all().as_("views", copy=False),
        where=_views(query, scope, covered),
    ).group_by(sql.number(1), copy=False)
    return fetch(events, statement, context), render_hogql(statement)
