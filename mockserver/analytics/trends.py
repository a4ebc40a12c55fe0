"""TrendsQuery: numbers over time, or one number, by series, breakdown and period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import cast

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.breakdowns import (
    OTHER_GROUP,
    Breakdown,
    Group,
    bin_edges,
    breakdown_of,
    group_columns,
    property_value,
)
from mockserver.analytics.dates import Range
from mockserver.analytics.filters import query_conditions
from mockserver.analytics.interface import Events
from mockserver.analytics.measures import measure_of
from mockserver.analytics.model import JSON, JSONObject, QueryContext, QueryResult
from mockserver.analytics.periods import Period, periods_of
from mockserver.analytics.reading import integer, member, optional_text
from mockserver.analytics.running import fetch, render_hogql
from mockserver.analytics.sampling import of_the_whole, sample_condition, sampling_factor
from mockserver.analytics.scope import Scope
from mockserver.analytics.series import Series, filter_conditions, series_of, what_matches
from mockserver.analytics.trends_formula import formulas_of, with_formulas
from mockserver.analytics.trends_rows import Settings, TrendRow, finished, sort_rows
from mockserver.analytics.trends_sql import (
    Plan,
    group_of,
    is_running,
    series_query,
)

TOTAL_DISPLAYS = frozenset(
    {"ActionsPie", "BoldNumber", "ActionsBarValue", "ActionsTable", "WorldMap", "Metric"}
)
CUMULATIVE_DISPLAY = "ActionsLineGraphCumulative"
UNLIMITED_DISPLAYS = frozenset({"WorldMap"})


@dataclass(slots=True)
class Computation:
    """One run of a TrendsQuery: what it shares between series and what it has found."""

    query: JSONObject
    events: Events
    context: QueryContext
    breakdown: Breakdown
    display: str
    factor: float
    hogql: list[str] = field(default_factory=list)
    has_other: bool = False

    @property
    def total(self) -> bool:
        """Whether each series is one number."""
        return self.display in TOTAL_DISPLAYS

    @property
    def cumulative(self) -> bool:
        """Whether buckets add up from left to right."""
        return self.display == CUMULATIVE_DISPLAY


def run(query: JSONObject, events: Events, context: QueryContext) -> QueryResult:
    """Compute a TrendsQuery: series, each with `data`, `days` and `labels`, or an `aggregated_value`."""
    settings = member(query, "trendsFilter")
    display = optional_text(settings, "display") or "ActionsLineGraph"
    breakdown = breakdown_of(query, limited=display not in UNLIMITED_DISPLAYS)
    run_ = Computation(query, events, context, breakdown, display, sampling_factor(query))
    periods = periods_of(query, events, context)
    scope = Scope(events, context)
    series = [each for each in series_of(query) if each.exists(scope)]
    rows: list[list[TrendRow]] = [_rows_of(run_, each, period) for each in series for period in periods]
    formulas = formulas_of(settings)
    flat = (
        with_formulas(formulas, rows, len(periods)) if formulas else [row for group in rows for row in group]
    )
    smoothing = integer(settings, "smoothingIntervals", 1, least=1)
    described = Settings(
        query, breakdown, run_.total, run_.cumulative, smoothing, len(series), len(periods) > 1
    )
    extra: dict[str, JSON] = {}
    if len(periods) > 1:
        extra["resolved_compare_date_range"] = cast("JSON", periods[1].covered.resolved())
    return QueryResult(
        results=[finished(row, described, scope) for row in flat],
        hogql="\nUNION ALL\n".join(run_.hogql),
        has_more=run_.has_other,
        resolved_date_range=periods[0].covered.resolved(),
        extra=extra,
    )


def _rows_of(run_: Computation, series: Series, period: Period) -> list[TrendRow]:
    scope = Scope(run_.events, run_.context)
    plan = _plan(run_, series, period.covered, scope)
    compiled = series_query(plan, scope)
    run_.hogql.append(render_hogql(compiled))
    fetched = fetch(run_.events, compiled, run_.context)
    size = 1 if run_.total else len(period.covered.buckets)
    data: dict[Group, list[float]] = {} if run_.breakdown.size else {(): [0] * size}
    before: dict[Group, float] = {}
    for row in fetched:
        group, place = group_of(row), int(cast("int", row[0]))
        values = data.setdefault(group, [0] * size)
        number = _number(row[-1])
        if 0 <= place < size:
            values[place] += number
        elif place < 0:
            before[group] = before.get(group, 0) + number
    if is_running(plan):
        data = _summed_up(data, before)
    if plan.measure.counts and run_.factor < 1:
        data = {
            group: [of_the_whole(value, run_.factor) for value in values] for group, values in data.items()
        }
    if run_.cumulative:
        data = {group: list(accumulate(values)) for group, values in data.items()}
    run_.has_other = run_.has_other or any(OTHER_GROUP in group for group in data)
    rows = [TrendRow(series, period, group, values) for group, values in data.items()]
    return sort_rows(rows, run_.cumulative)


def _summed_up(data: dict[Group, list[float]], before: dict[Group, float]) -> dict[Group, list[float]]:
    summed = {
        group: list(accumulate(values, initial=before.get(group, 0)))[1:] for group, values in data.items()
    }
    return {group: values for group, values in summed.items() if any(values) or not group}


def _number(value: object) -> float:
    if value is None:
        return 0
    if isinstance(value, int | float):
        return 0 if value != value else value  # noqa: PLR0124
    return float(str(value))


def _plan(run_: Computation, series: Series, covered: Range, scope: Scope) -> Plan:
    measure = measure_of(series, scope)
    conditions = [*query_conditions(run_.query, scope), *sample_condition(run_.factor, scope.actor())]
    bins = _bins(run_, series, covered)
    groups = group_columns(run_.breakdown, scope, bins)
    return Plan(series, measure, run_.breakdown, groups, covered, run_.total, run_.cumulative, conditions)


def _bins(run_: Computation, series: Series, covered: Range) -> Sequence[Sequence[float] | None]:
    """The edges of each histogram, from the least and the greatest value in range."""
    wanted = [each for each in run_.breakdown.properties if each.bins]
    if not wanted:
        return ()
    scope = Scope(run_.events, run_.context)
    values = [sql.as_double(property_value(each, scope)) for each in wanted]
    bounds = [bound for value in values for bound in (exp.Min(this=value), exp.Max(this=value.copy()))]
    conditions = [scope.between(covered.start, covered.end), what_matches(series, scope)]
    conditions += [*filter_conditions(series, scope), *query_conditions(run_.query, scope)]
    found = fetch(run_.events, scope.select(*bounds, where=conditions), run_.context)[0]
    edges: dict[str, list[float]] = {}
    for place, each in enumerate(wanted):
        low, high = found[2 * place], found[2 * place + 1]
        edges[each.key] = (
            bin_edges(_number(low), _number(high), each.bins or 1) if low is not None else [0, 0]
        )
    return [edges.get(each.key) if each.bins else None for each in run_.breakdown.properties]
