"""Rows of a trends result in the vendor's shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mockserver.analytics.breakdowns import Breakdown, Group, group_order
from mockserver.analytics.dates import iso
from mockserver.analytics.model import JSON, JSONObject
from mockserver.analytics.naming import snake_case
from mockserver.analytics.periods import Period
from mockserver.analytics.reading import boolean, member
from mockserver.analytics.scope import Scope
from mockserver.analytics.series import Series


@dataclass(frozen=True, slots=True)
class TrendRow:
    """The numbers of one series, period and group; a formula's row has its own label instead of a series."""

    series: Series | None
    period: Period
    group: Group
    values: Sequence[float]
    order: int = 0
    label: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """What all rows of a result share."""

    query: JSONObject
    breakdown: Breakdown
    total: bool
    cumulative: bool
    smoothing: int
    series_count: int
    compares: bool


def total_of(values: Sequence[float], cumulative: bool) -> float:
    """PostHog: `count` is the sum of `data`, and the last point when buckets already add up."""
    if cumulative:
        return values[-1] if values else 0
    return sum(values)


def sort_rows(rows: Sequence[TrendRow], cumulative: bool) -> list[TrendRow]:
    """Biggest group first, equal ones by value, the null group and the others last."""
    return sorted(rows, key=lambda row: group_order(row.group, total_of(row.values, cumulative)))


def smoothed(values: Sequence[float], intervals: int) -> list[float]:
    """The mean of each bucket and those before it, up to so many, rounded down."""
    if intervals < 2:
        return list(values)
    means: list[float] = []
    for place in range(len(values)):
        part = values[max(0, place - intervals + 1) : place + 1]
        means.append(sum(part) // len(part))
    return means


def finished(row: TrendRow, settings: Settings, scope: Scope) -> dict[str, JSON]:
    """One row as the vendor answers it."""
    made: dict[str, JSON] = {}
    covered = row.period.covered
    action = row.series.describe(scope) if row.series is not None else None
    if settings.total:
        made |= {"data": [] if row.series else None, "days": [], "count": 0}
        made["aggregated_value"] = row.values[0] if row.values else 0
    else:
        data = smoothed(row.values, settings.smoothing)
        made |= {"data": data, "labels": covered.labels(), "days": covered.days()}
        made["count"] = float(total_of(data, settings.cumulative))
        if action is not None:
            action["days"] = [iso(bucket) for bucket in covered.buckets]
    made["label"] = _label(row, settings, scope)
    made["order"] = row.series.order if row.series is not None else row.order
    made["filter"] = _filter(row, settings)
    made["action"] = action
    if row.group:
        made["breakdown_value"] = settings.breakdown.value(row.group)
    if settings.compares:
        made |= {"compare": True, "compare_label": row.period.compare_label}
    return made


def _label(row: TrendRow, settings: Settings, scope: Scope) -> str:
    if row.series is None:
        return row.label
    name = row.series.name(scope)
    if not row.group:
        return name
    value = settings.breakdown.label(row.group, scope)
    return value if settings.series_count == 1 else f"{name} - {value}"


def _filter(row: TrendRow, settings: Settings) -> dict[str, JSON]:
    """The legacy description of the query which the vendor still adds to each row."""
    query, covered = settings.query, row.period.covered
    described: dict[str, JSON] = {
        "insight": "TRENDS",
        "properties": query.get("properties") or [],
        "filter_test_accounts": boolean(query, "filterTestAccounts"),
        "date_to": iso(covered.end),
        "date_from": iso(covered.start),
        "entity_type": "events",
        "interval": covered.interval,
    }
    for name in ("trendsFilter", "breakdownFilter"):
        for key, value in member(query, name).items():
            if value is not None:
                described[snake_case(key)] = value
    return described
