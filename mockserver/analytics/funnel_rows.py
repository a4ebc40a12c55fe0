"""Results of funnels in the vendor's shapes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import cast

from mockserver.analytics.breakdowns import Group
from mockserver.analytics.funnel_settings import FunnelSettings
from mockserver.analytics.model import JSON
from mockserver.analytics.periods import Period
from mockserver.analytics.running import Row
from mockserver.analytics.scope import Scope
from mockserver.analytics.series import Series

OTHER_VALUE = "Other"
NO_VALUE_IN_TRENDS = "None"


@dataclass(frozen=True, slots=True)
class StepNumbers:
    """One group's people and times, an entry a step; the first step has no times."""

    counts: Sequence[float]
    averages: Sequence[float | None]
    medians: Sequence[float | None]
    group: Group


def steps_result(
    settings: FunnelSettings, periods: Sequence[tuple[Period, Sequence[StepNumbers]]], scope: Scope
) -> list[JSON]:
    """A list of steps, or a list of these lists by group; each period's after the other's."""
    made: list[JSON] = []
    empty = StepNumbers(
        [0] * len(settings.steps), [None] * len(settings.steps), [None] * len(settings.steps), ()
    )
    for period, groups in periods:
        if settings.breakdown.size:
            ordered = sorted(
                groups, key=lambda each: (OTHER_VALUE in each.group, -each.counts[-1], each.group)
            )
            made += [_steps(settings, each, period, scope) for each in ordered]
            continue
        only = groups[0] if groups and groups[0].counts[0] else None
        if only is None and len(periods) == 1:
            return []
        made += _steps(settings, only or empty, period, scope)
    return made


def _steps(settings: FunnelSettings, numbers: StepNumbers, period: Period, scope: Scope) -> list[JSON]:
    return [
        _step(settings, series, place, numbers, period, scope) for place, series in enumerate(settings.steps)
    ]


def _step(
    settings: FunnelSettings, series: Series, place: int, numbers: StepNumbers, period: Period, scope: Scope
) -> dict[str, JSON]:
    unordered = settings.order == "unordered"
    identifier: JSON = series.action_id if series.is_action else series.event_name
    completed = f"Completed {place + 1} step{'s' if place else ''}"
    made: dict[str, JSON] = {
        "action_id": None if unordered else identifier,
        "name": completed if unordered else series.name(scope),
        "custom_name": None if unordered else series.node.get("custom_name"),
        "order": place,
        "people": [],
        "count": numbers.counts[place],
        "type": "actions" if series.is_action else "events",
        "average_conversion_time": numbers.averages[place],
        "median_conversion_time": numbers.medians[place],
    }
    if numbers.group:
        made |= _breakdown(settings, numbers.group, scope)
    if period.compare_label is not None:
        made["compare_label"] = period.compare_label
    return made


def _breakdown(settings: FunnelSettings, group: Group, scope: Scope) -> dict[str, JSON]:
    if settings.breakdown.cohorts:
        value = settings.breakdown.value(group)
        return {"breakdown": settings.breakdown.label(group, scope), "breakdown_value": value}
    return {"breakdown": list(group), "breakdown_value": list(group)}


def conversion_bins(durations: Sequence[float], bin_count: int | None) -> dict[str, JSON]:
    """A histogram of seconds.

    PostHog: as many bins as the cube root of the people, one more edge for the rest.
    """
    if not durations:
        return {"bins": [], "average_conversion_time": None, "median_conversion_time": None}
    low, high = math.floor(min(durations)), max(durations)
    count = bin_count or max(1, min(60, math.ceil(round(len(durations) ** (1 / 3), 9))))
    width = math.ceil((high - low) / count)
    if width == 0:
        count, width = 1, 60
    people = [0] * (count + 1)
    for each in durations:
        people[min(int((each - low) // width), count)] += 1
    return {
        "bins": [[low + width * place, number] for place, number in enumerate(people)],
        "average_conversion_time": sum(durations) / len(durations),
        "median_conversion_time": median(durations),
    }


def trends_result(settings: FunnelSettings, period: Period, rows: Sequence[Row]) -> list[dict[str, JSON]]:
    """Rates in percent with two decimals, one row a group."""
    covered = period.covered
    size = len(covered.buckets)
    rates: dict[Group, list[float]] = {} if settings.breakdown.size else {(): [0] * size}
    totals: dict[Group, int] = {}
    for row in rows:
        bucket, began, ended = (int(cast("int", each)) for each in row[:3])
        label = row[3] if settings.breakdown.size else None
        group = tuple(str(each) for each in label) if isinstance(label, list) else (str(label),)
        group = group if settings.breakdown.size else ()
        values = rates.setdefault(group, [0] * size)
        totals[group] = totals.get(group, 0) + ended
        if 0 <= bucket < size and began:
            values[bucket] = round(100 * ended / began, 2)
    made: list[dict[str, JSON]] = []
    for group in sorted(rates, key=lambda each: (OTHER_VALUE in each, -totals.get(each, 0), each)):
        row_: dict[str, JSON] = {
            "count": size,
            "data": rates[group],
            "days": covered.days(),
            "labels": covered.labels(),
        }
        if group and settings.breakdown.cohorts:
            row_["breakdown_value"] = settings.breakdown.value(group)
        elif group:
            row_["breakdown_value"] = [each or NO_VALUE_IN_TRENDS for each in group]
        if period.compare_label is not None:
            row_["compare_label"] = period.compare_label
        made.append(row_)
    return made
