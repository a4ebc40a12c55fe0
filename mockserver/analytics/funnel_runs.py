"""Every run through a funnel: from each event that can begin one, how far it got and when.

A run is a row: keys, `reached` (how many steps) and `t1` to `tn` (when, null for steps not reached in time).
"""

from __future__ import annotations

from itertools import permutations

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.dates import Range
from mockserver.analytics.encoding import text_of
from mockserver.analytics.funnel_events import (
    NUMBER,
    STEP,
    TIME,
    Pipeline,
    add_events,
    add_sequence,
    columns,
    keys_of,
)
from mockserver.analytics.funnel_settings import FunnelSettings, overlapping
from mockserver.analytics.model import UnsupportedQuery
from mockserver.analytics.scope import Scope
from mockserver.analytics.sql import Sql

AFTER = ("1", "FOLLOWING", "UNBOUNDED", "FOLLOWING")
POSITION = "pos"
MOST_PERMUTATIONS = 24


def add_runs(pipeline: Pipeline, settings: FunnelSettings, covered: Range, scope: Scope) -> str:
    """Add the steps that end in all runs; the name of the last."""
    events = add_events(pipeline, settings, covered, scope)
    if settings.order == "strict":
        return _strict(pipeline, settings, events)
    size = len(settings.steps)
    if settings.order == "ordered":
        return _ordered(pipeline, settings, events, "runs", tuple(range(size)))
    if not overlapping(settings):
        return _unordered(pipeline, settings, events)
    return _in_any_order(pipeline, settings, events)


def time_names(settings: FunnelSettings) -> list[str]:
    """`t1` to `tn`."""
    return [f"t{place}" for place in range(1, len(settings.steps) + 1)]


def _limit(settings: FunnelSettings, since: Sql) -> Sql:
    """The last moment of a run's window."""
    width = exp.Interval(this=sql.number(settings.window), unit=exp.var(settings.window_unit))
    return exp.Add(this=since, expression=width)


def _finish(
    pipeline: Pipeline, settings: FunnelSettings, source: str, name: str, conditions: list[Sql]
) -> str:
    """From the first step's row with what follows it to a run: late steps are cut off, the rest counted."""
    first, *later = time_names(settings)
    within = {each: sql.column(each) <= _limit(settings, sql.column(first)) for each in later}
    reached: Sql = sql.number(1)
    for each in later:
        one = sql.case([(within[each].copy(), sql.number(1))], sql.number(0))
        reached = exp.Add(this=reached, expression=one)
    kept = [sql.case([(within[each].copy(), sql.column(each))]).as_(each, copy=False) for each in later]
    select = exp.select(
        *columns(*keys_of(settings)), reached.as_("reached", copy=False), sql.column(first), *kept
    ).from_(source, copy=False)
    return pipeline.add(name, select.where(*conditions, copy=False))


