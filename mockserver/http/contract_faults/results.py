"""Results and query statuses that contradict themselves."""

from __future__ import annotations

from typing import Final

from .model import Asked, ContractFault, Given

STATUS: Final = frozenset(("query_retrieve",))
RETRIEVE: Final = frozenset(("insights_retrieve", "insights_list"))


def _status(given: Given) -> dict[str, object] | None:
    found = given.body.get("query_status") if isinstance(given.body, dict) else None
    return found if isinstance(found, dict) else None  # type: ignore[return-value]


def _complete_without_end(_: Asked, given: Given) -> Given:
    status = _status(given)
    if status and status.get("complete"):
        status["end_time"] = None
    return given


def _complete_too_early(_: Asked, given: Given) -> Given:
    status = _status(given)
    if status is not None:
        status["complete"] = True
    return given


def _never_cached(_: Asked, given: Given) -> Given:
    for row in given.rows:
        row["is_cached"] = False
    return given


FAULTS: Final = (
    ContractFault(
        "complete_without_end",
        "async",
        "A complete query has no `end_time`.",
        "`end_time` is set exactly when a query has ended.",
        STATUS,
        on_answer=_complete_without_end,
    ),
    ContractFault(
        "complete_too_early",
        "async",
        "A query is complete and answered with 202.",
        "202 goes with `complete: false`.",
        STATUS,
        on_answer=_complete_too_early,
    ),
    ContractFault(
        "never_cached",
        "async",
        "`is_cached` is always false.",
        "A result from the cache has `is_cached: true`.",
        RETRIEVE,
        on_answer=_never_cached,
    ),
)
