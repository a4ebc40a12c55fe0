"""Who stands behind a point of a chart: each kind of insight as a set of actors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.breakdowns import NULL_GROUP, Breakdown, breakdown_of, group_columns
from mockserver.analytics.dates import Range, parse_date
from mockserver.analytics.filters import query_conditions
from mockserver.analytics.funnel_events import ACTOR, GROUP, Pipeline, columns
from mockserver.analytics.funnel_runs import add_runs
from mockserver.analytics.funnel_settings import funnel_settings
from mockserver.analytics.funnels import add_best
from mockserver.analytics.hogql import kinds
from mockserver.analytics.interface import Events
from mockserver.analytics.model import JSON, JSONObject, QueryContext, QueryError, UnsupportedQuery
from mockserver.analytics.periods import periods_of
from mockserver.analytics.ranges import local_now
from mockserver.analytics.reading import integer, listed, member, optional_text
from mockserver.analytics.scope import Scope
from mockserver.analytics.series import matches, series_at
from mockserver.analytics.sql import Sql

EVENT_COUNT = "event_count"


@dataclass(frozen=True, slots=True)
class ActorSet:
    """A query giving `actor` and further columns, whose types `columns` names."""

    query: exp.Select
    columns: Mapping[str, str]
    group_type_index: int | None = None


Maker = Callable[[JSONObject, JSONObject, Events, QueryContext], ActorSet]


def actors_of(source: JSONObject, events: Events, context: QueryContext) -> ActorSet:
    """The actors a point query names; raises UnsupportedQuery for a source without people."""
    kind = source.get("kind")
    if kind == "HogQLQuery":
        return _hogql(source, events, context)
    inner = member(source, "source")
    while inner.get("kind") in ("InsightVizNode", "InsightActorsQuery"):
        inner = member(inner, "source")
    maker = MAKERS.get(str(inner.get("kind")))
    if kind not in ("InsightActorsQuery", "FunnelsActorsQuery", "StickinessActorsQuery") or maker is None:
        raise UnsupportedQuery(
            f"Can't get actors of an unknown query kind: {inner.get('kind') or kind}", attr="source"
        )
    return maker(source, inner, events, context)


def _index(inner: JSONObject) -> int | None:
    return (
        integer(inner, "aggregation_group_type_index", 0)
        if inner.get("aggregation_group_type_index") is not None
        else None
    )


def _bucket(source: JSONObject, covered: Range, context: QueryContext) -> int | None:
    """Which bucket a `day` names, None without one."""
    day = source.get("day")
    if day is None:
        return None
    moment = parse_date(str(day), local_now(context)).moment
    found = [place for place, start in enumerate(covered.buckets) if start <= moment]
    if not found:
        raise QueryError("The day lies before the query's range", attr="day")
    return found[-1]


def _period(source: JSONObject, inner: JSONObject, events: Events, context: QueryContext) -> Range:
    periods = periods_of(inner, events, context)
    previous = source.get("compare") == "previous" and len(periods) > 1
    return periods[1 if previous else 0].covered


def in_group(breakdown: Breakdown, scope: Scope, wanted: JSON) -> list[Sql]:
    """Events of one group of a breakdown."""
    if not breakdown.size or wanted is None:
        return []
    parts = [str(each) if not isinstance(each, bool) else str(each).lower() for each in listed(wanted)]
    if breakdown.cohorts:
        from mockserver.analytics.cohorts import cohort_id, in_cohort

        return [] if parts[0] == "all" else [in_cohort(cohort_id(parts[0]), scope)]
    found = zip(group_columns(breakdown, scope), parts, strict=False)
    return [column.eq(sql.text(part or NULL_GROUP)) for column, part in found]


def _trends(source: JSONObject, inner: JSONObject, events: Events, context: QueryContext) -> ActorSet:
    from mockserver.analytics.measures import ACTIVE_DAYS
    from mockserver.analytics.sampling import sample_condition, sampling_factor

    scope = Scope(events, context)
    covered = _period(source, inner, events, context)
    series = series_at(inner, integer(source, "series", 0))
    bucket = _bucket(source, covered, context)
    where = [matches(series, scope), *query_conditions(inner, scope)]
    where += sample_condition(sampling_factor(inner), scope.actor())
    where += in_group(breakdown_of(inner), scope, source.get("breakdown"))
    start: datetime = covered.start
    days = ACTIVE_DAYS.get(series.math, 0)
    if days:
        start = covered.first - timedelta(days=days)
    where.append(scope.between(start, covered.end))
    if bucket is not None:
        per_day = {"minute": 1440, "hour": 24, "day": 1}.get(covered.interval, 0)
        width = max(1, days * per_day)
        at = scope.bucket(covered)
        where.append(exp.Between(this=at, low=sql.number(bucket - width + 1), high=sql.number(bucket)))
    actor = scope.actor()
    made = scope.select(
        actor.as_(ACTOR, copy=False), sql.count_all().as_(EVENT_COUNT, copy=False), where=where
    ).group_by(sql.number(1), copy=False)
    return ActorSet(made, MappingProxyType({EVENT_COUNT: kinds.COUNT}))


def _funnel(source: JSONObject, inner: JSONObject, events: Events, context: QueryContext) -> ActorSet:
    settings = funnel_settings(inner)
    covered = _period(source, inner, events, context)
    pipeline = Pipeline({})
    runs = add_runs(pipeline, settings, covered, Scope(events, context))
    step = source.get("funnelStep")
    if settings.viz == "trends":
        return _funnel_trend(source, inner, pipeline, runs, covered, Scope(events, context))
    best = add_best(pipeline, settings, runs)
    number = step if isinstance(step, int) and not isinstance(step, bool) else 1
    if number == 0 or abs(number) > len(settings.steps):
        raise QueryError("The funnel has no such step", attr="funnelStep")
    reached = sql.column("reached")
    who: Sql = reached >= sql.number(number) if number > 0 else reached.eq(sql.number(-number - 1))
    made = exp.select(sql.column(ACTOR)).distinct(copy=False).from_(best, copy=False).where(who, copy=False)
    wanted = source.get("funnelStepBreakdown")
    if settings.breakdown.size and wanted is not None:
        parts = [sql.text(str(each)) for each in listed(wanted)]
        value = sql.call("list_value", *parts) if len(settings.breakdown.properties) > 1 else parts[0]
        made = made.where(sql.column(GROUP).eq(value), copy=False)
    return ActorSet(pipeline.finish(made), MappingProxyType({}), _index(inner))


def _funnel_trend(
    source: JSONObject, inner: JSONObject, pipeline: Pipeline, runs: str, covered: Range, scope: Scope
) -> ActorSet:
    settings = funnel_settings(inner)
    bucket = _bucket({"day": source.get("funnelTrendsEntrancePeriodStart")}, covered, scope.context)
    made = exp.select(sql.column(ACTOR)).from_(runs, copy=False).group_by(sql.column(ACTOR), copy=False)
    if bucket is not None:
        made = made.where(scope.bucket_of(sql.column("t1"), covered).eq(sql.number(bucket)), copy=False)
    far = exp.Max(this=sql.column("reached"))
    dropped = bool(source.get("funnelTrendsDropOff"))
    limit = sql.number(settings.to_step)
    made = made.having(
        exp.and_(far > sql.number(settings.from_step), far.copy() <= limit) if dropped else far > limit,
        copy=False,
    )
    return ActorSet(pipeline.finish(made), MappingProxyType({}), _index(inner))


def _retention(source: JSONObject, inner: JSONObject, events: Events, context: QueryContext) -> ActorSet:
    from mockserver.analytics.retention import add_returns
    from mockserver.analytics.retention_settings import retention_settings

    settings = retention_settings(inner, context)
    pipeline = Pipeline({})
    add_returns(pipeline, settings, Scope(events, context))
    start = integer(source, "interval", 0)
    listed_ = sql.call("list_sort", sql.call("list_distinct", sql.call("list", sql.column("later"))))
    made = (
        exp.select(sql.column(ACTOR), listed_.as_("appearances", copy=False))
        .from_("returns", copy=False)
        .where(sql.column("start").eq(sql.number(start)), copy=False)
        .group_by(sql.column(ACTOR), copy=False)
    )
    if settings.breakdown.size and source.get("breakdown") is not None:
        wanted = "::".join(str(each) for each in listed(source.get("breakdown")))
        made = made.where(sql.column("shown").eq(sql.text(wanted)), copy=False)
    kind = kinds.array_of(kinds.COUNT)
    return ActorSet(pipeline.finish(made), MappingProxyType({"appearances": kind}), _index(inner))


def _stickiness(source: JSONObject, inner: JSONObject, events: Events, context: QueryContext) -> ActorSet:
    from mockserver.analytics.stickiness import active_intervals, stickiness_settings

    settings = stickiness_settings(inner)
    series = series_at(inner, integer(source, "series", 0))
    covered = _period(source, inner, events, context)
    per_actor = active_intervals(settings, series, covered, Scope(events, context))
    made = exp.select(sql.column("actor")).from_(per_actor.subquery("per_actor", copy=False), copy=False)
    day = source.get("day")
    if day is not None:
        wanted = sql.number(integer(source, "day", 0))
        number = sql.column("intervals")
        made = made.where(number >= wanted if settings.cumulative else number.eq(wanted), copy=False)
    return ActorSet(made, MappingProxyType({}))


def _lifecycle(source: JSONObject, inner: JSONObject, events: Events, context: QueryContext) -> ActorSet:
    from mockserver.analytics.lifecycle import add_statuses, whole_intervals
    from mockserver.analytics.periods import period_of

    covered = whole_intervals(period_of(inner, events, context))
    pipeline = Pipeline({})
    add_statuses(pipeline, inner, series_at(inner, 0), covered, Scope(events, context))
    made = exp.select(sql.column(ACTOR)).distinct(copy=False).from_("statuses", copy=False)
    bucket = _bucket(source, covered, context)
    if bucket is not None:
        made = made.where(sql.column("bucket").eq(sql.number(bucket)), copy=False)
    status = optional_text(source, "status")
    if status is not None:
        made = made.where(sql.column("status").eq(sql.text(status)), copy=False)
    return ActorSet(pipeline.finish(made), MappingProxyType({}), _index(inner))


def _paths(source: JSONObject, inner: JSONObject, events: Events, context: QueryContext) -> ActorSet:
    from mockserver.analytics.paths import ENDS, add_links
    from mockserver.analytics.paths_settings import paths_settings
    from mockserver.analytics.periods import period_of

    covered = period_of(inner, events, context, "day")
    pipeline = Pipeline({})
    add_links(pipeline, paths_settings(inner), covered, Scope(events, context))
    made = (
        exp.select(*columns(ACTOR), sql.count_all().as_(EVENT_COUNT, copy=False))
        .from_("links", copy=False)
        .group_by(sql.column(ACTOR), copy=False)
    )
    given = {**member(inner, "pathsFilter"), **source}
    for name, column in (("pathStartKey", "source"), ("pathEndKey", "target"), ("pathDropoffKey", "target")):
        value = optional_text(given, name)
        if value:
            made = made.where(sql.column(column).eq(sql.text(value)), copy=False)
            if name == "pathDropoffKey":
                made = made.where(sql.column(ENDS), copy=False)
    return ActorSet(pipeline.finish(made), MappingProxyType({EVENT_COUNT: kinds.COUNT}), _index(inner))


def _hogql(source: JSONObject, events: Events, context: QueryContext) -> ActorSet:
    """A HogQL query whose first column, or the one called `person_id` or `actor_id`, names people by id."""
    from mockserver.analytics.hogql.parsing import parse_select
    from mockserver.analytics.hogql.placeholders import placeholders_of
    from mockserver.analytics.hogql.selects import Compiler

    compiler = Compiler(events, context, placeholders_of(source, context.variables))
    compiled, found = compiler.compile(parse_select(optional_text(source, "query") or ""))
    name = next(
        (each for each in ("actor_id", "person_id", "id") if each in found), next(iter(found), "actor_id")
    )
    same = sql.as_text(sql.column("uuid", "persons")).eq(sql.as_text(sql.column(name, "named")))
    made = (
        exp.select(sql.column("number", "persons").as_(ACTOR, copy=False))
        .distinct(copy=False)
        .from_(compiled.subquery("named", copy=False), copy=False)
    )
    return ActorSet(made.join("persons", on=same, copy=False), MappingProxyType({}))


MAKERS: Mapping[str, Maker] = MappingProxyType(
    {
        "TrendsQuery": _trends,
        "FunnelsQuery": _funnel,
        "RetentionQuery": _retention,
        "StickinessQuery": _stickiness,
        "LifecycleQuery": _lifecycle,
        "PathsQuery": _paths,
    }
)
