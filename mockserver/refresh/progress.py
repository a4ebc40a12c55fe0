"""`query_progress`: whole numbers that only grow while a job runs.

PostHog takes them from ClickHouse; here they follow the job's share of an invented table, or what a call
on the control plane has told.
"""

from __future__ import annotations

from typing import Final, cast

from ..store import JSON, JSONObject
from ..store.documents import JobDocument
from .jobs import JobView, State

KEYS: Final = ("bytes_read", "rows_read", "estimated_rows_total", "time_elapsed", "active_cpu_time")
BYTES_A_ROW: Final = 128
CPU_SHARE: Final = 0.8


def progress(job: JobDocument, seen: JobView) -> dict[str, JSON] | None:
    """`query_progress` of a job as it was seen; None before it was picked up."""
    if seen.pickup is None:
        return None
    told = cast("dict[str, int]", job["progress"] or {})
    total = told.get("estimated_rows_total", invented_total(job))
    rows = told.get("rows_read", int(total * seen.share))
    if seen.state is State.COMPLETE:
        rows = total = max(total, rows)
    elapsed = int(((seen.end or seen.now) - seen.pickup).total_seconds() * 1000)
    return {
        "bytes_read": max(told.get("bytes_read", 0), rows * BYTES_A_ROW),
        "rows_read": rows,
        "estimated_rows_total": max(total, rows),
        "time_elapsed": max(told.get("time_elapsed", 0), elapsed),
        "active_cpu_time": max(told.get("active_cpu_time", 0), int(elapsed * CPU_SHARE)),
    }


def invented_total(job: JobDocument) -> int:
    """How many rows the job seems to read: the same for the same job."""
    return 40_000 + (job["id"] * 7919) % 60_000


def shrinking(job: JobDocument, seen: JobView, told: JSONObject) -> str | None:
    """The key of a told progress that is less than what has been shown already, if any."""
    shown = progress(job, seen) or {}
    return next(
        (key for key in KEYS if key in told and cast("int", told[key]) < cast("int", shown.get(key) or 0)),
        None,
    )
