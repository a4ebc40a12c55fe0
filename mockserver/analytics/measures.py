"""How a trends series is counted: totals, people, sessions, sums and percentiles of a property."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeAlias

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.model import QueryError
from mockserver.analytics.reading import integer, optional_number, optional_text
from mockserver.analytics.scope import Scope
from mockserver.analytics.series import Series
from mockserver.analytics.sql import Sql

Shape: TypeAlias = Literal["plain", "active", "per_actor", "per_session", "first"]

ACTIVE_DAYS: Mapping[str, int] = MappingProxyType({"weekly_active": 7, "monthly_active": 30})
PERCENTILES: Mapping[str, float] = MappingProxyType(
    {"median": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95, "p99": 0.99}
)
FIRST_EVER = frozenset(
    {"first_time_for_user", "first_matching_event_for_user", "first_time_for_user_with_filters"}
)
PER_ACTOR = "_count_per_actor"
ACTOR, SESSION_ID, VALUE, BUCKET = "actor", "session_id", "value", "bucket"


@dataclass(frozen=True, slots=True)
class Measure:
    """What is read of each event and how it is put together.

    `columns` are read from the events under their names; `aggregate` speaks of those names only.
    `counts` says that the outcome is a number of things, which a sample has to be scaled up for.
    """

    shape: Shape
    columns: Mapping[str, Sql]
    aggregate: Sql
    counts: bool = True
    distinct_actors: bool = False
    days: int = 0
    filters_first: bool = field(default=False)


def measure_of(series: Series, scope: Scope) -> Measure:
    """How a series is counted; raises QueryError for a `math` that there is not."""
    math = series.math
    actor = {ACTOR: scope.actor()}
    if math == "total":
        return Measure("plain", {}, sql.count_all())
    if math == "dau" or math in ACTIVE_DAYS:
        counted = sql.count_distinct(sql.column(ACTOR))
        if math == "dau":
            return Measure("plain", actor, counted, distinct_actors=True)
        return Measure("active", actor, counted, distinct_actors=True, days=ACTIVE_DAYS[math])
    if math == "unique_session":
        # PostHog: all events without a session make one session more.
        session = exp.func("coalesce", scope.event("$session_id"), sql.text(""))
        return Measure("plain", {SESSION_ID: session}, sql.count_distinct(sql.column(SESSION_ID)))
    if math == "unique_group":
        key = scope.group_key(integer(series.node, "math_group_type_index", 0))
        return Measure("plain", {VALUE: key}, sql.count_distinct(sql.column(VALUE)))
    if math in FIRST_EVER:
        filters_first = math != "first_time_for_user"
        return Measure("first", actor, sql.count_all(), filters_first=filters_first)
    if math == "hogql":
        from mockserver.analytics.hogql.snippets import aggregate

        columns, expression = aggregate(optional_text(series.node, "math_hogql") or "count()", scope)
        # PostHog: whatever an expression gives is taken for a count of the sample.
        return Measure("plain", columns, expression)
    if math.endswith(PER_ACTOR):
        function = numeric_aggregate(math.removesuffix(PER_ACTOR))
        return Measure("per_actor", actor, function, counts=False)
    return _property_measure(series, math, scope)


def numeric_aggregate(math: str) -> Sql:
    """An aggregate over the column `value`; raises QueryError when there is none of that name."""
    value = sql.column(VALUE)
    if math in PERCENTILES:
        return sql.call("quantile_cont", value, sql.number(PERCENTILES[math]))
    plain: dict[str, Sql] = {
        "sum": exp.Sum(this=value),
        "avg": exp.Avg(this=value),
        "min": exp.Min(this=value),
        "max": exp.Max(this=value),
    }
    if math not in plain:
        raise QueryError(f"Unsupported math type: {math}", attr="math")
    return plain[math]


def _property_measure(series: Series, math: str, scope: Scope) -> Measure:
    aggregate = numeric_aggregate(math)
    name = optional_text(series.node, "math_property")
    if not name:
        raise QueryError(f"Math type {math} needs a math_property", attr="math_property")
    kind = optional_text(series.node, "math_property_type") or "event_properties"
    multiplier = optional_number(series.node, "math_multiplier")

    def value(read: Sql) -> Sql:
        number = sql.as_double(read)
        return number if multiplier is None else exp.Mul(this=number, expression=sql.number(multiplier))

    if kind == "session_properties" or name == "$session_duration":
        session = scope.event("$session_id")
        columns = {SESSION_ID: session, VALUE: value(sql.as_text(scope.session(name)))}
        return Measure("per_session", columns, aggregate, counts=False)
    read = scope.person(name) if kind == "person_properties" else scope.event(name)
    return Measure("plain", {VALUE: value(read)}, aggregate, counts=math == "sum")
