"""Flags, times and results of a `query_status` agree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from ..core.exchange import Exchange
from ..core.telling import STATUS
from .check import Check

STAGES: Final = ("start_time", "pickup_time", "end_time")


def statuses(exchange: Exchange) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every `(pointer, query status)` in an answer."""
    for place, key, value in exchange.telling:
        if key == STATUS and isinstance(value, dict):
            yield place, value


def _flags(exchange: Exchange, *_: object) -> Iterator[str]:
    for place, status in statuses(exchange):
        complete, error = status.get("complete"), status.get("error")
        if complete and error is False and "results" in status and status["results"] is None:
            yield f"{place} is complete without an error and has no results"
        if error and not complete and status.get("results") is not None:
            yield f"{place} has failed and has results"
        if not complete and not error and status.get("results") is not None:
            yield f"{place} is not complete and has results"
        if error is False and status.get("error_message"):
            yield f"{place} has an error message and no error"
        if not complete and not error and status.get("end_time"):
            yield f"{place} has ended and is neither complete nor failed"
        if complete and status.get("start_time") and not status.get("end_time"):
            yield f"{place} is complete and has no end"


def _times(exchange: Exchange, *_: object) -> Iterator[str]:
    for place, status in statuses(exchange):
        known = [(name, _moment(status.get(name))) for name in STAGES]
        passed = [(name, moment) for name, moment in known if moment]
        for (early, first), (late, second) in pairwise(passed):
            if second < first:
                yield f"{place}: {late} is before {early}"
        start, expires = _moment(status.get("start_time")), _moment(status.get("expiration_time"))
        if start and expires and expires <= start:
            yield f"{place} expires before it starts"


def _answer(exchange: Exchange, *_: object) -> Iterator[str]:
    body = exchange.json
    if exchange.operation_id not in ("query_retrieve", "query_create") or not isinstance(body, dict):
        return
    status = body.get("query_status")
    if not isinstance(status, dict):
        return
    running = not status.get("complete") and not status.get("error")
    if exchange.status == 202 and not running:
        yield "202 for a query that is not running"
    if exchange.status == 200 and running and exchange.operation_id == "query_retrieve":
        yield "200 for a query that is still running"


def _moment(text: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else None


CHECKS: Final = (
    Check("check.query_status_flags", "Flags, results and end of a query status agree.", _flags),
    Check("check.query_status_times", "A query starts, is picked up, ends: in this order.", _times),
    Check("check.query_status_answer", "202 exactly while a query is running.", _answer),
)