def _ordered(
    pipeline: Pipeline, settings: FunnelSettings, events: str, name: str, order: tuple[int, ...]
) -> str:
    """Look for the earliest following step from the last pair of steps back to the first.

    Each pass gives a row, if it is step k, the time of the next step k+1 and all that this one knows already;
    what is known only grows later along the events, so the least is that of the nearest.
    """
    keys, size = keys_of(settings), len(settings.steps)
    sequence = f"{name}_sequence"
    sort = add_sequence(pipeline, settings, events, sequence, order)
    source = sequence
    carried: list[str] = []
    if settings.exclusions:
        numbered = sql.window(exp.RowNumber(), columns(*keys), [each.copy() for each in sort])
        source = pipeline.add(
            f"{name}_numbered",
            exp.select("*", numbered.as_(POSITION, copy=False)).from_(sequence, copy=False),
        )
        sort = [sql.ascending(sql.column(POSITION))]
    for step in range(size, 1, -1):
        wanted: list[tuple[str, Sql, Sql]] = [
            (f"t{step}", sql.column(STEP).eq(sql.number(step)), sql.column(TIME))
        ]
        if settings.exclusions:
            wanted.append((f"p{step}", sql.column(STEP).eq(sql.number(step)), sql.column(POSITION)))
        wanted += [(each, sql.column(STEP).eq(sql.number(step)), sql.column(each)) for each in carried]
        fresh = [f"t{step}", *([f"p{step}"] if settings.exclusions else [])]
        for place, exclusion in enumerate(settings.exclusions, 1):
            if exclusion.start + 2 <= step <= exclusion.end + 1:
                is_excluded = sql.column(STEP).eq(sql.number(size + place))
                for kind, read in (("xt", TIME), ("xp", POSITION)):
                    fresh.append(f"{kind}{step}_{place}")
                    wanted.append((fresh[-1], is_excluded.copy(), sql.column(read)))
        found = [
            sql.window(
                exp.Min(this=sql.case([(condition, value)])),
                columns(*keys),
                [each.copy() for each in sort],
                AFTER,
            ).as_(alias, copy=False)
            for alias, condition, value in wanted
        ]
        plain = [*keys, TIME, STEP, *([POSITION] if settings.exclusions else _sort_columns(settings))]
        # Rows of later steps have been looked at already and would only be sorted again.
        known = exp.select(*columns(*plain), *found).from_(source, copy=False)
        needed = exp.or_(sql.column(STEP) <= sql.number(step), sql.column(STEP) > sql.number(size))
        source = pipeline.add(
            f"{name}_from_{step - 1}", known if step == size else known.where(needed, copy=False)
        )
        carried = [*fresh, *carried]
    begins = (
        exp.select("*", sql.column(TIME).as_("t1", copy=False))
        .from_(source, copy=False)
        .where(sql.column(STEP).eq(sql.number(1)), copy=False)
    )
    entered = pipeline.add(f"{name}_entered", begins)
    clean = [sql.negated(each) for each in _voids(settings)]
    return _finish(pipeline, settings, entered, name, clean)


def _sort_columns(settings: FunnelSettings) -> list[str]:
    return [NUMBER, "mixed"] if overlapping(settings) else []


def _voids(settings: FunnelSettings) -> list[Sql]:
    """An exclusion, in the window, after one step and before the next one or its absence."""
    conditions: list[Sql] = []
    for place, exclusion in enumerate(settings.exclusions, 1):
        for step in range(exclusion.start + 2, exclusion.end + 2):
            limit = _limit(settings, sql.column("t1"))
            before = sql.column(f"t{step - 1}") <= limit.copy()
            missing = exp.or_(sql.column(f"t{step}").is_(exp.null()), sql.column(f"t{step}") > limit.copy())
            earlier = sql.column(f"xp{step}_{place}") < sql.column(f"p{step}")
            in_window = sql.column(f"xt{step}_{place}") <= limit
            conditions.append(exp.and_(before, in_window, exp.Paren(this=exp.or_(missing, earlier))))
    return conditions


def _strict(pipeline: Pipeline, settings: FunnelSettings, events: str) -> str:
    """Steps one right after the other: any event between breaks the run."""
    keys, size = keys_of(settings), len(settings.steps)
    flags = [sql.column(f"m{place}") for place in range(1, size + 1)]
    rank = sql.case([(flag, sql.number(place)) for place, flag in enumerate(flags, 1)], sql.number(size + 1))
    order = [sql.ascending(sql.column(TIME)), sql.ascending(rank), sql.ascending(sql.column(NUMBER))]
    following: list[Sql] = []
    for step in range(2, size + 1):
        time = sql.case([(sql.column(f"m{step}"), sql.column(TIME))])
        ahead = sql.call("lead", time, sql.number(step - 1))
        following.append(
            sql.window(ahead, columns(*keys), [each.copy() for each in order]).as_(f"n{step}", copy=False)
        )
    found = exp.select(*columns(*keys, TIME, "m1"), *following).from_(events, copy=False)
    pipeline.add("neighbours", found)
    times: list[Sql] = [sql.column(TIME).as_("t1", copy=False)]
    for step in range(2, size + 1):
        whole = sql.all_of(sql.column(f"n{each}").is_(exp.null()).not_() for each in range(2, step + 1))
        times.append(sql.case([(whole, sql.column(f"n{step}"))]).as_(f"t{step}", copy=False))
    begun = (
        exp.select(*columns(*keys), *times)
        .from_("neighbours", copy=False)
        .where(sql.column("m1"), copy=False)
    )
    return _finish(pipeline, settings, pipeline.add("entered", begun), "runs", [])


