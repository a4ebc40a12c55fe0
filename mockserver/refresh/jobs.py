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


# A job that runs may move to running once more: that is how its progress is told.
EDGES: Final[Mapping[State, tuple[State, ...]]] = MappingProxyType(
    {
        State.QUEUED: (State.RUNNING, State.COMPLETE, State.ERROR, State.CANCELLED, State.EXPIRED),
        State.RUNNING: (State.RUNNING, State.COMPLETE, State.ERROR, State.CANCELLED, State.EXPIRED),
        State.COMPLETE: (State.EXPIRED,),
        State.ERROR: (State.EXPIRED,),
        State.CANCELLED: (State.EXPIRED,),
        State.EXPIRED: (),
    }
)
ENDED: Final = frozenset((State.COMPLETE, State.ERROR, State.CANCELLED, State.EXPIRED))
# Keys that PostHog added last and fills for callers of its own
NEWEST: Final = ("bytes_read", "budget_remaining_bytes", "cache_key", "query_scan")
CANCELLED_MESSAGE: Final = "Query was cancelled"
FAILED_MESSAGE: Final = "Query failed"

Times = tuple[State, datetime | None, datetime | None]


@dataclass(frozen=True, slots=True)
class JobView:
    """A job at one moment. `pickup` and `end` are set once the state has passed them; `share` is 0 to 1.

    `now` is the job's own time: the clock's, but never before a moment that the job has lived through.
    """

    state: State
    start: datetime
    pickup: datetime | None
    end: datetime | None
    expiration: datetime
    share: float
    now: datetime


def job_time(job: JobDocument, now: datetime) -> datetime:
    """The job's own time: a clock that is set back does not make a job younger."""
    kept = (
        job["created_at"],
        job.get("floor_at"),
        job["forced_at"],
        job.get("picked_up_at"),
        job.get("finished_at"),
    )
    return max(now, *(from_stored(text) for text in kept if text))


def view(job: JobDocument, now: datetime, minutes: int) -> JobView:
    """A job as it stands at `now`; it expires `minutes` after it was queued."""
    policy = RefreshPolicy.from_document(job["policy"])
    start = from_stored(job["created_at"])
    expiration = start + timedelta(minutes=minutes)
    moment = job_time(job, now)
    forced, forced_text = job["forced_state"], job["forced_at"]
    if forced is None or forced_text is None:
        state, pickup, end = _by_policy(job, policy, moment)
    else:
        state, pickup, end = _by_force(job, policy, State(forced), from_stored(forced_text), moment)
    share = _share(job, policy, pickup, end, moment, complete=state is State.COMPLETE)
    if moment >= expiration or (end is not None and end >= expiration):
        state = State.EXPIRED
    return JobView(state, start, pickup, end, expiration, share, moment)


def _by_policy(job: JobDocument, policy: RefreshPolicy, moment: datetime) -> Times:
    """The state that the policy alone gives, with the times of pick-up and end."""
    start = from_stored(job["created_at"])
    if policy.mode == "instant":
        return _final(policy), start, start
    if policy.mode == "time":
        pickup = start + timedelta(seconds=policy.queue_seconds)
        return _running(job, policy, pickup, moment) if moment >= pickup else (State.QUEUED, None, None)
    kept = job.get("picked_up_at")
    return _running(job, policy, from_stored(kept), moment) if kept else (State.QUEUED, None, None)


def _running(job: JobDocument, policy: RefreshPolicy, pickup: datetime, moment: datetime) -> Times:
    """A job that was picked up: it runs until its policy's end, if that has one of its own."""
    if policy.mode == "time":
        end = pickup + timedelta(seconds=policy.run_seconds)
        return (_final(policy), pickup, end) if moment >= end else (State.RUNNING, pickup, None)
    finished = job.get("finished_at")
    return (_final(policy), pickup, from_stored(finished)) if finished else (State.RUNNING, pickup, None)


def _by_force(
    job: JobDocument, policy: RefreshPolicy, state: State, moved: datetime, moment: datetime
) -> Times:
    """The state that a call has put the job in; one that was set running goes on by its policy."""
    kept = job.get("picked_up_at")
    pickup = from_stored(kept) if kept else None
    if state is State.RUNNING:
        return _running(job, policy, pickup or moved, moment)
    if pickup is None:
        pickup = _by_policy(job, policy, moved)[1]
    if pickup is None and state is not State.CANCELLED:
        pickup = moved
    return state, pickup, moved


def _final(policy: RefreshPolicy) -> State:
    return State.ERROR if policy.outcome == "error" else State.COMPLETE


def _share(
    job: JobDocument,
    policy: RefreshPolicy,
    pickup: datetime | None,
    end: datetime | None,
    moment: datetime,
    *,
    complete: bool,
) -> float:
    """How much of its rows the job has read: all once complete, what its policy says when it failed."""
    if complete:
        return 1.0
    if pickup is None:
        return 0.0
    if end is not None and job["forced_state"] is None:
        return policy.share_at_end
    if policy.mode == "polls":
        done = job["reads"] / max(policy.polls, 1)
    else:
        done = ((end or moment) - pickup).total_seconds() / (policy.run_seconds or 1.0)
    return policy.share_at_end * min(0.95, max(0.0, done))


def query_status(
    job: JobDocument,
    seen: JobView,
    *,
    results: JSON = None,
    progress: dict[str, JSON] | None = None,
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
        "query_progress": dict(progress) if progress is not None else None,
        "labels": list(job["labels"]) if job["labels"] is not None else None,
    }
    if newest:
        status["error_code"] = job["error_code"] if failed else None
        status |= dict.fromkeys(NEWEST)
    return status
