"""RetentionQuery: who comes back, so many intervals after an interval in which they did something."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.breakdowns import OTHER_GROUP, group_columns, group_order
from mockserver.analytics.dates import iso
from mockserver.analytics.filters import query_conditions
from mockserver.analytics.funnel_events import Pipeline, columns
from mockserver.analytics.interface import Events
from mockserver.analytics.model import JSON, JSONObject, QueryContext, QueryResult
from mockserver.analytics.retention_settings import RetentionSettings, retention_settings
from mockserver.analytics.running import Row, fetch, render_hogql
from mockserver.analytics.sampling import of_the_whole, sample_condition, sampling_factor
from mockserver.analytics.scope import Scope
from mockserver.analytics.series import filter_conditions, what_matches
from mockserver.analytics.sql import Sql

ACTOR, BUCKET, TIME, GROUP, VALUE = "actor", "bucket", "ts", "grp", "value"
START, LATER = "start", "later"


def run(query: JSONObject, events: Events, context: QueryContext) -> QueryResult:
    """Compute a RetentionQuery: a row an interval, each with a count for every interval from it on."""
    settings = retention_settings(query, context)
    statement = retention_query(settings, Scope(events, context))
    rows = fetch(events, statement, context)
    return QueryResult(
        results=_result(settings, rows, sampling_factor(query)),
        hogql=render_hogql(statement),
        resolved_date_range=settings.covered.resolved(),
    )


def retention_query(settings: RetentionSettings, scope: Scope) -> exp.Select:
    """SELECT start bucket, column, actors, sum and number of the aggregated values[, group]."""
    pipeline = Pipeline({})
    add_returns(pipeline, settings, scope)
    group = columns("shown") if settings.breakdown.size else []
    keys = [*columns(START, LATER), *group]
    made = (
        exp.select(
            *keys,
            sql.count_distinct(sql.column(ACTOR)).as_("actors", copy=False),
            exp.Sum(this=sql.column("total")).as_("total", copy=False),
            exp.Sum(this=sql.column("values")).as_("values", copy=False),
        )
        .from_("returns", copy=False)
        .group_by(*[each.copy() for each in keys], copy=False)
    )
    return pipeline.finish(made)


def add_returns(pipeline: Pipeline, settings: RetentionSettings, scope: Scope) -> None:
    """Add the steps that end in `returns`: actor, start bucket, column (0 is the start itself), values."""
    pipeline.add("begun", _starts(settings, scope))
    pipeline.add("back", _back(settings, Scope(scope.events, scope.context)))
    grouped = settings.breakdown.size > 0
    if grouped:
        pipeline.add("places", _places())
    pairs = _rolling_pairs(settings) if settings.rolling else _calendar_pairs(settings)
    pipeline.add("pairs", pairs)
    zero = exp.select(
        *columns(ACTOR),
        sql.column(BUCKET).as_(START, copy=False),
        sql.number(0).as_(LATER, copy=False),
        *columns(*([GROUP] if grouped else [])),
        exp.cast(exp.null(), "double").as_("total", copy=False),
        exp.cast(exp.null(), "bigint").as_("values", copy=False),
    ).from_("begun", copy=False)
    column = settings.column_of(sql.column(LATER))
    kept = exp.select(
        *columns(ACTOR, START),
        column.as_(LATER, copy=False),
        *columns(*([GROUP] if grouped else [])),
        *columns("total", "values"),
    ).from_("pairs", copy=False)
    kept = kept.where(sql.column(LATER) <= sql.number(settings.last_interval), copy=False)
    if settings.aggregates is None:
        kept = kept.where(sql.column(LATER) >= sql.number(1), copy=False)
    union = exp.union(zero, kept, distinct=False).subquery("cells", copy=False)
    if not grouped:
        pipeline.add("returns", exp.select("*").from_(union, copy=False))
        return
    limit = settings.breakdown.limit
    shown: Sql = sql.column(GROUP, "cells")
    if limit is not None:
        shown = sql.case([(sql.column("place") <= sql.number(limit), shown)], sql.text(OTHER_GROUP))
    on = sql.column(GROUP, "cells").eq(sql.column(GROUP, "places"))
    joined = (
        exp.select("cells.*", shown.as_("shown", copy=False))
        .from_(union, copy=False)
        .join("places", on=on, copy=False)
    )
    if settings.breakdown.hides_other and limit is not None:
        joined = joined.where(sql.column("place") <= sql.number(limit), copy=False)
    pipeline.add("returns", joined)


def _places() -> exp.Select:
    order = [sql.descending(sql.count_all()), sql.ascending(sql.column(GROUP))]
    place = sql.window(exp.RowNumber(), [], order)
    return (
        exp.select(sql.column(GROUP), place.as_("place", copy=False))
        .from_("begun", copy=False)
        .group_by(sql.column(GROUP), copy=False)
    )


def _group(settings: RetentionSettings, scope: Scope) -> list[Sql]:
    parts = group_columns(settings.breakdown, scope)
    if not parts:
        return []
    joined = parts[0] if len(parts) == 1 else sql.call("concat_ws", sql.text("::"), *parts)
    return [joined.as_(GROUP, copy=False)]


def _common(settings: RetentionSettings, scope: Scope) -> list[Sql]:
    conditions = query_conditions(settings.query, scope)
    conditions += sample_condition(sampling_factor(settings.query), scope.actor())
    if settings.group_type_index is not None:
        conditions.append(scope.actor(settings.group_type_index).is_(exp.null()).not_())
    return conditions


def _starts(settings: RetentionSettings, scope: Scope) -> exp.Select:
    """Actors with the interval they start in and the first moment in it."""
    covered = settings.covered
    bucket = scope.bucket(covered).as_(BUCKET, copy=False)
    actor = scope.actor(settings.group_type_index)
    group = _group(settings, scope)
    timestamp = scope.column("timestamp")
    what = what_matches(settings.target, scope)
    filters = [*filter_conditions(settings.target, scope), *_common(settings, scope)]
    if settings.kind == "retention_recurring":
        seen = scope.select(
            actor.as_(ACTOR, copy=False),
            bucket,
            timestamp.as_(TIME, copy=False),
            *group,
            where=[scope.between(covered.start, covered.end), what, *filters],
        )
    else:
        until = timestamp.copy() <= sql.instant(covered.end)
        since = scope.column("timestamp") >= sql.instant(covered.start)
        order = [sql.ascending(scope.column("timestamp")), sql.ascending(scope.column("number"))]
        first = sql.window(exp.RowNumber(), [actor.copy()], order).eq(sql.number(1))
        projections = [actor.as_(ACTOR, copy=False), bucket, timestamp.as_(TIME, copy=False), *group]
        if settings.kind == "retention_first_time":
            seen = scope.select(*projections, where=[until, what, *filters]).qualify(
                exp.and_(first, since), copy=False
            )
        else:
            seen = scope.select(*projections, where=[until, what]).qualify(
                sql.all_of([first, since, *filters]), copy=False
            )
    keys = columns(ACTOR, BUCKET, *([GROUP] if group else []))
    return (
        exp.select(*keys, exp.Min(this=sql.column(TIME)).as_(TIME, copy=False))
        .from_(seen.subquery("seen", copy=False), copy=False)
        .group_by(*[key.copy() for key in keys], copy=False)
    )


def _back(settings: RetentionSettings, scope: Scope) -> exp.Select:
    """Return events; by calendar already one row an actor and interval, if there are enough of them."""
    covered = settings.covered
    value: Sql = exp.cast(exp.null(), "double")
    if settings.aggregates is not None:
        read = scope.person if settings.aggregates_person else scope.event
        value = sql.as_double(read(settings.aggregates))
    where = [scope.between(covered.start, covered.end), what_matches(settings.returning, scope)]
    where += [*filter_conditions(settings.returning, scope), *_common(settings, scope)]
    actor = scope.actor(settings.group_type_index).as_(ACTOR, copy=False)
    group = _group(settings, scope)
    seen = scope.select(
        actor,
        scope.bucket(covered).as_(BUCKET, copy=False),
        scope.column("timestamp").as_(TIME, copy=False),
        value.as_(VALUE, copy=False),
        *group,
        where=where,
    )
    if settings.rolling:
        return seen
    return _enough(
        settings, seen.subquery("seen", copy=False), columns(ACTOR, BUCKET, *([GROUP] if group else []))
    )


def _enough(settings: RetentionSettings, source: exp.Expr, keys: Sequence[Sql]) -> exp.Select:
    made = (
        exp.select(
            *keys,
            exp.Sum(this=sql.column(VALUE)).as_("total", copy=False),
            exp.cast(exp.Count(this=sql.column(VALUE)), "bigint").as_("values", copy=False),
        )
        .from_(source, copy=False)
        .group_by(*[key.copy() for key in keys], copy=False)
    )
    if settings.minimum_occurrences < 2:
        return made
    return made.having(sql.count_all() >= sql.number(settings.minimum_occurrences), copy=False)


def _same_actor(settings: RetentionSettings) -> list[Sql]:
    names = [ACTOR, *([GROUP] if settings.breakdown.size else [])]
    return [sql.column(name, "begun").eq(sql.column(name, "back")) for name in names]


def _calendar_pairs(settings: RetentionSettings) -> exp.Select:
    later = exp.Sub(this=sql.column(BUCKET, "back"), expression=sql.column(BUCKET, "begun"))
    on = sql.all_of([*_same_actor(settings), sql.column(BUCKET, "back") >= sql.column(BUCKET, "begun")])
    group = [sql.column(GROUP, "begun")] if settings.breakdown.size else []
    return (
        exp.select(
            sql.column(ACTOR, "begun"),
            sql.column(BUCKET, "begun").as_(START, copy=False),
            later.as_(LATER, copy=False),
            *group,
            *columns("total", "values"),
        )
        .from_("begun", copy=False)
        .join("back", on=on, copy=False)
    )


def _rolling_pairs(settings: RetentionSettings) -> exp.Select:
    """Intervals counted from each actor's own start instead of from midnight."""
    passed = sql.call(
        "date_diff", sql.text("microsecond"), sql.column(TIME, "begun"), sql.column(TIME, "back")
    )
    later = exp.cast(
        sql.call("floor", exp.Div(this=passed, expression=sql.number(settings.interval_microseconds))), "int"
    )
    on = sql.all_of([*_same_actor(settings), sql.column(TIME, "back") > sql.column(TIME, "begun")])
    group = [sql.column(GROUP, "begun")] if settings.breakdown.size else []
    pairs = (
        exp.select(
            sql.column(ACTOR, "begun"),
            sql.column(BUCKET, "begun").as_(START, copy=False),
            later.as_(LATER, copy=False),
            *group,
            sql.column(VALUE, "back"),
        )
        .from_("begun", copy=False)
        .join("back", on=on, copy=False)
    )
    keys = columns(ACTOR, START, LATER, *([GROUP] if group else []))
    return _enough(settings, pairs.subquery("met", copy=False), keys)


