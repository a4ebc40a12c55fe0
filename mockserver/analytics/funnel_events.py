"""The events of a funnel, each with the steps it could be, and the group each run belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.breakdowns import NULL_GROUP, group_columns
from mockserver.analytics.dates import Range
from mockserver.analytics.filters import query_conditions
from mockserver.analytics.funnel_settings import FunnelSettings, overlapping
from mockserver.analytics.sampling import sample_condition, sampling_factor
from mockserver.analytics.scope import Scope
from mockserver.analytics.series import matches
from mockserver.analytics.sql import Sql

ACTOR, TIME, NUMBER, GROUP, STEP = "actor", "ts", "number", "grp", "step"


@dataclass(slots=True)
class Pipeline:
    """Named steps of a statement, in order."""

    steps: dict[str, exp.Select]

    def add(self, name: str, select: exp.Select) -> str:
        """Append a step and give back its name."""
        self.steps[name] = select
        return name

    def finish(self, select: exp.Select) -> exp.Select:
        """The statement that ends in `select`."""
        for name, step in self.steps.items():
            select = select.with_(name, step, copy=False)
        return select


def keys_of(settings: FunnelSettings) -> list[str]:
    """What tells one run of events from another: who, and in which group."""
    return [ACTOR, GROUP] if settings.breakdown.size else [ACTOR]


def columns(*names: str) -> list[Sql]:
    """Fresh columns of the step at hand."""
    return [sql.column(name) for name in names]


def add_events(pipeline: Pipeline, settings: FunnelSettings, covered: Range, scope: Scope) -> str:
    """Add the steps that end in one row an event: keys, `ts`, `number` and flags `m1`.. `mn`, `x1`.. `xe`."""
    flags = [matches(each, scope) for each in settings.steps]
    excluded = [matches(each.series, scope) for each in settings.exclusions]
    actor = _actor(settings, scope)
    end = covered.end
    if settings.viz == "trends":
        # PostHog: runs that begin in the range may be completed after it.
        end += timedelta(seconds=settings.window_seconds)
    where = [scope.between(covered.start, end), *query_conditions(settings.query, scope)]
    where += sample_condition(sampling_factor(settings.query), scope.actor())
    if settings.order != "strict":
        where.append(exp.Paren(this=sql.any_of(each.copy() for each in (*flags, *excluded))))
    if settings.group_type_index is not None or settings.aggregate_by is not None:
        where.append(actor.copy().is_(exp.null()).not_())
    projections: list[Sql] = [
        actor.as_(ACTOR, copy=False),
        scope.column("timestamp").as_(TIME, copy=False),
        scope.column("number").as_(NUMBER, copy=False),
        *[_flag(flag).as_(f"m{place}", copy=False) for place, flag in enumerate(flags, 1)],
        *[_flag(flag).as_(f"x{place}", copy=False) for place, flag in enumerate(excluded, 1)],
    ]
    if settings.breakdown.size:
        projections.append(_group(settings, scope).as_(GROUP, copy=False))
    pipeline.add("seen", scope.select(*projections, where=where))
    if not settings.breakdown.size or settings.breakdown.cohorts or settings.attribution == "all_events":
        return "seen"
    return _attributed(pipeline, settings)


def _flag(condition: Sql) -> Sql:
    return exp.func("coalesce", condition.copy(), exp.false())


def _actor(settings: FunnelSettings, scope: Scope) -> Sql:
    if settings.aggregate_by is not None and settings.aggregate_by != "person_id":
        from mockserver.analytics.hogql.snippets import value

        return value(settings.aggregate_by, scope)
    return scope.actor(settings.group_type_index)


def _group(settings: FunnelSettings, scope: Scope) -> Sql:
    """One column however many properties; PostHog: a missing value is empty text in funnels."""
    parts = group_columns(settings.breakdown, scope)
    if settings.breakdown.cohorts:
        return parts[0]
    empty = [
        exp.func("coalesce", exp.func("nullif", part, sql.text(NULL_GROUP)), sql.text("")) for part in parts
    ]
    return empty[0] if len(empty) == 1 else sql.call("list_value", *empty)


def _is_empty(settings: FunnelSettings, value: Sql) -> Sql:
    size = len(settings.breakdown.properties)
    empty = sql.text("") if size == 1 else sql.call("list_value", *[sql.text("") for _ in range(size)])
    return value.eq(empty)


def _attributed(pipeline: Pipeline, settings: FunnelSettings) -> str:
    if settings.attribution == "step":
        return _attributed_to_step(pipeline, settings)
    return _attributed_by_touch(pipeline, settings)


def _step_flags(settings: FunnelSettings) -> list[str]:
    return [f"m{place}" for place in range(1, len(settings.steps) + 1)]


def _all_flags(settings: FunnelSettings) -> list[str]:
    return [*_step_flags(settings), *[f"x{place}" for place in range(1, len(settings.exclusions) + 1)]]


def _attributed_by_touch(pipeline: Pipeline, settings: FunnelSettings) -> str:
    """Each actor in the group of its first, or last, funnel event that has a value."""
    pick = exp.Min if settings.attribution == "first_touch" else exp.Max
    is_step = exp.Paren(this=sql.any_of(columns(*_step_flags(settings))))
    has_value = exp.not_(exp.Paren(this=_is_empty(settings, sql.column(GROUP))))
    pipeline.add(
        "touches",
        exp.select(sql.column(ACTOR), pick(this=sql.column(TIME)).as_("touched", copy=False))
        .from_("seen", copy=False)
        .where(is_step, has_value, copy=False)
        .group_by(sql.column(ACTOR), copy=False),
    )
    same = exp.and_(
        sql.column(ACTOR, "seen").eq(sql.column(ACTOR, "touches")),
        sql.column(TIME, "seen").eq(sql.column("touched", "touches")),
    )
    pipeline.add(
        "attributions",
        exp.select(
            sql.column(ACTOR, "seen"), exp.Min(this=sql.column(GROUP, "seen")).as_("value", copy=False)
        )
        .from_("seen", copy=False)
        .join("touches", on=same, copy=False)
        .where(is_step.copy(), has_value.copy(), copy=False)
        .group_by(sql.column(ACTOR, "seen"), copy=False),
    )
    size = len(settings.breakdown.properties)
    empty = sql.text("") if size == 1 else sql.call("list_value", *[sql.text("") for _ in range(size)])
    # Asked of the actor, since a list is never null in every database.
    nowhere = sql.column(ACTOR, "attributions").is_(exp.null())
    value = sql.case([(nowhere, empty)], sql.column("value", "attributions")).as_(GROUP, copy=False)
    kept = [sql.column(name, "seen") for name in (ACTOR, TIME, NUMBER, *_all_flags(settings))]
    joined = sql.column(ACTOR, "seen").eq(sql.column(ACTOR, "attributions"))
    return pipeline.add(
        "attributed",
        exp.select(*kept, value).from_("seen", copy=False).join("attributions", on=joined, join_type="left"),
    )


def _attributed_to_step(pipeline: Pipeline, settings: FunnelSettings) -> str:
    """A run for each value the actor has at the step, in which only that value's events can be the step."""
    at = f"m{settings.attribution_step + 1}"
    pipeline.add(
        "attributions",
        exp.select(sql.column(ACTOR), sql.column(GROUP).as_("value", copy=False))
        .distinct(copy=False)
        .from_("seen", copy=False)
        .where(sql.column(at), copy=False),
    )
    kept: list[Sql] = [sql.column(name, "seen") for name in (ACTOR, TIME, NUMBER)]
    for name in _all_flags(settings):
        flag: Sql = sql.column(name, "seen")
        if name == at:
            flag = exp.and_(flag, sql.column(GROUP, "seen").eq(sql.column("value", "attributions")))
        kept.append(flag.as_(name, copy=False))
    joined = sql.column(ACTOR, "seen").eq(sql.column(ACTOR, "attributions"))
    return pipeline.add(
        "attributed",
        exp.select(*kept, sql.column("value", "attributions").as_(GROUP, copy=False))
        .from_("seen", copy=False)
        .join("attributions", on=joined, copy=False),
    )


