"""Objects that are not of the documented shape."""

from __future__ import annotations

from typing import Final

from .model import Asked, ContractFault, Given

INSIGHTS: Final = frozenset(
    ("insights_list", "insights_retrieve", "insights_create", "insights_partial_update")
)


def _id_as_text(_: Asked, given: Given) -> Given:
    for row in given.rows:
        row["id"] = str(row.get("id"))
    return given


def _without_short_id(_: Asked, given: Given) -> Given:
    for row in given.rows:
        row.pop("short_id", None)
    return given


def _local_times(_: Asked, given: Given) -> Given:
    for row in given.rows:
        made = row.get("created_at")
        if isinstance(made, str):
            row["created_at"] = made.replace("T", " ").removesuffix("Z")
    return given


FAULTS: Final = (
    ContractFault(
        "id_as_text",
        "shape",
        "Ids of insights are text.",
        "An insight's `id` is an integer.",
        INSIGHTS,
        on_answer=_id_as_text,
    ),
    ContractFault(
        "without_short_id",
        "shape",
        "Insights have no `short_id`.",
        "`short_id` is a required key of an insight.",
        INSIGHTS,
        on_answer=_without_short_id,
    ),
    ContractFault(
        "local_times",
        "shape",
        "`created_at` has no time zone.",
        "Times are RFC 3339 in UTC.",
        INSIGHTS,
        on_answer=_local_times,
    ),
)
