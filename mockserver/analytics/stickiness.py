"""StickinessQuery: how many people are active in one interval of the range, in two, in three..."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import cast

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.dates import Range
from mockserver.analytics.filters import query_conditions
from mockserver.analytics.interface import Events
from mockserver.analytics.model import JSON, JSONObject, QueryContext, QueryError, QueryResult
from mockserver.analytics.periods import Period, periods_of
from mockserver.analytics.reading import choice, integer, member, optional_text
from mockserver.analytics.running import fetch, render_hogql
from mockserver.analytics.sampling import of_the_whole, sample_condition, sampling_factor
from mockserver.analytics.scope import Scope
from mockserver.analytics.series import Series, matches, series_of
from mockserver.analytics.sql import Sql

ACTOR, BUCKET = "actor", "bucket"
CRITERIA: Mapping[str, type[exp.Binary]] = MappingProxyType({"gte": exp.GTE, "lte": exp.LTE, "exact": exp.EQ})


@dataclass(frozen=True, slots=True)
class StickinessSettings:
    """`group` intervals are one, counted back from the end; `criterion` is on events per interval."""

    query: JSONObject
    group: int
    cumulative: bool
    criterion: tuple[type[exp.Binary], int] | None

    def size(self, covered: Range) -> int:
        """How many intervals a person can be active in."""
        return -(-len(covered.buckets) // self.group)


def run(query: JSONObject, events: Events, context: QueryContext) -> QueryResult:
    """Compute a StickinessQuery: per series and period, actors by their number of active intervals."""
    settings = stickiness_settings(query)
    periods = periods_of(query, events, context)
    results: list[JSON] = []
    statements: list[str] = []
    extra: dict[str, JSON] = {}
    if len(periods) > 1:
        extra["resolved_compare_date_range"] = cast("JSON", periods[1].covered.resolved())
    for series in series_of(query):
        for period in periods:
            scope = Scope(events, context)
            if not series.exists(scope):
                continue
            statement = _statement(settings, series, period.covered, scope)
            statements.append(render_hogql(statement))
            found = {
                int(cast("int", row[0])): int(cast("int", row[1]))
                for row in fetch(events, statement, context)
            }
            results.append(_row(settings, series, period, found, scope))
    return QueryResult(
        results=results,
        hogql="\nUNION ALL\n".join(statements),
        resolved_date_range=periods[0].covered.resolved(),
        extra=extra,
    )


def stickiness_settings(query: JSONObject) -> StickinessSettings:
    """Read a stickiness query; raises QueryError for a criterion that there is not."""
    given = member(query, "stickinessFilter")
    criteria = member(given, "stickinessCriteria")
    criterion = None
    if criteria:
        operator = choice(criteria, "operator", tuple(CRITERIA), "gte")
        criterion = (CRITERIA[operator], integer(criteria, "value", 1))
    computed_as = choice(given, "computedAs", ("cumulative", "non_cumulative"), "non_cumulative")
    return StickinessSettings(
        query, integer(query, "intervalCount", 1, least=1), computed_as == "cumulative", criterion
    )


def _actor(series: Series, scope: Scope) -> Sql:
    if series.math == "unique_group":
        return scope.group_key(integer(series.node, "math_group_type_index", 0))
    if series.math == "hogql":
        from mockserver.analytics.hogql.snippets import value

        expression = optional_text(series.node, "math_hogql")
        if not expression:
            raise QueryError("Field required", attr="math_hogql")
        return value(expression, scope)
    return scope.actor()


def active_intervals(
    settings: StickinessSettings, series: Series, covered: Range, scope: Scope
) -> exp.Select:
    """SELECT actor, in how many intervals it was active."""
    actor = _actor(series, scope)
    # Counted from the end, so that an incomplete group of intervals is the range's first.
    last = len(covered.buckets) - 1
    from_end: Sql = exp.Sub(this=sql.number(last), expression=scope.bucket(covered))
    if settings.group > 1:
        share = exp.Div(this=exp.Paren(this=from_end), expression=sql.number(settings.group))
        from_end = exp.cast(sql.call("floor", share), "int")
    where = [scope.between(covered.start, covered.end), matches(series, scope)]
    where += [*query_conditions(settings.query, scope), actor.copy().is_(exp.null()).not_()]
    where += sample_condition(sampling_factor(settings.query), scope.actor())
    per_interval = scope.select(
        actor.as_(ACTOR, copy=False), from_end.as_(BUCKET, copy=False), where=where
    ).group_by(sql.number(1), sql.number(2), copy=False)
    if settings.criterion is not None:
        compare, value = settings.criterion
        per_interval = per_interval.having(
            compare(this=sql.count_all(), expression=sql.number(value)), copy=False
        )
    return (
        exp.select(sql.column(ACTOR), sql.count_all().as_("intervals", copy=False))
        .from_(per_interval.subquery("per_interval", copy=False), copy=False)
        .group_by(sql.column(ACTOR), copy=False)
    )


def _statement(settings: StickinessSettings, series: Series, covered: Range, scope: Scope) -> exp.Select:
    per_actor = active_intervals(settings, series, covered, scope)
    return (
        exp.select(sql.column("intervals"), sql.count_all().as_("actors", copy=False))
        .from_(per_actor.subquery("per_actor", copy=False), copy=False)
        .group_by(sql.column("intervals"), copy=False)
    )


def _row(
    settings: StickinessSettings, series: Series, period: Period, found: Mapping[int, int], scope: Scope
) -> dict[str, JSON]:
    factor = sampling_factor(settings.query)
    numbers = range(1, settings.size(period.covered) + 1)
    data = [of_the_whole(found.get(number, 0), factor) for number in numbers]
    count = sum(data)
    suffix = ""
    if settings.cumulative:
        suffix = " or more"
        data = [sum(data[place:]) for place in range(len(data))]
    interval = period.covered.interval
    described = series.describe(scope)
    made: dict[str, JSON] = {
        "count": count,
        "data": data,
        "days": list(numbers),
        "label": series.name(scope),
        "labels": [f"{number} {interval}{'s' if number > 1 else ''}{suffix}" for number in numbers],
        "action": {key: described[key] for key in ("order", "type", "name", "id", "custom_name", "math")},
    }
    if period.compare_label is not None:
        made |= {"compare": True, "compare_label": period.compare_label}
    return made
