"""Results that do not add up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from .edits import body_with
from .model import Asked, ContractFault

ASK: Final = frozenset(("query_create",))


def _fault(name: str, description: str, rule: str, edit: Callable[[list[Any]], list[Any]]) -> ContractFault:
    def change(_: Asked, body: dict[str, Any]) -> None:
        listed = body.get("results")
        if isinstance(listed, list) and listed and isinstance(listed[0], dict):
            body["results"] = edit(listed)

    return ContractFault(name, "numbers", description, rule, ASK, on_answer=body_with(change))


def _count_off(series: list[Any]) -> list[Any]:
    return [{**one, "count": one["count"] + 1} if "data" in one else one for one in series]


def _no_other(series: list[Any]) -> list[Any]:
    return [one for one in series if "breakdown_other" not in str(one.get("breakdown_value"))]


def _steps_grow(steps: list[Any]) -> list[Any]:
    if "average_conversion_time" not in steps[0] or "order" not in steps[0]:
        return steps
    counts = sorted(step["count"] for step in steps)
    return [{**step, "count": count + step["order"]} for step, count in zip(steps, counts, strict=True)]


def _label_lost(series: list[Any]) -> list[Any]:
    return [{**one, "labels": one["labels"][:-1]} if one.get("labels") else one for one in series]


def _last_point_lost(series: list[Any]) -> list[Any]:
    """An hourly series loses its last hour."""
    return [
        {**one, "data": [*one["data"][:-1], 0]} if len(one.get("data") or ()) > 40 else one for one in series
    ]


def _dormant_positive(series: list[Any]) -> list[Any]:
    return [
        {**one, "data": [abs(value) + 1 for value in one["data"]]} if one.get("status") == "dormant" else one
        for one in series
    ]


FAULTS: Final = (
    _fault("count_is_not_the_sum", "`count` is one too many.", "It is the sum of the points.", _count_off),
    _fault("other_is_left_out", "A breakdown has no `other`.", "Its parts add up to the total.", _no_other),
    _fault("funnel_grows", "A funnel grows.", "No step has more people than the one before.", _steps_grow),
    _fault(
        "label_is_lost", "The last label is lost.", "Data, days and labels are of one length.", _label_lost
    ),
    _fault("last_hour_is_lost", "The last hour is not counted.", "Hours add up to days.", _last_point_lost),
    _fault(
        "dormant_is_positive",
        "Dormant people are counted positively.",
        "They are negative.",
        _dormant_positive,
    ),
)