def _result(settings: RetentionSettings, rows: Sequence[Row], factor: float) -> list[JSON]:
    size, width = settings.intervals, settings.columns
    cells: dict[str, list[list[float]]] = {}
    totals: dict[str, dict[tuple[int, int], tuple[float, int]]] = {}
    grouped = settings.breakdown.size > 0
    for row in rows:
        start, column = int(cast("int", row[0])), int(cast("int", row[1]))
        group = str(row[2]) if grouped else ""
        table = cells.setdefault(group, [[0] * width for _ in range(size)])
        if not (0 <= start < size and 0 <= column < width):
            continue
        actors, total, values = row[-3:]
        table[start][column] = max(table[start][column], int(cast("int", actors)))
        if total is not None:
            totals.setdefault(group, {})[start, column] = (
                float(cast("float", total)),
                int(cast("int", values)),
            )
    if not grouped:
        cells.setdefault("", [[0] * width for _ in range(size)])
    order = sorted(cells, key=lambda each: group_order((each,), sum(row[0] for row in cells[each])))
    return [
        _row(settings, group if grouped else None, start, cells[group][start], totals.get(group, {}), factor)
        for group in order
        for start in range(size)
    ]


def _row(
    settings: RetentionSettings,
    group: str | None,
    start: int,
    counts: Sequence[float],
    totals: dict[tuple[int, int], tuple[float, int]],
    factor: float,
) -> dict[str, JSON]:
    scaled = [of_the_whole(count, factor) for count in counts]
    values: list[dict[str, JSON]] = [
        {"count": count, "label": settings.column_label(place)} for place, count in enumerate(scaled)
    ]
    if settings.aggregates is not None:
        for place, cell in enumerate(values):
            total, number = totals.get((start, place), (0.0, 0))
            cell["aggregation_value"] = (
                total if settings.aggregation == "sum" else total / number if number else 0
            )
    return {
        "values": values,
        "label": f"{settings.period} {start}",
        "date": iso(settings.covered.buckets[start]),
        "breakdown_value": group,
    }