def add_sequence(
    pipeline: Pipeline, settings: FunnelSettings, events: str, name: str, order: Sequence[int]
) -> list[Sql]:
    """Add one row for each step an event can be, as `step` 1 to n, exclusions n+1 and up; the sort key to
    use.

    `order` says which of the query's steps is looked for first, second and so on. PostHog: an event fills one
    step, so of a lone event's steps the later ones are tried first; events of the same moment are taken in
    the order of their steps.
    """
    keys = keys_of(settings)
    size = len(settings.steps)
    flags = [f"m{place + 1}" for place in order] + [
        f"x{place}" for place in range(1, len(settings.exclusions) + 1)
    ]
    branches = [(sql.column(flag), sql.number(step)) for step, flag in enumerate(flags, 1)]
    if not overlapping(settings):
        pipeline.add(
            name,
            exp.select(*columns(*keys, TIME), sql.case(branches).as_(STEP, copy=False)).from_(
                events, copy=False
            ),
        )
        return [sql.ascending(sql.column(TIME)), sql.ascending(sql.column(STEP))]
    able = sql.call(
        "list_filter", sql.call("list_value", *[sql.case([each]) for each in branches]), _is_set()
    )
    listed = f"{name}_listed"
    pipeline.add(
        listed,
        exp.select(*columns(*keys, TIME, NUMBER), able.as_("able", copy=False)).from_(events, copy=False),
    )
    spec = columns(*keys, TIME)
    lowest = sql.window(exp.Min(this=sql.column("able")), spec)
    highest = sql.window(exp.Max(this=sql.column("able")), [each.copy() for each in spec])
    mixed = f"{name}_mixed"
    pipeline.add(
        mixed,
        exp.select(*columns(*keys, TIME, NUMBER, "able"), lowest.neq(highest).as_("mixed", copy=False)).from_(
            listed, copy=False
        ),
    )
    pipeline.add(
        name,
        exp.select(
            *columns(*keys, TIME, NUMBER, "mixed"),
            sql.call("unnest", sql.column("able")).as_(STEP, copy=False),
        ).from_(mixed, copy=False),
    )
    backwards = sql.case(
        [(sql.column(STEP) <= sql.number(size), exp.Neg(this=sql.column(STEP)))], sql.column(STEP)
    )
    return [
        sql.ascending(sql.column(TIME)),
        sql.ascending(sql.case([(sql.column("mixed"), sql.column(STEP))], sql.column(NUMBER))),
        sql.ascending(sql.case([(sql.column("mixed"), sql.column(NUMBER))], backwards)),
    ]


def _is_set() -> Sql:
    return exp.Lambda(this=exp.column("x").is_(exp.null()).not_(), expressions=[exp.to_identifier("x")])
