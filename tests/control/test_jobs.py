"""Background queries: listed, and moved along their state machine."""

from __future__ import annotations

from itertools import product

import pytest

from mockserver.refresh.diagram import mermaid
from mockserver.refresh.jobs import EDGES, State
from tests.control.conftest import Steered, Tenant

TARGETS = tuple(State)[1:]
ROADS = {
    State.QUEUED: (),
    State.RUNNING: ("running",),
    State.COMPLETE: ("complete",),
    State.ERROR: ("error",),
    State.CANCELLED: ("cancelled",),
    State.EXPIRED: ("expired",),
}


@pytest.fixture
def tenant(mock: Steered) -> Tenant:
    made = mock.project()
    mock.put(f"projects/{made.id}/clock", {"frozen": True})
    mock.put(f"projects/{made.id}/refresh", {"mode": "manual"})
    return made


@pytest.mark.parametrize(("start", "target"), [*product(State, TARGETS)])
def test_a_job_moves_along_legal_edges_only(
    mock: Steered, tenant: Tenant, start: State, target: State
) -> None:
    tenant.queue("q")
    for step in ROADS[start]:
        mock.post("jobs/q/transition", {"to": step})
    before = mock.get("jobs/q")
    legal = target in EDGES[start]

    answer = mock.post("jobs/q/transition", {"to": str(target)}, 200 if legal else 409)

    if legal:
        assert answer["state"] == target
    else:
        assert answer["field"] == "to"
        assert mock.get("jobs/q") == before


def test_jobs_are_listed_by_project_and_state(mock: Steered, tenant: Tenant) -> None:
    mock.project().queue("elsewhere")
    for name in ("one", "two"):
        tenant.queue(name)
    mock.post("jobs/two/transition", {"to": "running"})

    assert [job["query_id"] for job in mock.get("jobs")] == ["elsewhere", "one", "two"]
    assert [job["query_id"] for job in mock.get("jobs", project_id=tenant.id)] == ["one", "two"]
    running = mock.get("jobs", project_id=tenant.id, state="running")
    assert [job["query_id"] for job in running] == ["two"]
    assert mock.get(f"jobs/{running[0]['id']}") == running[0]


def test_a_job_that_is_completed_by_hand_has_its_result(mock: Steered, tenant: Tenant) -> None:
    tenant.queue("q")

    mock.post("jobs/q/transition", {"to": "complete"})

    assert tenant.status("q", 200)["results"]["results"] is not None


def test_progress_is_told_while_a_job_runs_and_only_grows(mock: Steered, tenant: Tenant) -> None:
    tenant.queue("q")
    first = {"rows_read": 10, "estimated_rows_total": 100}
    mock.post("jobs/q/transition", {"to": "running", "progress": first})
    mock.post("jobs/q/transition", {"to": "running", "progress": {"rows_read": 50}})

    assert tenant.status("q", 202)["query_progress"]["rows_read"] == 50
    less = {"to": "running", "progress": {"rows_read": 20}}
    assert mock.post("jobs/q/transition", less, 422)["field"] == "progress.rows_read"
    assert tenant.status("q", 202)["query_progress"]["rows_read"] == 50


def test_a_job_that_was_set_running_goes_on_by_its_policy(mock: Steered, tenant: Tenant) -> None:
    tenant.queue("q", **{"X-Mock-Refresh": "time; queue=100; run=3"})
    mock.post("jobs/q/transition", {"to": "running"})

    mock.post(f"projects/{tenant.id}/clock/advance", {"seconds": 3})

    assert mock.get("jobs/q")["state"] == "complete"


@pytest.mark.parametrize(
    ("body", "field"),
    [({"to": "queued"}, "to"), ({}, "to"), ({"to": "error", "why": "x"}, "why"), ({"to": 1}, "to")],
)
def test_an_impossible_move_is_refused(
    mock: Steered, tenant: Tenant, body: dict[str, object], field: str
) -> None:
    tenant.queue("q")

    assert mock.post("jobs/q/transition", body, 422)["field"] == field


def test_an_unknown_job_or_project_is_named(mock: Steered) -> None:
    assert mock.post("jobs/999/transition", {"to": "running"}, 404)["field"] == "job_id"
    assert mock.call("GET", "jobs?project_id=999", 404)["field"] == "project_id"
    assert mock.call("GET", "jobs?state=asleep", 422)["field"] == "state"


def test_the_drawing_has_every_edge_of_the_table() -> None:
    drawn = mermaid()

    for state, successors in EDGES.items():
        for successor in successors:
            assert f"    {state} --> {successor}" in drawn
