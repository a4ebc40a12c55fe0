"""The journal: what was requested, redacted; verification; explanations."""

from __future__ import annotations

from typing import Any

import pytest

from tests.control.conftest import MOMENT, Steered


def test_requests_are_listed_newest_first_with_what_became_of_them(mock: Steered) -> None:
    mock.delete("requests", 204)
    mock.running.create(name="one")
    mock.running.http.get(f"{mock.running.insights}/999999")

    newest, oldest = mock.get("requests")

    assert (newest["operation_id"], newest["status"]) == ("insights_retrieve", 404)
    assert newest["error"]["code"] == "not_found"
    assert (oldest["operation_id"], oldest["status"], oldest["method"]) == ("insights_create", 201, "POST")
    assert (oldest["project_id"], oldest["at"], oldest["body"]["name"]) == (mock.project_id, MOMENT, "one")
    assert oldest["duration_ms"] > 0


def test_secrets_are_redacted_wherever_they_are_sent(mock: Steered) -> None:
    secret = mock.running.api_key
    mock.http.post("/api/login", json={"email": "a@b.c", "password": "hunter2"})
    mock.http.get(f"{mock.running.insights}?personal_api_key={secret}", headers={"Cookie": "sessionid=hush"})
    mock.http.post(mock.running.insights, json={"personal_api_key": secret, "name": "x"})
    mock.running.http.get("/shared/a-sharing-token.json")
    mock.running.http.get(mock.running.insights)

    text = mock.http.get("/_mock/requests").text

    for hidden in (secret, "hunter2", "hush", "a-sharing-token"):
        assert hidden not in text
    assert text.count("[redacted]") >= 5


def test_the_journal_is_filtered(mock: Steered) -> None:
    tenant = mock.project()
    tenant.insight()
    tenant.http.get(f"{tenant.url}/insights/999999")
    mock.running.http.get(mock.running.insights)
    newest = mock.get("requests")[0]["id"]

    assert {one["project_id"] for one in mock.get("requests", project_id=tenant.id)} == {tenant.id}
    assert len(mock.get("requests", project_id=tenant.id, status=404)) == 1
    assert len(mock.get("requests", operation_id="insights_create", project_id=tenant.id)) == 1
    assert len(mock.get("requests", limit=2)) == 2
    assert mock.get("requests", since=newest) == []
    assert len(mock.get("requests", since=newest - 1)) == 1
    assert mock.get("requests", since="2027-01-01T00:00:00Z") == []
    assert mock.get("requests", since=MOMENT, project_id=tenant.id) != []


def test_one_project_is_emptied_without_the_others(mock: Steered) -> None:
    tenant = mock.project()
    tenant.insight()
    mock.running.create()

    mock.delete("requests", 204, project_id=tenant.id)

    assert mock.get("requests", project_id=tenant.id) == []
    assert mock.get("requests", project_id=mock.project_id) != []


def test_the_journal_is_bounded_for_each_project(start: Any) -> None:
    steered = Steered(start(journal_size=3))
    quiet, busy = steered.project(), steered.project()
    quiet.insight()
    for _ in range(5):
        busy.http.get(f"{busy.url}/insights")

    assert len(steered.get("requests", project_id=busy.id)) == 3
    assert len(steered.get("requests", project_id=quiet.id)) == 1


def test_verification_counts_what_fits(mock: Steered) -> None:
    for name in ("one", "two"):
        mock.running.create(name=name)
    match = {"operation_id": "insights_create", "project_id": mock.project_id}

    for bounds, holds in (
        ({}, True),
        ({"count": 2}, True),
        ({"count": 1}, False),
        ({"at_least": 3}, False),
        ({"at_most": 2, "at_least": 1}, True),
        ({"at_most": 1}, False),
    ):
        found = mock.post("requests/verify", {"match": match, **bounds})
        assert (found["holds"], found["found"]) == (holds, 2), bounds
    part = {**match, "body": {"name": "two"}}
    assert mock.post("requests/verify", {"match": part, "count": 1})["holds"]


def test_verification_explains_the_nearest_misses(mock: Steered) -> None:
    mock.running.create(name="one")
    mock.running.http.get(mock.running.insights)
    match = {"operation_id": "insights_create", "method": "POST", "body": {"name": "two"}}

    found = mock.post("requests/verify", {"match": match})

    assert not found["holds"]
    nearest = found["nearest"][0]
    assert nearest["request"]["operation_id"] == "insights_create"
    assert nearest["differences"] == [{"field": "body.name", "expected": "two", "actual": "one"}]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "match"),
        ({"match": {"operation_id": "nope"}}, "match.operation_id"),
        ({"match": {}, "count": 1, "at_least": 1}, "count"),
        ({"match": {}, "at_least": 2, "at_most": 1}, "at_most"),
        ({"match": {}, "count": -1}, "count"),
    ],
)
def test_an_impossible_verification_is_refused(mock: Steered, body: dict[str, Any], field: str) -> None:
    assert mock.post("requests/verify", body, 422)["field"] == field


def test_an_impossible_filter_is_refused(mock: Steered) -> None:
    assert mock.call("GET", "requests?since=yesterday", 422)["field"] == "since"
    assert mock.call("GET", "requests?limit=0", 422)["field"] == "limit"
    assert mock.call("GET", "requests?colour=red", 422)["field"] == "colour"
    assert mock.call("GET", "requests?project_id=999", 404)["field"] == "project_id"


def test_a_refusal_is_explained_where_that_was_asked_for(mock: Steered) -> None:
    key = mock.post(f"projects/{mock.project_id}/keys", {"scopes": ["dashboard:read"]}, 201)["value"]
    client = mock.running.client(**{"Authorization": f"Bearer {key}", "X-Mock-Explain": "1"})

    answer = client.get(mock.running.insights, headers={"X-Request-Id": "why"})
    address = answer.headers["X-Mock-Explain"]
    found = mock.http.get(address).json()

    assert address.endswith("/_mock/explain/why")
    assert (found["error"], found["required_scopes"]) == ("scope_missing", ["insight:read"])
    assert found["caller"]["scopes"] == ["dashboard:read"]
    passed = {check["check"]: check["passed"] for check in found["checks"]}
    assert (passed["credentials"], passed["scope"], passed["membership"]) == (True, False, None)
    assert key not in mock.http.get(address).text


def test_nothing_is_explained_unasked_or_where_nothing_was_refused(mock: Steered) -> None:
    refused = mock.running.http.get(f"{mock.running.insights}/999999")
    fine = mock.running.http.get(mock.running.insights, headers={"X-Mock-Explain": "1"})

    assert "X-Mock-Explain" not in refused.headers
    assert "X-Mock-Explain" not in fine.headers
    assert mock.call("GET", "explain/never", 404)["field"] == "request_id"


def test_a_fault_is_named_in_the_journal_and_the_explanation(mock: Steered) -> None:
    rule = mock.post("faults", {"effect": {"status": 404}}, 201)

    answer = mock.running.http.get(mock.running.insights, headers={"X-Mock-Explain": "1"})

    assert mock.get("requests")[0]["faults"] == [rule["id"]]
    assert mock.http.get(answer.headers["X-Mock-Explain"]).json()["checks"][0]["passed"] is False
