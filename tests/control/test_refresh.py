"""Refresh policies: where they are set, which one wins, what they do."""

from __future__ import annotations

from typing import Any

import pytest

from tests.control.conftest import Steered, Tenant

POLICY = {
    "mode": "polls",
    "queue_seconds": 2.0,
    "run_seconds": 5.0,
    "polls": 4,
    "jitter": 0.5,
    "outcome": "error",
    "error_message": "no",
    "error_code": "nope",
    "progress": 0.5,
}


def test_a_policy_is_read_set_and_dropped_at_each_place(mock: Steered) -> None:
    insight = mock.running.create()
    project = f"projects/{mock.project_id}"
    places = (
        ("refresh", "global"),
        (f"{project}/refresh", "project"),
        (f"{project}/insights/{insight['id']}/refresh", "insight"),
    )
    for path, scope in places:
        assert mock.put(path, POLICY) == {**POLICY, "scope": scope}
        assert mock.get(path) == {**POLICY, "scope": scope}
    by_short_id = f"{project}/insights/{insight['short_id']}/refresh"
    assert mock.get(by_short_id)["scope"] == "insight"
    assert mock.delete(by_short_id)["scope"] == "project"
    assert mock.delete(f"{project}/refresh")["scope"] == "global"
    assert mock.delete("refresh")["scope"] == "default"


def test_request_insight_project_and_server_win_in_this_order(mock: Steered) -> None:
    tenant = mock.project()
    insight = tenant.insight()["id"]
    mock.put("refresh", {"mode": "manual", "polls": 1})
    assert policy_of_new_job(mock, tenant, insight)["polls"] == 1
    mock.put(f"projects/{tenant.id}/refresh", {"mode": "manual", "polls": 2})
    assert policy_of_new_job(mock, tenant, insight)["polls"] == 2
    mock.put(f"projects/{tenant.id}/insights/{insight}/refresh", {"mode": "manual", "polls": 3})
    assert policy_of_new_job(mock, tenant, insight)["polls"] == 3
    found = policy_of_new_job(mock, tenant, insight, {"X-Mock-Refresh": "polls; polls=4"})
    assert (found["mode"], found["polls"]) == ("polls", 4)


def policy_of_new_job(
    mock: Steered, tenant: Tenant, insight: int, headers: dict[str, str] | None = None
) -> dict[str, Any]:
    url = f"{tenant.url}/insights/{insight}"
    tenant.http.get(url, params={"refresh": "force_async"}, headers=headers or {})
    job = mock.get("jobs", project_id=tenant.id)[-1]
    mock.post(f"jobs/{job['id']}/transition", {"to": "cancelled"})
    found: dict[str, Any] = job["policy"]
    return found


def test_interleaved_jobs_each_keep_the_policy_they_were_made_with(mock: Steered) -> None:
    tenant = mock.project()
    mock.put(f"projects/{tenant.id}/clock", {"frozen": True})
    tenant.queue("timed", **{"X-Mock-Refresh": "time; queue=1; run=3"})
    tenant.queue("polled", **{"X-Mock-Refresh": "polls; polls=2"})
    tenant.queue("manual", **{"X-Mock-Refresh": "manual"})
    tenant.queue("failing", **{"X-Mock-Refresh": "time; queue=0; run=1; outcome=error; message=no memory"})
    mock.put(f"projects/{tenant.id}/refresh", {"mode": "instant"})

    tenant.status("polled", 202)
    mock.post(f"projects/{tenant.id}/clock/advance", {"seconds": 1})

    assert tenant.status("failing", 400)["error_message"] == "no memory"
    tenant.status("timed", 202)
    tenant.status("polled", 200)
    mock.post(f"projects/{tenant.id}/clock/advance", {"seconds": 3})
    tenant.status("timed", 200)
    assert tenant.status("manual", 202)["pickup_time"] is None


def test_instant_is_done_at_once(mock: Steered) -> None:
    tenant = mock.project()
    mock.put(f"projects/{tenant.id}/refresh", {"mode": "instant"})
    insight = tenant.insight()["id"]

    found = tenant.http.get(f"{tenant.url}/insights/{insight}", params={"refresh": "async"}).json()

    assert found["result"] is not None
    assert found["query_status"] is None


def test_a_policy_of_failure_reaches_blocking_calculations_too(mock: Steered) -> None:
    tenant = mock.project(profile="current")
    insight = tenant.insight()["id"]
    policy = {"outcome": "error", "error_message": "no memory", "error_code": "oom"}
    mock.put(f"projects/{tenant.id}/insights/{insight}/refresh", policy)

    found = tenant.http.get(f"{tenant.url}/insights/{insight}", params={"refresh": "force_blocking"}).json()

    assert found["query_status"]["error_message"] == "no memory"
    assert found["query_status"]["error_code"] == "oom"


def test_jitter_is_drawn_anew_for_each_job_and_is_the_same_for_the_same_seed(mock: Steered) -> None:
    spans = []
    for _ in range(2):
        mock.post("reset")
        tenant = mock.project()
        mock.put(f"projects/{tenant.id}/refresh", {"mode": "time", "queue_seconds": 10, "jitter": 0.5})
        for name in ("one", "two"):
            tenant.queue(name)
        jobs = mock.get("jobs", project_id=tenant.id)
        spans.append([job["policy"]["queue_seconds"] for job in jobs])

    assert spans[0] == spans[1]
    assert len(set(spans[0])) == 2
    assert all(5 <= span <= 15 for span in spans[0])


def test_a_request_header_that_cannot_be_read_is_refused_in_the_vendors_words(mock: Steered) -> None:
    answer = mock.running.http.get(mock.running.insights, headers={"X-Mock-Refresh": "slowly"})

    assert answer.status_code == 400
    assert answer.json()["attr"] == "X-Mock-Refresh"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"mode": "later"}, "mode"),
        ({"queue_seconds": -1}, "queue_seconds"),
        ({"polls": 0}, "polls"),
        ({"jitter": 2}, "jitter"),
        ({"outcome": "maybe"}, "outcome"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_an_impossible_policy_is_refused_and_changes_nothing(
    mock: Steered, body: dict[str, Any], field: str
) -> None:
    assert mock.put("refresh", body, 422)["field"] == field
    assert mock.get("refresh")["scope"] == "default"


def test_an_unknown_insight_is_named(mock: Steered) -> None:
    path = f"projects/{mock.project_id}/insights/999/refresh"

    assert mock.put(path, {"mode": "manual"}, 404)["field"] == "insight_id"
