"""LifecycleQuery: of each interval's active people, who is new, returning or resurrecting.

And who is gone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import cast

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.dates import Range, interval_step
from mockserver.analytics.filters import query_conditions
from mockserver.analytics.funnel_events import Pipeline, columns
from mockserver.analytics.interface import Events
from mockserver.analytics.model import JSON, JSONObject, QueryContext, QueryError, QueryResult
from mockserver.analytics.periods import period_of
from mockserver.analytics.reading import integer
from mockserver.analytics.running import fetch, render_hogql
from mockserver.analytics.sampling import of_the_whole, sample_condition, sampling_factor
from mockserver.analytics.scope import Scope
from mockserver.analytics.series import Series, matches, series_of
from mockserver.analytics.sql import Sql

STATUSES = ("new", "returning", "resurrecting", "dormant")
ACTOR, BUCKET, STATUS = "actor", "bucket", "status"


def run(query: JSONObject, events: Events, context: QueryContext) -> QueryResult:
    """Compute a LifecycleQuery: always four rows, dormant counted below zero."""
    series = series_of(query)
    if not series:
        raise QueryError("Lifecycle queries need a series", attr="series")
    scope = Scope(events, context)
    covered = whole_intervals(period_of(query, events, context))
    pipeline = Pipeline({})
    add_statuses(pipeline, query, series[0], covered, scope)
    statement = pipeline.finish(
        exp.select(*columns(STATUS, BUCKET), sql.count_all().as_("actors", copy=False))
        .from_("statuses", copy=False)
        .group_by(*columns(STATUS, BUCKET), copy=False)
    )
    rows = fetch(events, statement, context)
    data = {status: [0.0] * len(covered.buckets) for status in STATUSES}
    for status, bucket, actors in rows:
        place = int(cast("int", bucket))
        if 0 <= place < len(covered.buckets):
            number = float(of_the_whole(cast("int", actors), sampling_factor(query)))
            data[str(status)][place] = -number if status == "dormant" else number
    return QueryResult(
        results=[_row(series[0], status, data[status], covered, scope) for status in STATUSES],
        hogql=render_hogql(statement),
        resolved_date_range=covered.resolved(),
    )


def whole_intervals(covered: Range) -> Range:
    """PostHog: lifecycle counts whole intervals at both ends of the range."""
    last = covered.buckets[-1] if covered.buckets else covered.first
    end = interval_step(last, covered.interval, 1) - timedelta(microseconds=1)
    return replace(covered, start=covered.first, end=end)


def add_statuses(pipeline: Pipeline, query: JSONObject, series: Series, covered: Range, scope: Scope) -> None:
    """Add the steps that end in `statuses`: actor, bucket, status."""
    index = query.get("aggregation_group_type_index")
    group = integer(query, "aggregation_group_type_index", 0) if index is not None else None
    before = interval_step(covered.first, covered.interval, -1)
    actor = scope.actor(group)
    where = [scope.between(before, covered.end), matches(series, scope), *query_conditions(query, scope)]
    where += sample_condition(sampling_factor(query), scope.actor())
    if group is None:
        # PostHog: events sent without a person profile are left out.
        where.append(scope.person_column("number").is_(exp.null()).not_())
        created: Sql = scope.person_column("created_at")
    else:
        where.append(actor.copy().is_(exp.null()).not_())
        created = sql.column("first_seen", "first_seen")
    active = scope.select(
        actor.as_(ACTOR, copy=False),
        scope.bucket(covered).as_(BUCKET, copy=False),
        exp.Min(this=created).as_("created", copy=False),
        where=where,
    )
    if group is not None:
        inner = Scope(scope.events, scope.context)
        key = inner.group_key(group)
        seen = inner.select(
            key.as_("seen_actor", copy=False),
            exp.Min(this=inner.column("timestamp")).as_("first_seen", copy=False),
        )
        joined = seen.group_by(sql.number(1), copy=False).subquery("first_seen", copy=False)
        active = active.join(
            joined, on=sql.column("seen_actor", "first_seen").eq(actor.copy()), join_type="left", copy=False
        )
    pipeline.add("active", active.group_by(sql.number(1), sql.number(2), copy=False))
    born = scope.bucket_of(sql.column("created"), covered, reach=timedelta(days=3660))
    spec = columns(ACTOR)
    order = [sql.ascending(sql.column(BUCKET))]
    previous = sql.window(sql.call("lag", sql.column(BUCKET)), spec, order)
    following = sql.window(
        sql.call("lead", sql.column(BUCKET)), columns(ACTOR), [each.copy() for each in order]
    )
    pipeline.add(
        "neighbours",
        exp.select(
            *columns(ACTOR, BUCKET),
            born.as_("born", copy=False),
            previous.as_("previous", copy=False),
            following.as_("following", copy=False),
        ).from_("active", copy=False),
    )
    one = sql.number(1)
    is_next = sql.column("previous").eq(exp.Sub(this=sql.column(BUCKET), expression=one))
    status = sql.case(
        [(sql.column("born").eq(sql.column(BUCKET)), sql.text("new")), (is_next, sql.text("returning"))],
        sql.text("resurrecting"),
    )
    here = exp.select(*columns(ACTOR, BUCKET), status.as_(STATUS, copy=False)).from_("neighbours", copy=False)
    after = exp.Add(this=sql.column(BUCKET), expression=one.copy())
    gone = exp.or_(sql.column("following").is_(exp.null()), sql.column("following") > after.copy())
    dormant = exp.select(
        sql.column(ACTOR), after.as_(BUCKET, copy=False), sql.text("dormant").as_(STATUS, copy=False)
    ).from_("neighbours", copy=False)
    union = exp.union(here, dormant.where(gone, copy=False), distinct=False)
    pipeline.add(
        "statuses",
        exp.select("*")
        .from_(union.subquery("both", copy=False), copy=False)
        .where(sql.column(BUCKET) >= sql.number(0), copy=False),
    )


def _row(series: Series, status: str, data: list[float], covered: Range, scope: Scope) -> dict[str, JSON]:
    name = series.name(scope)
    identifier: JSON = str(series.action_id) if series.is_action else series.event_name
    return {
        "action": {
            "id": identifier,
            "name": name,
            "type": "actions" if series.is_action else "events",
            "order": series.order,
            "math": "total",
        },
        "label": f"{name} - {status}",
        "count": float(sum(data)),
        "data": data,
        "labels": covered.labels(),
        "days": covered.days(),
        "status": status,
    }
