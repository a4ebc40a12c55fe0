"""One trends series as SQL: a row per bucket and group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.breakdowns import OTHER_GROUP, Breakdown, Group
from mockserver.analytics.dates import Range, day_start
from mockserver.analytics.measures import ACTOR, BUCKET, SESSION_ID, VALUE, Measure
from mockserver.analytics.scope import Scope
from mockserver.analytics.series import Series, filter_conditions, what_matches
from mockserver.analytics.sql import Sql

BASE, RANKED = "base", "ranked"


@dataclass(frozen=True, slots=True)
class Plan:
    """What one series needs to become SQL; `total` asks for one number instead of one a bucket."""

    series: Series
    measure: Measure
    breakdown: Breakdown
    groups: Sequence[Sql]
    covered: Range
    total: bool
    cumulative: bool
    conditions: Sequence[Sql]


def series_query(plan: Plan, scope: Scope) -> exp.Select:
    """SELECT bucket, one column a part of the group, number."""
    base = _base(plan, scope)
    if not plan.breakdown.size:
        made, steps = _aggregated(plan, [], [])
        return _with_steps(made, {BASE: base, **steps})
    names = [f"g{place}" for place in range(plan.breakdown.size)]
    shown = [_shown(name, plan.breakdown) for name in names]
    made, steps = _aggregated(plan, shown, names)
    ranked = {RANKED: _ranked(plan, names)} if plan.breakdown.limit is not None else {}
    return _with_steps(made, {BASE: base, **ranked, **steps})


def _with_steps(made: exp.Select, steps: Mapping[str, exp.Select]) -> exp.Select:
    for name, step in steps.items():
        made = made.with_(name, step, copy=False)
    return made


def _by_actor_or_session(measure: Measure) -> str | None:
    return {"per_actor": ACTOR, "per_session": SESSION_ID}.get(measure.shape)


def _base(plan: Plan, scope: Scope) -> exp.Select:
    measure, covered = plan.measure, plan.covered
    start = _reach(plan)
    bucket: Sql = sql.number(0) if plan.total else scope.bucket(covered)
    names = [value.as_(f"g{place}", copy=False) for place, value in enumerate(plan.groups)]
    columns = [value.as_(name, quoted=True, copy=False) for name, value in measure.columns.items()]
    what = what_matches(plan.series, scope)
    filters = [*filter_conditions(plan.series, scope), *plan.conditions]
    until = scope.column("timestamp") <= sql.instant(covered.end)
    if measure.shape != "first":
        inside = scope.between(start, covered.end)
        return scope.select(bucket.as_(BUCKET, copy=False), *names, *columns, where=[inside, what, *filters])
    order = [sql.ascending(scope.column("timestamp")), sql.ascending(scope.column("number"))]
    first = sql.window(exp.RowNumber(), [scope.actor()], order).eq(sql.number(1))
    since = scope.column("timestamp") >= sql.instant(start)
    if measure.filters_first:
        made = scope.select(bucket.as_(BUCKET, copy=False), *names, *columns, where=[until, what, *filters])
        return made.qualify(exp.and_(first, since), copy=False)
    made = scope.select(bucket.as_(BUCKET, copy=False), *names, *columns, where=[until, what])
    return made.qualify(sql.all_of([first, since, *filters]), copy=False)


def _reach(plan: Plan) -> datetime:
    covered = plan.covered
    if plan.measure.shape != "active":
        return covered.start
    if plan.total:
        # PostHog: as one number these are the actors of the days up to the range's end, however long it is.
        return day_start(covered.end) - timedelta(days=plan.measure.days - 1)
    if covered.interval == "day":
        return covered.first - timedelta(days=plan.measure.days - 1)
    if covered.interval in ("hour", "minute"):
        return covered.first - timedelta(days=plan.measure.days)
    return covered.start


def _ranked(plan: Plan, names: Sequence[str]) -> exp.Select:
    """Each group's place by size; equal ones by value."""
    columns = [sql.column(name) for name in names]
    by = _by_actor_or_session(plan.measure)
    source = exp.to_table(BASE)
    in_range: Sql = sql.column(BUCKET) >= sql.number(0)
    grouped = (
        _per_something(source, columns, by, in_range)
        if by
        else exp.select("*").from_(source, copy=False).where(in_range, copy=False)
    )
    totals = (
        exp.select(*columns, plan.measure.aggregate.copy().as_("total", copy=False))
        .from_(grouped.subquery("counted", copy=False), copy=False)
        .group_by(*[column.copy() for column in columns], copy=False)
    )
    order = [sql.descending(sql.column("total")), *[sql.ascending(column.copy()) for column in columns]]
    place = sql.window(exp.RowNumber(), [], order)
    return exp.select(*[column.copy() for column in columns], place.as_("place", copy=False)).from_(
        totals.subquery("totals", copy=False), copy=False
    )


def _shown(name: str, breakdown: Breakdown) -> Sql:
    if breakdown.limit is None:
        return sql.column(name, BASE)
    within = sql.column("place", RANKED) <= sql.number(breakdown.limit)
    return sql.case([(within, sql.column(name, BASE))], sql.text(OTHER_GROUP))


