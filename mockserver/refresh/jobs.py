"""Background queries: one state machine, and a job's state as a function of its policy and the clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from ..store import JSON, from_stored, wire
from ..store.documents import JobDocument
from .policy import RefreshPolicy


class State(StrEnum):
    """Where a job is."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETE = "complete"
    ERROR = "error"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


EDGES: Final[Mapping[State, tuple[State, ...]]] = MappingProxyType(
    {
        State.QUEUED: (State.RUNNING, State.COMPLETE, State.ERROR, State.CANCELLED, State.EXPIRED),
        State.RUNNING: (State.COMPLETE, State.ERROR, State.CANCELLED, State.EXPIRED),
        State.COMPLETE: (State.EXPIRED,),
        State.ERROR: (State.EXPIRED,),
        State.CANCELLED: (State.EXPIRED,),
        State.EXPIRED: (),
    }
)
ENDED: Final = frozenset((State.COMPLETE, State.ERROR, State.CANCELLED, State.EXPIRED))
CANCELLED_MESSAGE: Final = "Query was cancelled"
FAILED_MESSAGE: Final = "Query failed"


@dataclass(frozen=True, slots=True)
class JobView:
    """A job at one moment. `pickup` and `end` are set once the state has passed them; `share` is 0 to 1."""

    state: State
    start: datetime
    pickup: datetime | None
    end: datetime | None
    expiration: datetime
    share: float


def _reached(
    job: JobDocument, policy: RefreshPolicy, now: datetime
) -> tuple[State, datetime | None, datetime | None]:
    """The state that the policy alone gives, with the times of pick-up and end."""
    start = from_stored(job["created_at"])
    final = State.ERROR if policy.outcome == "error" else State.COMPLETE
    if policy.mode == "instant":
        return final, start, start
    if policy.mode == "time":
        pickup = start + timedelta(seconds=policy.queue_seconds)
        end = pickup + timedelta(seconds=policy.run_seconds)
        if now < pickup:
            return State.QUEUED, None, None
        return (State.RUNNING, pickup, None) if now < end else (final, pickup, end)
    if policy.mode == "polls":
        pickup_text, end_text = job.get("picked_up_at"), job.get("finished_at")
        found_pickup = from_stored(pickup_text) if pickup_text else None
        if job["reads"] >= policy.polls:
            return final, found_pickup or start, from_stored(end_text) if end_text else now
        return (State.RUNNING, found_pickup, None) if found_pickup else (State.QUEUED, None, None)
    return State.QUEUED, None, None


def view(job: JobDocument, now: datetime, minutes: int) -> JobView:
    """A job as it stands at `now`; it expires `minutes` after it was queued."""
    policy = RefreshPolicy.from_document(job["policy"])
    start = from_stored(job["created_at"])
    expiration = start + timedelta(minutes=minutes)
    forced, forced_text = job["forced_state"], job["forced_at"]
    if forced is None or forced_text is None:
        state, pickup, end = _reached(job, policy, now)
    else:
        state, pickup, end = _forced(job, State(forced), from_stored(forced_text))
    if now >= expiration or (end is not None and end >= expiration):
        state = State.EXPIRED
    return JobView(state, start, pickup, end, expiration, _share(state, pickup, now, policy, job))


def _forced(
    job: JobDocument, state: State, moved: datetime
) -> tuple[State, datetime | None, datetime | None]:
    policy = RefreshPolicy.from_document(job["policy"])
    kept = job.get("picked_up_at")
    if state is State.RUNNING:
        return state, moved, None
    _, pickup, _ = _reached(job, policy, moved)
    found = from_stored(kept) if kept else pickup
    if state is State.CANCELLED and found is None:
        return state, None, moved
    return state, found or moved, moved


def _share(
    state: State, pickup: datetime | None, now: datetime, policy: RefreshPolicy, job: JobDocument
) -> float:
    if state in (State.COMPLETE, State.ERROR):
        return 1.0
    if state is not State.RUNNING or pickup is None:
        return 0.0
    if policy.mode == "polls":
        return min(0.95, job["reads"] / max(policy.polls, 1))
    span = policy.run_seconds or 1.0
    return min(0.95, (now - pickup).total_seconds() / span)


def progress(job: JobDocument, seen: JobView, now: datetime) -> dict[str, JSON] | None:
    """`query_progress` of a job that runs: whole numbers that only grow; None before it was picked up."""
    if job["progress"] is not None and seen.state not in ENDED:
        return dict(job["progress"])
    if seen.pickup is None:
        return None
    total = 40_000 + (job["id"] * 7919) % 60_000
    elapsed = ((seen.end or now) - seen.pickup).total_seconds()
    rows = int(total * seen.share)
    return {
        "bytes_read": rows * 128,
        "rows_read": rows,
        "estimated_rows_total": total,
        "time_elapsed": int(elapsed * 1000),
        "active_cpu_time": int(elapsed * 1000 * 0.8),
    }


def query_status(
    job: JobDocument,
    seen: JobView,
    *,
    now: datetime,
    results: JSON = None,
    show_progress: bool = False,
    newest: bool = True,
) -> dict[str, JSON]:
    """The `query_status` object of a job, in PostHog's key order; its flags and times follow its state."""
    failed = seen.state in (State.ERROR, State.CANCELLED)
    message = None
    if seen.state is State.CANCELLED:
        message = job["error_message"] or CANCELLED_MESSAGE
    elif seen.state is State.ERROR:
        message = job["error_message"]
    status: dict[str, JSON] = {
        "id": job["query_id"],
        "team_id": job["project_id"],
        "insight_id": job["insight_id"],
        "dashboard_id": job["dashboard_id"],
        "query_async": True,
        "error": failed,
        "error_message": message,
        "complete": seen.state in (State.COMPLETE, State.ERROR, State.CANCELLED),
        "start_time": wire(seen.start),
        "pickup_time": wire(seen.pickup) if seen.pickup else None,
        "end_time": wire(seen.end) if seen.end else None,
        "expiration_time": wire(seen.expiration),
        "task_id": f"task-{job['project_id']}-{job['id']}",
        "results": results if seen.state is State.COMPLETE else None,
        "query_progress": progress(job, seen, now) if show_progress else None,
        "labels": list(job["labels"]) if job["labels"] is not None else None,
    }
    if newest:
        status["error_code"] = job["error_code"] if failed else None
    return status
