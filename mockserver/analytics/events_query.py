"""EventsQuery: rows of events, or counts of them, by named columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.dates import parse_date
from mockserver.analytics.filters import property_group, query_conditions
from mockserver.analytics.hogql.kinds import WHOLE, Typed
from mockserver.analytics.hogql.sources import EventsSource
from mockserver.analytics.interface import Events
from mockserver.analytics.model import JSON, JSONObject, QueryContext, QueryResult
from mockserver.analytics.ranges import local_now
from mockserver.analytics.reading import integer, optional_text, sequence
from mockserver.analytics.scope import Scope
from mockserver.analytics.series import Series, what_matches
from mockserver.analytics.sql import Sql
from mockserver.analytics.tables import COMMENT, TableColumn, TableQuery, aggregates, json_object, order_of

STAR = ("uuid", "event", "properties", "timestamp", "team_id", "distinct_id", "elements_chain", "created_at")
PERSON = (
    "person.id",
    "person.created_at",
    "person.properties",
    "distinct_id",
    "person.is_identified is not null",
)
DISPLAY_NAME = (
    "coalesce(person.properties.email, person.properties.name, person.properties.username, distinct_id)",
    "person.id",
    "distinct_id",
)
DEFAULT_AFTER = "-24h"
COMPOSED = frozenset({"*", "person", "person_display_name"})


def run(query: JSONObject, events: Events, context: QueryContext) -> QueryResult:
    """Compute an EventsQuery: `columns` echo `select`, `types` are plain strings.

    PostHog: without `orderBy` the first aggregate goes down, else `timestamp` down where it is a column, else
    the first column up; without `after` the last 24 hours are looked at, `all` lifts that.
    """
    table = TableQuery(query, events, context)
    scope = Scope(events, context)
    source = EventsSource("events", scope, table.compiler.localise)
    table.read_from(source)
    names = [str(each) for each in sequence(query.get("select"), "select")] or ["*"]
    for name in names:
        table.add(_column(name))
    order = order_of(query) or _default_order(table)
    if table.has_aggregates() or any(COMMENT.sub("", key).strip() in COMPOSED for key, _ in order):
        source.conditions = _conditions(query, scope, context)
        return table.run(order)
    numbers = _page(query, order, events, context)
    source.conditions = [exp.In(this=scope.column("number"), query=numbers.subquery(copy=False))]
    return table.run(order, offset=0)


def _page(
    query: JSONObject, order: Sequence[tuple[str, bool]], events: Events, context: QueryContext
) -> exp.Select:
    """The numbers of a page's events: only these are then read in full, people and properties and all."""
    table = TableQuery(query, events, context)
    scope = Scope(events, context)
    source = EventsSource("events", scope, table.compiler.localise)
    source.conditions = _conditions(query, scope, context)
    table.read_from(source)
    number = source.want("number", Typed(scope.column("number"), WHOLE))
    return table.statement([number.sql], order, table.page[1])


def _column(name: str) -> TableColumn:
    bare = COMMENT.sub("", name).strip()
    if bare == "*":
        return TableColumn(name, STAR, _event, "Tuple")
    if bare == "person":
        return TableColumn(name, PERSON, _person, "Tuple")
    if bare == "person_display_name":
        return TableColumn(name, DISPLAY_NAME, _display_name, "Tuple")
    return TableColumn(name, (bare,))


def _event(values: Sequence[JSON]) -> JSON:
    row = dict(zip(STAR, values, strict=True))
    properties = json_object(row["properties"])
    row["properties"] = properties
    processed = not isinstance(properties, dict) or properties.get("$process_person_profile") is not False
    row["person_mode"] = "full" if processed else "propertyless"
    return row


def _person(values: Sequence[JSON]) -> JSON:
    identifier, created_at, properties, distinct_id, is_known = values
    if not is_known:
        return {"distinct_id": distinct_id}
    return {
        "uuid": identifier,
        "created_at": created_at,
        "properties": json_object(properties),
        "distinct_id": distinct_id,
    }


def _display_name(values: Sequence[JSON]) -> JSON:
    return {"display_name": values[0], "id": values[1], "distinct_id": values[2]}


def _conditions(query: JSONObject, scope: Scope, context: QueryContext) -> list[Sql]:
    conditions = query_conditions(query, scope)
    if query.get("fixedProperties"):
        conditions.append(property_group(query["fixedProperties"], scope))
    event = optional_text(query, "event")
    if event:
        conditions.append(scope.column("event").eq(sql.text(event)))
    if query.get("actionId") is not None:
        action: JSONObject = {"kind": "ActionsNode", "id": integer(query, "actionId", 0)}
        conditions.append(what_matches(Series(action, 0), scope))
    person = optional_text(query, "personId")
    if person:
        conditions.append(sql.as_text(scope.person_uuid()).eq(sql.text(person)))
    after, before = optional_text(query, "after") or DEFAULT_AFTER, optional_text(query, "before")
    timestamp = scope.column("timestamp")
    if after != "all":
        conditions.append(timestamp > sql.instant(_moment(after, context)))
    until = _moment(before, context) if before else context.now + timedelta(seconds=5)
    if before or after != "all":
        conditions.append(scope.column("timestamp") < sql.instant(until))
    return conditions


def _moment(value: str, context: QueryContext) -> datetime:
    return parse_date(value, local_now(context)).moment


def _default_order(table: TableQuery) -> list[tuple[str, bool]]:
    names = [column.name for column in table.columns]
    if "count()" in names:
        return [("count()", True)]
    if table.has_aggregates():
        first = next(name for name in names if aggregates(name))
        return [(first, True)]
    if "timestamp" in names:
        return [("timestamp", True)]
    return [("timestamp", True)] if names[0] == "*" else [(names[0], False)]
