"""PathsQuery: which page, screen or event people go to after which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import cast

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.dates import Range
from mockserver.analytics.filters import query_conditions
from mockserver.analytics.funnel_events import Pipeline, columns
from mockserver.analytics.funnel_runs import add_runs
from mockserver.analytics.funnel_settings import funnel_settings
from mockserver.analytics.funnels import add_best
from mockserver.analytics.interface import Events
from mockserver.analytics.model import JSON, JSONObject, QueryContext, QueryError, QueryResult
from mockserver.analytics.paths_settings import (
    CUSTOM,
    HOGQL,
    PAGE_VIEW,
    SCREEN,
    PathsSettings,
    grouping_pattern,
    paths_settings,
)
from mockserver.analytics.periods import period_of
from mockserver.analytics.reading import integer
from mockserver.analytics.running import Row, fetch, render_hogql
from mockserver.analytics.sampling import of_the_whole, sample_condition, sampling_factor
from mockserver.analytics.scope import Scope
from mockserver.analytics.sql import Sql

ACTOR, TIME, NUMBER, ITEM, PATH, STEP = "actor", "ts", "number", "item", "path", "step"
ENDS = "ends"
GAP = timedelta(minutes=30)
BETWEEN = "..."


def run(query: JSONObject, events: Events, context: QueryContext) -> QueryResult:
    """Compute a PathsQuery: links `{source, target, value, average_conversion_time}`, in milliseconds."""
    settings = paths_settings(query)
    covered = period_of(query, events, context, "day")
    pipeline = Pipeline({})
    add_links(pipeline, settings, covered, Scope(events, context))
    passed = exp.Div(
        this=sql.call("date_diff", sql.text("microsecond"), sql.column("before"), sql.column(TIME)),
        expression=exp.cast(sql.number(1000), "double"),
    )
    count = sql.count_all()
    made = (
        exp.select(
            *columns("source", "target"),
            count.as_("value", copy=False),
            exp.Avg(this=passed).as_("average", copy=False),
        )
        .from_("links", copy=False)
        .group_by(*columns("source", "target"), copy=False)
        .order_by(
            sql.descending(sql.column("value")),
            *[sql.ascending(each) for each in columns("source", "target")],
            copy=False,
        )
    )
    if settings.least is not None:
        made = made.having(count.copy() >= sql.number(settings.least), copy=False)
    if settings.most is not None:
        made = made.having(count.copy() <= sql.number(settings.most), copy=False)
    statement = pipeline.finish(made.limit(settings.edges, copy=False) if settings.edges else made)
    rows = _connected(fetch(events, statement, context))
    factor = sampling_factor(query)
    results: list[JSON] = [
        {
            "source": str(source),
            "target": str(target),
            "value": of_the_whole(value, factor),
            "average_conversion_time": average,
        }
        for source, target, value, average in cast("list[tuple[str, str, int, float]]", rows)
    ]
    return QueryResult(results=results, hogql=render_hogql(statement), resolved_date_range=covered.resolved())


def _connected(rows: Sequence[Row]) -> list[Row]:
    """PostHog: links that cannot be reached from a first step any more, because others were cut, go too."""
    reachable = {str(row[0]) for row in rows if str(row[0]).startswith("1_")}
    remaining = list(rows)
    grown = True
    while grown:
        targets = {str(row[1]) for row in remaining if str(row[0]) in reachable}
        grown = not targets <= reachable
        reachable |= targets
    return [row for row in rows if str(row[0]) in reachable]


def add_links(pipeline: Pipeline, settings: PathsSettings, covered: Range, scope: Scope) -> None:
    """Add the steps that end in `links`: actor, source, target, when each was, whether the path ends."""
    bounded = _funnel_bounds(pipeline, settings, covered, scope)
    pipeline.add("named", _named(settings, covered, scope, bounded))
    pipeline.add("kept", _kept(settings))
    pipeline.add("split", _split())
    pipeline.add("collapsed", _collapsed())
    source = _cut(pipeline, settings)
    spec = columns(ACTOR, PATH)
    order = [sql.ascending(sql.column(STEP))]
    last_item = sql.window(sql.call("lag", sql.column("label")), spec, order)
    last_time = sql.window(
        sql.call("lag", sql.column(TIME)), columns(ACTOR, PATH), [each.copy() for each in order]
    )
    next_item = sql.window(
        sql.call("lead", sql.column("label")), columns(ACTOR, PATH), [each.copy() for each in order]
    )
    label = sql.call("concat", exp.cast(sql.column(STEP), "text"), sql.text("_"), sql.column(ITEM)).as_(
        "label", copy=False
    )
    pipeline.add("labelled", exp.select(*columns(ACTOR, PATH, STEP, TIME), label).from_(source, copy=False))
    linked = exp.select(
        *columns(ACTOR, TIME),
        sql.column("label").as_("target", copy=False),
        last_item.as_("source", copy=False),
        last_time.as_("before", copy=False),
        next_item.is_(exp.null()).as_(ENDS, copy=False),
    ).from_("labelled", copy=False)
    pipeline.add(
        "links",
        exp.select("*")
        .from_(linked.subquery("all_links", copy=False), copy=False)
        .where(sql.column("source").is_(exp.null()).not_(), copy=False),
    )


def _item(settings: PathsSettings, scope: Scope) -> Sql:
    """What an event is in a path; null keeps it out."""
    event = scope.column("event")
    branches: list[tuple[Sql, Sql]] = []
    url = sql.call("regexp_replace", scope.event("$current_url"), sql.text("(.)/$"), sql.text("\\1"))
    if HOGQL in settings.types and settings.expression:
        from mockserver.analytics.hogql.snippets import value

        expression = sql.as_text(value(settings.expression, scope))
        if set(settings.types) == {HOGQL}:
            return expression
        branches.append((expression.is_(exp.null()).not_(), expression.copy()))
    if PAGE_VIEW in settings.types:
        branches.append((event.eq(sql.text(PAGE_VIEW)), url))
    if SCREEN in settings.types:
        branches.append((event.copy().eq(sql.text(SCREEN)), scope.event("$screen_name")))
    if CUSTOM in settings.types:
        system = sql.call("starts_with", event.copy(), sql.text("$"))
        branches.append((exp.not_(system), event.copy()))
    return sql.case(branches)


def _named(settings: PathsSettings, covered: Range, scope: Scope, bounded: bool) -> exp.Select:
    index = settings.query.get("aggregation_group_type_index")
    group = integer(settings.query, "aggregation_group_type_index", 0) if index is not None else None
    actor = scope.actor(group)
    item = _item(settings, scope)
    for cleaning in settings.cleanings:
        item = sql.call(
            "regexp_replace", item, sql.text(cleaning.regex), sql.text(cleaning.alias), sql.text("g")
        )
    if settings.groupings:
        found = [
            (sql.call("regexp_matches", item.copy(), sql.text(grouping_pattern(each))), sql.text(each))
            for each in settings.groupings
        ]
        item = sql.case(found, item)
    where = [scope.between(covered.start, covered.end), *query_conditions(settings.query, scope)]
    where += sample_condition(sampling_factor(settings.query), scope.actor())
    if group is not None:
        where.append(actor.copy().is_(exp.null()).not_())
    made = scope.select(
        actor.as_(ACTOR, copy=False),
        scope.column("timestamp").as_(TIME, copy=False),
        scope.column("number").as_(NUMBER, copy=False),
        item.as_(ITEM, copy=False),
        where=where,
    )
    if not bounded:
        return made
    inside = [
        sql.column(ACTOR, "bounds").eq(actor.copy()),
        scope.column("timestamp") >= sql.column("since", "bounds"),
        scope.column("timestamp") <= sql.column("until", "bounds"),
    ]
    return made.join("bounds", on=sql.all_of(inside), copy=False)


def _kept(settings: PathsSettings) -> exp.Select:
    made = (
        exp.select("*").from_("named", copy=False).where(sql.column(ITEM).is_(exp.null()).not_(), copy=False)
    )
    made = made.where(sql.column(ITEM).neq(sql.text("")), copy=False)
    if settings.excluded:
        made = made.where(
            exp.not_(exp.In(this=sql.column(ITEM), expressions=[sql.text(e) for e in settings.excluded])),
            copy=False,
        )
    return made


def _in_time() -> list[Sql]:
    return [sql.ascending(sql.column(TIME)), sql.ascending(sql.column(NUMBER))]


def _split() -> exp.Select:
    """Number the paths of an actor: a long gap begins a new one."""
    before = sql.window(sql.call("lag", sql.column(TIME)), columns(ACTOR), _in_time())
    gap = exp.Interval(this=sql.number(int(GAP.total_seconds())), unit=exp.var("second"))
    begins = sql.case(
        [(sql.column(TIME) > exp.Add(this=sql.column("before"), expression=gap), sql.number(1))],
        sql.number(0),
    )
    with_gap = exp.select("*", before.as_("before", copy=False)).from_("kept", copy=False)
    path = sql.window(exp.Sum(this=begins), columns(ACTOR), _in_time())
    return exp.select(*columns(ACTOR, TIME, NUMBER, ITEM), path.as_(PATH, copy=False)).from_(
        with_gap.subquery("gaps", copy=False), copy=False
    )


def _collapsed() -> exp.Select:
    """The same item several times in a row counts once."""
    before = sql.window(sql.call("lag", sql.column(ITEM)), columns(ACTOR, PATH), _in_time())
    marked = exp.select("*", before.as_("before", copy=False)).from_("split", copy=False)
    changed = exp.or_(sql.column("before").is_(exp.null()), sql.column("before").neq(sql.column(ITEM)))
    step = sql.window(exp.RowNumber(), columns(ACTOR, PATH), _in_time())
    return (
        exp.select(*columns(ACTOR, PATH, TIME, ITEM), step.as_(STEP, copy=False))
        .from_(marked.subquery("marked", copy=False), copy=False)
        .where(changed, copy=False)
    )


def _cut(pipeline: Pipeline, settings: PathsSettings) -> str:
    """Paths cut to begin at the start point, to end at the end point, and to so many steps."""
    source = "collapsed"
    limit = sql.number(settings.steps)
    if settings.start is not None:
        is_start = sql.case([(sql.column(ITEM).eq(sql.text(settings.start)), sql.column(STEP))])
        source = _from_step(pipeline, source, "started", exp.Min(this=is_start), after=True)
    if settings.end is not None:
        is_end = sql.case([(sql.column(ITEM).eq(sql.text(settings.end)), sql.column(STEP))])
        source = _from_step(pipeline, source, "ended", exp.Min(this=is_end), after=False)
    if settings.end is None:
        return pipeline.add(
            "steps", exp.select("*").from_(source, copy=False).where(sql.column(STEP) <= limit, copy=False)
        )
    length = sql.window(exp.Max(this=sql.column(STEP)), columns(ACTOR, PATH))
    measured = pipeline.add(
        "measured", exp.select("*", length.as_("length", copy=False)).from_(source, copy=False)
    )
    if settings.start is None:
        excess = sql.call("greatest", exp.Sub(this=sql.column("length"), expression=limit), sql.number(0))
        step = exp.Sub(this=sql.column(STEP), expression=excess)
        shifted = exp.select(*columns(ACTOR, PATH, TIME, ITEM), step.as_(STEP, copy=False)).from_(
            measured, copy=False
        )
        return pipeline.add(
            "steps",
            exp.select("*")
            .from_(shifted.subquery("shifted", copy=False), copy=False)
            .where(sql.column(STEP) >= sql.number(1), copy=False),
        )
    return pipeline.add("steps", _folded(settings, measured))


def _from_step(pipeline: Pipeline, source: str, name: str, edge: Sql, after: bool) -> str:
    """Keep what comes from, or up to, a step of the path; paths without it go."""
    at = sql.window(edge, columns(ACTOR, PATH))
    marked = (
        exp.select("*", at.as_("edge", copy=False)).from_(source, copy=False).subquery("marked", copy=False)
    )
    if not after:
        kept = exp.select(*columns(ACTOR, PATH, TIME, ITEM, STEP)).from_(marked, copy=False)
        return pipeline.add(name, kept.where(sql.column(STEP) <= sql.column("edge"), copy=False))
    step = exp.Add(
        this=exp.Paren(this=exp.Sub(this=sql.column(STEP), expression=sql.column("edge"))),
        expression=sql.number(1),
    )
    kept = exp.select(*columns(ACTOR, PATH, TIME, ITEM), step.as_(STEP, copy=False)).from_(marked, copy=False)
    return pipeline.add(name, kept.where(sql.column(STEP) >= sql.column("edge"), copy=False))


def _folded(settings: PathsSettings, measured: str) -> exp.Select:
    """Between both points, what does not fit becomes one step of dots."""
    half = settings.steps // 2
    fits = sql.column("length") <= sql.number(settings.steps)
    early = sql.column(STEP) <= sql.number(half)
    late = sql.column(STEP) > exp.Sub(this=sql.column("length"), expression=sql.number(half))
    excess = exp.Sub(this=sql.column("length"), expression=sql.number(2 * half + 1))
    step = sql.case(
        [
            (fits, sql.column(STEP)),
            (early, sql.column(STEP)),
            (late, exp.Sub(this=sql.column(STEP), expression=exp.Paren(this=excess))),
        ],
        sql.number(half + 1),
    )
    item = sql.case(
        [(fits.copy(), sql.column(ITEM)), (early.copy(), sql.column(ITEM)), (late.copy(), sql.column(ITEM))],
        sql.text(BETWEEN),
    )
    renamed = exp.select(
        *columns(ACTOR, PATH, TIME), item.as_("folded", copy=False), step.as_("place", copy=False)
    ).from_(measured, copy=False)
    return (
        exp.select(
            *columns(ACTOR, PATH),
            exp.Min(this=sql.column(TIME)).as_(TIME, copy=False),
            sql.column("folded").as_(ITEM, copy=False),
            sql.column("place").as_(STEP, copy=False),
        )
        .from_(renamed.subquery("renamed", copy=False), copy=False)
        .group_by(*columns(ACTOR, PATH, "folded", "place"), copy=False)
    )


def _funnel_bounds(pipeline: Pipeline, settings: PathsSettings, covered: Range, scope: Scope) -> bool:
    """The stretch of time, for each actor, before, between or after steps of a funnel.

    PostHog: a negative step means the people who dropped off before it.
    """
    if settings.funnel_path is None:
        return False
    funnel = funnel_settings(settings.funnel)
    step = abs(settings.funnel_step)
    if step > len(funnel.steps):
        raise QueryError("The funnel has no such step", attr="funnelStep")
    runs = add_runs(pipeline, funnel, covered, Scope(scope.events, scope.context))
    best = add_best(pipeline, funnel, runs)
    reached = sql.column("reached")
    dropped = settings.funnel_step < 0
    who = reached.eq(sql.number(step - 1)) if dropped else reached >= sql.number(step)
    at = sql.column(f"t{max(1, step - 1) if dropped else step}")
    since: Sql = sql.instant(covered.start)
    until: Sql = sql.instant(covered.end)
    if settings.funnel_path == "funnel_path_before_step":
        until = at
    elif settings.funnel_path == "funnel_path_after_step":
        since = at
    else:
        since, until = sql.column(f"t{max(1, step - 1)}"), at
    pipeline.add(
        "bounds",
        exp.select(sql.column(ACTOR), since.as_("since", copy=False), until.as_("until", copy=False))
        .from_(best, copy=False)
        .where(who, copy=False),
    )
    return True
