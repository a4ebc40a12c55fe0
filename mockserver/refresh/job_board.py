"""The jobs of all projects: queueing, finding, moving and cancelling them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from ..profiles import PROFILES
from ..resources.context import Context
from ..store import JSONObject, Store, to_stored
from ..store.documents import JobDocument
from .jobs import CANCELLED_MESSAGE, EDGES, ENDED, FAILED_MESSAGE, JobView, State, job_time, view
from .policy import RefreshPolicy

PolicyOf = Callable[[Context, int | None], RefreshPolicy]


class IllegalMove(Exception):
    """The state machine has no such edge."""


class JobBoard:
    """Background queries as documents, and their states as of the clock."""

    def __init__(self, store: Store, policy_of: PolicyOf) -> None:
        self._store = store
        self.policy_of = policy_of

    def look(self, context: Context, job: JobDocument) -> JobView:
        """A job as it stands now."""
        current = self._store.jobs.fetch(job["id"]) or job
        return view(current, context.now, context.profile.job_minutes)

    def queue(
        self,
        context: Context,
        source: JSONObject,
        key: str,
        insight_id: int | None = None,
        dashboard_id: int | None = None,
        *,
        query_id: str | None = None,
    ) -> JobDocument:
        """Queue a calculation; one that is already under way for the key serves again."""
        running = self.running(context, key)
        if running is not None and query_id is None:
            return running
        job_id = self._store.jobs.new_id()
        policy = self.policy_of(context, insight_id).settled(context.random.stream(f"jobs/{job_id}/jitter"))
        fails = policy.outcome == "error"
        return self._store.jobs.add(
            {
                "id": job_id,
                "project_id": context.project_id,
                "query_id": query_id or key,
                "cache_key": key,
                "query": source,
                "insight_id": insight_id,
                "dashboard_id": dashboard_id,
                "user_id": context.user_id,
                "labels": None,
                "policy": policy.as_document(),
                "created_at": context.stored_now,
                "reads": 0,
                "forced_state": None,
                "forced_at": None,
                "picked_up_at": None,
                "finished_at": None,
                "error_message": (policy.error_message or FAILED_MESSAGE) if fails else None,
                "error_code": policy.error_code if fails else None,
                "progress": None,
                "result_key": "" if fails else None,
                "from_insight": insight_id is not None,
            }
        )

    def running(self, context: Context, key: str) -> JobDocument | None:
        """The job that is under way for a key."""
        for job in reversed(self._store.jobs.find("cache_key", (context.project_id, key))):
            if self.look(context, job).state not in ENDED:
                return job
        return None

    def find(self, context: Context, query_id: str) -> JobDocument | None:
        """The newest job with this query id that has not expired."""
        for job in reversed(self._store.jobs.find("query_id", (context.project_id, query_id))):
            if self.look(context, job).state is not State.EXPIRED:
                return job
        return None

    def read(self, context: Context, job: JobDocument) -> JobDocument:
        """Count a read of the status: what moves a job whose policy is `polls`."""
        policy = RefreshPolicy.from_document(job["policy"])
        if policy.mode != "polls" or self.look(context, job).state in ENDED:
            return job
        reads = job["reads"] + 1
        moment = to_stored(job_time(job, context.now))
        changes: dict[str, object] = {"reads": reads}
        if not job.get("picked_up_at"):
            changes["picked_up_at"] = moment
        if reads >= policy.polls:
            changes["finished_at"] = moment
        return self._store.jobs.amend(job["id"], changes)

    def move(self, context: Context, job: JobDocument, state: State, **changes: object) -> JobDocument:
        """Put a job in another state; raises IllegalMove where the state machine has no such edge."""
        seen = self.look(context, job)
        if state not in EDGES[seen.state]:
            raise IllegalMove(f"a job that is {seen.state} cannot become {state}")
        pickup = seen.pickup or (seen.now if state is State.RUNNING else None)
        return self._store.jobs.amend(
            job["id"],
            {
                "forced_state": str(state),
                "forced_at": to_stored(seen.now),
                "picked_up_at": to_stored(pickup) if pickup else None,
                **changes,
            },
        )

    def hold(self, project_id: int, moment: datetime) -> None:
        """Before a project's clock is set back: its jobs stay as far as they have come at `moment`."""
        for job in self._store.jobs.find("project", project_id):
            self._store.jobs.amend(job["id"], {"floor_at": to_stored(job_time(job, moment))})

    def fail(self, job: JobDocument, detail: str, code: str | None, moment: datetime) -> JobDocument:
        """The run of a job failed."""
        return self._store.jobs.amend(
            job["id"],
            {
                "forced_state": str(State.ERROR),
                "forced_at": to_stored(moment),
                "error_message": detail,
                "error_code": code,
                "result_key": "",
            },
        )

    def cancel(self, context: Context, job: JobDocument) -> bool:
        """Cancel a job that is under way; false where it had ended."""
        if self.look(context, job).state in ENDED:
            return False
        self.move(context, job, State.CANCELLED, error_message=CANCELLED_MESSAGE)
        return True

    def cancel_prefix(self, context: Context, prefix: str) -> int:
        """Cancel the project's jobs whose query id starts with `prefix`; how many that were."""
        jobs = [
            job
            for job in self._store.jobs.find("project", context.project_id)
            if job["query_id"].startswith(prefix)
        ]
        return sum(self.cancel(context, job) for job in jobs)

    def has_open_jobs(self) -> bool:
        """Whether some job has no result yet and no end by force."""
        return any(True for _ in self._store.jobs.find_ids("open", True))

    def clean(self, now: datetime) -> int:
        """Forget jobs that expired long ago, so that they do not pile up; how many that were."""
        longest = max(profile.job_minutes for profile in PROFILES.values())
        old = [
            job["id"]
            for job in self._store.jobs.documents().values()
            if (now - view(job, now, longest).expiration).total_seconds() > longest * 60
        ]
        for job_id in old:
            self._store.jobs.drop(job_id)
        return len(old)
