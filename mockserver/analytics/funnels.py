"""FunnelsQuery: how many get how far, how long it takes them, and how that changes over time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.dates import Range
from mockserver.analytics.funnel_events import GROUP, Pipeline, columns, keys_of
from mockserver.analytics.funnel_rows import (
    OTHER_VALUE,
    StepNumbers,
    conversion_bins,
    steps_result,
    trends_result,
)
from mockserver.analytics.funnel_runs import add_runs, time_names
from mockserver.analytics.funnel_settings import FunnelSettings, funnel_settings
from mockserver.analytics.interface import Events
from mockserver.analytics.model import JSON, JSONObject, QueryContext, QueryResult
from mockserver.analytics.periods import periods_of
from mockserver.analytics.running import Row, fetch, render_hogql
from mockserver.analytics.sampling import of_the_whole, sampling_factor
from mockserver.analytics.scope import Scope
from mockserver.analytics.sql import Sql

BUCKET = "bucket"

Final: TypeAlias = "Callable[[Pipeline, FunnelSettings, str, Range, Scope], exp.Select]"


@dataclass(frozen=True, slots=True)
class Computed:
    """One period's rows, and the statement that gave them."""

    rows: list[Row]
    hogql: str


def run(query: JSONObject, events: Events, context: QueryContext) -> QueryResult:
    """Compute a FunnelsQuery: steps, a histogram of conversion times, or rates over time."""
    settings = funnel_settings(query)
    periods = periods_of(query, events, context)
    scope = Scope(events, context)
    extra: dict[str, JSON] = {}
    if len(periods) > 1:
        extra["resolved_compare_date_range"] = cast("JSON", periods[1].covered.resolved())
    if settings.viz == "time_to_convert":
        computed = _fetch(settings, periods[0].covered, events, context, _durations)
        durations = [float(cast("float", row[0])) for row in computed.rows]
        results: JSON = conversion_bins(durations, settings.bin_count)
        hogql = computed.hogql
    elif settings.viz == "trends":
        found = [_fetch(settings, each.covered, events, context, _rates) for each in periods]
        results = [
            row
            for each, period in zip(found, periods, strict=True)
            for row in trends_result(settings, period, each.rows)
        ]
        hogql = found[0].hogql
    else:
        found = [_fetch(settings, each.covered, events, context, _steps) for each in periods]
        numbers = [_step_numbers(settings, each.rows) for each in found]
        results = steps_result(settings, list(zip(periods, numbers, strict=True)), scope)
        hogql = found[0].hogql
    return QueryResult(
        results=results, hogql=hogql, resolved_date_range=periods[0].covered.resolved(), extra=extra
    )


def _fetch(
    settings: FunnelSettings,
    covered: Range,
    events: Events,
    context: QueryContext,
    build: Final,
) -> Computed:
    scope = Scope(events, context)
    pipeline = Pipeline({})
    runs = add_runs(pipeline, settings, covered, scope)
    final = build(pipeline, settings, runs, covered, scope)
    statement = pipeline.finish(final)
    return Computed(fetch(events, statement, context), render_hogql(statement))


def add_best(pipeline: Pipeline, settings: FunnelSettings, runs: str) -> str:
    """Each actor's best run: the furthest, of these the first to get there, of these the last to begin."""
    times = time_names(settings)
    last = sql.call("greatest", *columns(*times))
    order = [sql.descending(sql.column("reached")), sql.ascending(last), sql.descending(sql.column("t1"))]
    if settings.order == "unordered":
        # Orders of steps tried one by one can end alike; of these the one that moves on soonest.
        order += [sql.ascending(sql.column(each)) for each in times[1:-1]]
    place = sql.window(exp.RowNumber(), columns(*keys_of(settings)), order)
    best = exp.select("*").from_(runs, copy=False).qualify(place.eq(sql.number(1)), copy=False)
    if settings.breakdown.size and settings.attribution == "step":
        # PostHog: people who never reach the step whose value counts are left out.
        best = best.where(sql.column("reached") > sql.number(settings.attribution_step), copy=False)
    return pipeline.add("best", best)


def _with_shown_groups(pipeline: Pipeline, settings: FunnelSettings, source: str) -> str:
    """Groups past the limit become one."""
    limit = settings.breakdown.limit
    if not settings.breakdown.size or limit is None:
        return source
    order = [sql.descending(sql.count_all()), sql.ascending(sql.column(GROUP))]
    pipeline.add(
        "group_places",
        exp.select(
            sql.column(GROUP).as_("value", copy=False),
            sql.window(exp.RowNumber(), [], order).as_("place", copy=False),
        )
        .from_(source, copy=False)
        .group_by(sql.column(GROUP), copy=False),
    )
    other: Sql = sql.text(OTHER_VALUE)
    if len(settings.breakdown.properties) > 1:
        other = sql.call("list_value", *[sql.text(OTHER_VALUE) for _ in settings.breakdown.properties])
    within = sql.column("place") <= sql.number(limit)
    shown = sql.case([(within, sql.column(GROUP))], other)
    joined = exp.select("*", shown.as_("shown", copy=False)).from_(source, copy=False)
    joined = joined.join(
        "group_places", on=sql.column(GROUP).eq(sql.column("value", "group_places")), copy=False
    )
    if settings.breakdown.hides_other:
        joined = joined.where(within.copy(), copy=False)
    return pipeline.add("shown_runs", joined)