def _source(plan: Plan, names: Sequence[str]) -> exp.Select:
    source = exp.select("*").from_(BASE, copy=False)
    if not names or plan.breakdown.limit is None:
        return source
    matched = sql.all_of(sql.column(name, BASE).eq(sql.column(name, RANKED)) for name in names)
    join_type = "inner"
    joined = source.join(RANKED, on=matched, join_type=join_type, copy=False)
    if plan.breakdown.hides_other:
        joined = joined.where(sql.column("place", RANKED) <= sql.number(plan.breakdown.limit), copy=False)
    return joined


def _per_something(
    source: exp.Expr, columns: Sequence[Sql], by: str, condition: Sql | None = None
) -> exp.Select:
    """One row an actor with its count, or one row a session with its value."""
    value = sql.count_all() if by == ACTOR else sql.call("any_value", sql.column(VALUE))
    keys = [*columns, sql.column(by)]
    made = exp.select(*[key.copy() for key in keys], value.as_(VALUE, copy=False)).from_(source, copy=False)
    if by == SESSION_ID:
        made = made.where(sql.column(SESSION_ID).is_(exp.null()).not_(), copy=False)
    if condition is not None:
        made = made.where(condition, copy=False)
    return made.group_by(*[key.copy() for key in keys], copy=False)


def _aggregated(
    plan: Plan, shown: Sequence[Sql], names: Sequence[str]
) -> tuple[exp.Select, dict[str, exp.Select]]:
    by = _by_actor_or_session(plan.measure)
    labels = [f"k{place}" for place in range(len(shown))]
    rows = _source(plan, names).select(
        sql.column(BUCKET, BASE).as_(BUCKET, copy=False) if shown else sql.column(BUCKET),
        *[value.as_(label, copy=False) for value, label in zip(shown, labels, strict=True)],
        *[
            sql.column(name, BASE if shown else None).as_(name, quoted=True, copy=False)
            for name in plan.measure.columns
        ],
        append=False,
        copy=False,
    )
    keys = [sql.column(BUCKET), *[sql.column(label) for label in labels]]
    if plan.measure.shape == "active" and not plan.total:
        return _active(plan, rows, keys)
    if plan.cumulative and plan.measure.distinct_actors:
        rows = _first_bucket(rows, keys[1:])
    elif by is not None:
        rows = _per_something(rows.subquery("rows", copy=False), keys, by)
    made = (
        exp.select(*[key.copy() for key in keys], plan.measure.aggregate.copy().as_("number", copy=False))
        .from_(rows.subquery("counted", copy=False), copy=False)
        .group_by(*[key.copy() for key in keys], copy=False)
    )
    return made, {}


def _first_bucket(rows: exp.Select, groups: Sequence[Sql]) -> exp.Select:
    """Each actor in the bucket it first shows up in: a running sum then counts distinct actors."""
    keys = [*groups, sql.column(ACTOR)]
    return (
        exp.select(*[key.copy() for key in keys], exp.Min(this=sql.column(BUCKET)).as_(BUCKET, copy=False))
        .from_(rows.subquery("rows", copy=False), copy=False)
        .group_by(*[key.copy() for key in keys], copy=False)
    )


def _active(plan: Plan, rows: exp.Select, keys: Sequence[Sql]) -> tuple[exp.Select, dict[str, exp.Select]]:
    """Changes in how many actors are active: up when one appears, down when its days have passed.

    A running sum of these gives distinct actors of each bucket's trailing window, without a row for every
    actor in every bucket.
    """
    width = sql.number(_window_buckets(plan))
    actor = sql.column(ACTOR)
    distinct = (
        exp.select(*[key.copy() for key in keys], actor)
        .distinct(copy=False)
        .from_(rows.subquery("rows", copy=False), copy=False)
    )
    following = sql.window(
        sql.call("lead", sql.column(BUCKET)),
        [*[key.copy() for key in keys[1:]], actor.copy()],
        [sql.ascending(sql.column(BUCKET))],
    )
    with_next = exp.select(*[key.copy() for key in keys], following.as_("following", copy=False)).from_(
        distinct.subquery("seen", copy=False), copy=False
    )
    gap = exp.func(
        "coalesce", exp.Sub(this=sql.column("following"), expression=sql.column(BUCKET)), width.copy()
    )
    until = exp.Add(this=sql.column(BUCKET), expression=sql.call("least", gap, width))
    groups = [key.copy() for key in keys[1:]]
    up = exp.select(
        sql.column(BUCKET).as_(BUCKET, copy=False), *groups, sql.number(1).as_("step", copy=False)
    ).from_("spans", copy=False)
    down = exp.select(
        until.as_(BUCKET, copy=False),
        *[key.copy() for key in keys[1:]],
        sql.number(-1).as_("step", copy=False),
    ).from_("spans", copy=False)
    made = (
        exp.select(*[key.copy() for key in keys], exp.Sum(this=sql.column("step")).as_("number", copy=False))
        .from_(exp.union(up, down, distinct=False).subquery("steps", copy=False), copy=False)
        .group_by(*[key.copy() for key in keys], copy=False)
    )
    return made, {"spans": with_next}


def _window_buckets(plan: Plan) -> int:
    per_day = {"minute": 1440, "hour": 24, "day": 1}.get(plan.covered.interval)
    return plan.measure.days * per_day if per_day else 1


def is_running(plan: Plan) -> bool:
    """Whether rows hold changes, which must be summed up to give the numbers."""
    return not plan.total and plan.measure.shape == "active"


def group_of(row: tuple[object, ...]) -> Group:
    """The group of one row of `series_query`."""
    return tuple(str(each) for each in row[1:-1])