def _unordered(pipeline: Pipeline, settings: FunnelSettings, events: str) -> str:
    """From any step: the nearest event of each other step, sorted by time."""
    keys, size = keys_of(settings), len(settings.steps)
    sort = add_sequence(pipeline, settings, events, "sequence", tuple(range(size)))
    after = [
        sql.window(
            exp.Min(this=sql.case([(sql.column(STEP).eq(sql.number(step)), sql.column(TIME))])),
            columns(*keys),
            [each.copy() for each in sort],
            AFTER,
        ).as_(f"n{step}", copy=False)
        for step in range(1, size + len(settings.exclusions) + 1)
    ]
    pipeline.add("nearest", exp.select(*columns(*keys, TIME, STEP), *after).from_("sequence", copy=False))
    limit = _limit(settings, sql.column(TIME))
    found: list[Sql] = []
    for step in range(1, size + 1):
        is_it = sql.column(STEP).eq(sql.number(step))
        in_time = sql.column(f"n{step}") <= limit.copy()
        found.append(sql.case([(is_it, sql.column(TIME)), (in_time, sql.column(f"n{step}"))]))
    present = sql.call(
        "list_filter",
        sql.call("list_value", *found),
        exp.Lambda(this=exp.column("x").is_(exp.null()).not_(), expressions=[exp.to_identifier("x")]),
    )
    listed = exp.select("*", sql.call("list_sort", present).as_("times", copy=False)).from_(
        "nearest", copy=False
    )
    pipeline.add("sorted", listed.where(sql.column(STEP) <= sql.number(size), copy=False))
    times = [
        sql.call("list_extract", sql.column("times"), sql.number(step)).as_(f"t{step}", copy=False)
        for step in range(1, size + 1)
    ]
    excluded = [f"n{size + place}" for place in range(1, len(settings.exclusions) + 1)]
    pipeline.add("entered", exp.select(*columns(*keys, *excluded), *times).from_("sorted", copy=False))
    clean = [
        sql.negated(
            exp.and_(
                sql.column(each) <= _limit(settings, sql.column("t1")),
                exp.Paren(
                    this=exp.or_(
                        sql.column(f"t{size}").is_(exp.null()), sql.column(each) < sql.column(f"t{size}")
                    )
                ),
            )
        )
        for each in excluded
    ]
    return _finish(pipeline, settings, "entered", "runs", clean)


def _in_any_order(pipeline: Pipeline, settings: FunnelSettings, events: str) -> str:
    """Steps that one event could fill twice: every order of steps is tried as an ordered funnel."""
    kinds = [
        text_of({key: value for key, value in each.node.items() if key != "custom_name"})
        for each in settings.steps
    ]
    orders: dict[tuple[str | None, ...], tuple[int, ...]] = {}
    for order in permutations(range(len(kinds))):
        orders.setdefault(tuple(kinds[place] for place in order), order)
        if len(orders) > MOST_PERMUTATIONS:
            raise UnsupportedQuery(
                "Unordered funnels of more than four different steps need steps that no event shares",
                attr="funnelOrderType",
            )
    names = [
        _ordered(pipeline, settings, events, f"runs_{place}", order)
        for place, order in enumerate(orders.values())
    ]
    union: exp.Query = exp.select("*").from_(names[0], copy=False)
    for name in names[1:]:
        union = exp.union(union, exp.select("*").from_(name, copy=False), distinct=False)
    return pipeline.add("runs", exp.select("*").from_(union.subquery("orders", copy=False), copy=False))