def _group_column(settings: FunnelSettings) -> str | None:
    if not settings.breakdown.size:
        return None
    return "shown" if settings.breakdown.limit is not None else GROUP


def _seconds(start: str, end: str) -> Sql:
    passed = sql.call("date_diff", sql.text("microsecond"), sql.column(start), sql.column(end))
    return exp.Div(this=passed, expression=exp.cast(sql.number(1_000_000), "double"))


def _steps(
    pipeline: Pipeline,
    settings: FunnelSettings,
    runs: str,
    _covered: Range,
    _scope: Scope,
) -> exp.Select:
    source = _with_shown_groups(pipeline, settings, add_best(pipeline, settings, runs))
    numbers: list[Sql] = []
    for step in range(1, len(settings.steps) + 1):
        there = sql.column("reached") >= sql.number(step)
        numbers.append(sql.filtered(sql.count_all(), there))
        if step > 1:
            passed = _seconds(f"t{step - 1}", f"t{step}")
            numbers.append(sql.filtered(exp.Avg(this=passed), there.copy()))
            numbers.append(sql.filtered(sql.call("median", passed.copy()), there.copy()))
    made = exp.select(*[each.as_(f"v{place}", copy=False) for place, each in enumerate(numbers)]).from_(
        source, copy=False
    )
    group = _group_column(settings)
    if group is None:
        return made
    return made.select(sql.column(group).as_("label", copy=False), copy=False).group_by(
        sql.column(group), copy=False
    )


def _step_numbers(settings: FunnelSettings, rows: Sequence[Row]) -> list[StepNumbers]:
    size = len(settings.steps)
    factor = sampling_factor(settings.query)
    found: list[StepNumbers] = []
    for row in rows:
        counts = [of_the_whole(cast("int", row[0]), factor)]
        averages: list[float | None] = [None]
        medians: list[float | None] = [None]
        for step in range(1, size):
            counts.append(of_the_whole(cast("int", row[3 * step - 2]), factor))
            averages.append(cast("float | None", row[3 * step - 1]))
            medians.append(cast("float | None", row[3 * step]))
        group = row[-1] if settings.breakdown.size else None
        values = tuple(str(each) for each in group) if isinstance(group, list) else (str(group),)
        found.append(StepNumbers(counts, averages, medians, values if settings.breakdown.size else ()))
    return found


def _durations(
    pipeline: Pipeline,
    settings: FunnelSettings,
    runs: str,
    _covered: Range,
    _scope: Scope,
) -> exp.Select:
    best = add_best(pipeline, settings, runs)
    passed = _seconds(f"t{settings.from_step + 1}", f"t{settings.to_step + 1}")
    there = sql.column("reached") > sql.number(settings.to_step)
    return exp.select(passed.as_("seconds", copy=False)).from_(best, copy=False).where(there, copy=False)


def _rates(
    pipeline: Pipeline, settings: FunnelSettings, runs: str, covered: Range, scope: Scope
) -> exp.Select:
    """How many reached each of the two steps, by the bucket of their first step, each actor once a bucket."""
    bucket = scope.bucket_of(sql.column("t1"), covered)
    in_range = sql.column("t1") <= sql.instant(covered.end)
    keys = keys_of(settings)
    per_actor = (
        exp.select(
            *columns(*keys),
            bucket.as_(BUCKET, copy=False),
            exp.Max(this=sql.column("reached")).as_("reached", copy=False),
        )
        .from_(runs, copy=False)
        .where(in_range, copy=False)
        .group_by(*columns(*keys), sql.column(BUCKET), copy=False)
    )
    source = _with_shown_groups(pipeline, settings, pipeline.add("per_actor", per_actor))
    reached = [
        sql.filtered(sql.count_all(), sql.column("reached") > sql.number(step)).as_(name, copy=False)
        for step, name in ((settings.from_step, "began"), (settings.to_step, "ended"))
    ]
    group = _group_column(settings)
    made = (
        exp.select(sql.column(BUCKET), *reached)
        .from_(source, copy=False)
        .group_by(sql.column(BUCKET), copy=False)
    )
    return (
        made
        if group is None
        else made.select(sql.column(group).as_("label", copy=False), copy=False).group_by(
            sql.column(group), copy=False
        )
    )
