"""What a FunnelsQuery asks for, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias, cast

from mockserver.analytics.breakdowns import Breakdown, breakdown_of
from mockserver.analytics.model import JSON, JSONObject, QueryError
from mockserver.analytics.reading import (
    choice,
    integer,
    member,
    objects,
    optional_number,
    optional_text,
)
from mockserver.analytics.series import Series, series_of

OrderType: TypeAlias = Literal["ordered", "strict", "unordered"]

ORDER_TYPES = ("ordered", "strict", "unordered")
VIZ_TYPES = ("steps", "time_to_convert", "trends")
WINDOW_UNITS = ("second", "minute", "hour", "day", "week", "month")
ATTRIBUTIONS = ("first_touch", "last_touch", "all_events", "step")
DEFAULT_WINDOW_DAYS = 14
SECONDS: Mapping[str, int] = MappingProxyType(
    {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800, "month": 2_678_400}
)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """An event that voids a run when it happens after step `start` and before step `end`, counted from 0."""

    series: Series
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class FunnelSettings:
    """A funnel; `from_step` and `to_step` count from 0, `attribution_step` too."""

    query: JSONObject
    steps: tuple[Series, ...]
    exclusions: tuple[Exclusion, ...]
    order: OrderType
    viz: str
    window: int
    window_unit: str
    breakdown: Breakdown
    attribution: str
    attribution_step: int
    from_step: int
    to_step: int
    bin_count: int | None
    group_type_index: int | None
    aggregate_by: str | None

    @property
    def window_seconds(self) -> int:
        """The window's greatest length."""
        return self.window * SECONDS[self.window_unit]


def funnel_settings(query: JSONObject) -> FunnelSettings:
    """Read a funnel.

    Raises QueryError, with the vendor's words where they are known, for one that cannot be.
    """
    given = member(query, "funnelsFilter")
    steps = tuple(series_of(query))
    if len(steps) < 2:
        raise QueryError(
            "Funnels require at least two steps.", "funnels_require_at_least_two_steps", "series"
        )
    order = choice(given, "funnelOrderType", ORDER_TYPES, "ordered")
    last = len(steps) - 1
    from_step, to_step = integer(given, "funnelFromStep", 0), integer(given, "funnelToStep", last)
    if not from_step < to_step <= last:
        raise QueryError(
            "Funnel step range is invalid: the end must come after the start.", attr="funnelToStep"
        )
    attribution_step = _attribution_step(given.get("breakdownAttributionValue"), last)
    index = query.get("aggregation_group_type_index")
    return FunnelSettings(
        query=query,
        steps=steps,
        exclusions=tuple(_exclusion(each, steps, order) for each in objects(given, "exclusions")),
        order=cast("OrderType", order),
        viz=choice(given, "funnelVizType", VIZ_TYPES, "steps"),
        window=integer(given, "funnelWindowInterval", DEFAULT_WINDOW_DAYS, least=1),
        window_unit=choice(given, "funnelWindowIntervalUnit", WINDOW_UNITS, "day"),
        breakdown=breakdown_of(query),
        attribution=choice(given, "breakdownAttributionType", ATTRIBUTIONS, "first_touch"),
        attribution_step=attribution_step,
        from_step=from_step,
        to_step=to_step,
        bin_count=_bin_count(given),
        group_type_index=integer(query, "aggregation_group_type_index", 0) if index is not None else None,
        aggregate_by=optional_text(given, "funnelAggregateByHogQL"),
    )


def _attribution_step(value: JSON, last: int) -> int:
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= last:
        raise QueryError("Input should be the place of a step", attr="breakdownAttributionValue")
    return value


def _bin_count(given: JSONObject) -> int | None:
    value = optional_number(given, "binCount")
    return max(1, min(90, int(value))) if value is not None else None


def _exclusion(node: JSONObject, steps: tuple[Series, ...], order: str) -> Exclusion:
    series = Series(node, 0)
    start, end = integer(node, "funnelFromStep", 0), integer(node, "funnelToStep", len(steps) - 1)
    if start >= end:
        raise QueryError(
            "Exclusion event range is invalid. End of range should be greater than start.", attr="exclusions"
        )
    if end >= len(steps):
        raise QueryError(
            "Exclusion event range is invalid. End of range is greater than number of steps.",
            attr="exclusions",
        )
    if order == "unordered" and (start, end) != (0, len(steps) - 1):
        raise QueryError("Partial Exclusions not allowed in unordered funnels", attr="exclusions")
    if any(_same(series, step) for step in steps[start : end + 1]):
        raise QueryError(
            "Exclusion steps cannot contain an event that's part of funnel steps.", attr="exclusions"
        )
    return Exclusion(series, start, end)


def _same(one: Series, other: Series) -> bool:
    same_what = (one.action_id, one.event_name) == (other.action_id, other.event_name)
    return same_what and not one.node.get("properties") and not other.node.get("properties")


def overlapping(settings: FunnelSettings) -> bool:
    """Whether one event may be several of the funnel's steps and exclusions."""
    names = [each.event_name for each in (*settings.steps, *(each.series for each in settings.exclusions))]
    return None in names or len(set(names)) < len(names)
