"""Background queries: list them, and move them along the edges of their state machine."""

from __future__ import annotations

from typing import cast

from ...api.call import Answer
from ...refresh.job_board import IllegalMove
from ...refresh.jobs import EDGES, FAILED_MESSAGE, JobView, State
from ...refresh.progress import progress, shrinking
from ...resources.context import Caller, Context
from ...store import JSON, JSONObject, wire
from ...store.documents import JobDocument
from ..call import ControlCall
from ..problems import Problem, invalid


def mock_jobs_list(call: ControlCall) -> Answer:
    """Jobs, oldest first."""
    wanted, project_id = call.query.get("state"), call.asked_project_id
    listed: list[JSON] = []
    for job in list(call.services.store.jobs.documents().values()):
        if project_id is None or job["project_id"] == project_id:
            seen = _look(call, job)
            if wanted is None or seen.state == wanted:
                listed.append(_shape(job, seen))
    return Answer(listed)


def mock_jobs_retrieve(call: ControlCall) -> Answer:
    """One job."""
    job = _job(call)
    return Answer(_shape(job, _look(call, job)))


def mock_jobs_transition(call: ControlCall) -> Answer:
    """Move a job; its result is calculated when it becomes complete."""
    job, body = _job(call), call.body
    context = _context(call, job)
    board, state = call.services.refresh.board, State(cast("str", body["to"]))
    changes: dict[str, object] = {}
    told = cast("JSONObject | None", body.get("progress"))
    if told is not None:
        less = shrinking(job, board.look(context, job), told)
        if less is not None:
            raise invalid(f"progress.{less}", "Progress only grows; this is less than what was shown.")
        changes["progress"] = {**(job["progress"] or {}), **told}
    if state is State.ERROR:
        changes["error_message"] = body.get("error_message", job["error_message"] or FAILED_MESSAGE)
        changes["error_code"] = body.get("error_code", job["error_code"])
        changes["result_key"] = ""
    elif state is State.CANCELLED:
        changes["error_message"] = body.get("error_message")
    elif state is State.COMPLETE:
        changes |= {"error_message": None, "error_code": None, "result_key": None}
    try:
        job = board.move(context, job, state, **changes)
    except IllegalMove as error:
        raise Problem("illegal_move", f"{str(error).capitalize()}.", field="to") from None
    job = call.services.refresh.settle_job(context, job)
    return Answer(_shape(job, board.look(context, job)))


def _job(call: ControlCall) -> JobDocument:
    """The job that the path names by id or query id; raises Problem."""
    named, jobs = call.path["job_id"], call.services.store.jobs
    found = jobs.fetch(int(named)) if named.isascii() and named.isdigit() and len(named) < 19 else None
    if found is None:
        by_query = [job for job in jobs.documents().values() if job["query_id"] == named]
        found = by_query[-1] if by_query else None
    if found is None:
        raise Problem("unknown_job", f"There is no job {named!r}.", field="job_id")
    return found


def _context(call: ControlCall, job: JobDocument) -> Context:
    services = call.services
    project = services.store.projects.fetch(job["project_id"])
    if project is None:
        raise Problem("unknown_project", f"There is no project {job['project_id']}.", field="project_id")
    return Context(
        store=services.store,
        now=services.clock_of(project["id"]).now(),
        random=services.random,
        project=project,
        profile=services.profile_of(project),
        caller=Caller("system"),
    )


def _look(call: ControlCall, job: JobDocument) -> JobView:
    return call.services.refresh.board.look(_context(call, job), job)


def _shape(job: JobDocument, seen: JobView) -> JSONObject:
    failed = seen.state in (State.ERROR, State.CANCELLED)
    return {
        "id": job["id"],
        "project_id": job["project_id"],
        "insight_id": job["insight_id"],
        "dashboard_id": job["dashboard_id"],
        "state": str(seen.state),
        "moves": [str(state) for state in EDGES[seen.state]],
        "query_id": job["query_id"],
        "cache_key": job["cache_key"],
        "created_at": wire(seen.start),
        "pickup_at": wire(seen.pickup) if seen.pickup else None,
        "ended_at": wire(seen.end) if seen.end else None,
        "expires_at": wire(seen.expiration),
        "reads": job["reads"],
        "policy": job["policy"],
        "progress": progress(job, seen),
        "share": round(seen.share, 4),
        "error_message": job["error_message"] if failed else None,
        "error_code": job["error_code"] if failed else None,
    }
