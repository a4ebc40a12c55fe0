"""Events, people, actions and cohorts put into a project."""

from __future__ import annotations

from typing import Any

import pytest

from tests.control.conftest import Steered, Tenant

PAID = {"kind": "EventsNode", "event": "paid"}


def total(tenant: Tenant, **series: Any) -> float:
    query = {
        "kind": "TrendsQuery",
        "series": [{"kind": "ActionsNode", **series} if "id" in series else {**PAID, **series}],
        "dateRange": {"date_from": "-7d"},
    }
    answer = tenant.http.post(f"{tenant.url}/query", json={"query": query, "refresh": "force_blocking"})
    assert answer.status_code == 200, answer.text
    return sum(float(one["count"]) for one in answer.json()["results"])


def test_events_and_people_are_counted_and_found_by_queries(mock: Steered) -> None:
    tenant = mock.project()
    body = {
        "persons": [{"distinct_ids": ["ann", "ann@work"], "properties": {"plan": "pro"}}],
        "events": [
            {"event": "paid", "distinct_id": "ann", "timestamp": "2026-06-16T10:00:00Z"},
            {"event": "paid", "distinct_id": "ann@work", "properties": {"amount": 3}},
            {"event": "paid", "distinct_id": "bob", "timestamp": "2026-06-15T10:00:00"},
        ],
    }

    assert mock.post(f"projects/{tenant.id}/events", body, 201) == {"persons": 2, "events": 3}

    pro = [{"key": "plan", "value": "pro", "type": "person", "operator": "exact"}]
    assert total(tenant) == 3
    assert total(tenant, properties=pro) == 2
    assert total(tenant, math="dau") == 3  # one person a day on three days


def test_a_batch_with_an_unreadable_time_is_refused_whole(mock: Steered) -> None:
    tenant = mock.project()
    good = {"event": "paid", "distinct_id": "ann"}
    bad = {**good, "timestamp": "2026-02-30T00:00:00Z"}

    problem = mock.post(f"projects/{tenant.id}/events", {"events": [good, bad]}, 422)

    assert problem["field"] == "events[1].timestamp"
    assert total(tenant) == 0


def test_an_action_can_be_queried(mock: Steered) -> None:
    tenant = mock.project()
    mock.post(f"projects/{tenant.id}/events", {"events": [{"event": "paid", "distinct_id": "ann"}]}, 201)

    action = mock.post(f"projects/{tenant.id}/actions", {"name": "Paid", "steps": [{"event": "paid"}]}, 201)

    assert action["name"] == "Paid"
    assert total(tenant, id=action["id"]) == 1


def test_a_cohort_can_be_queried(mock: Steered) -> None:
    tenant = mock.project()
    rows = [{"event": "paid", "distinct_id": name} for name in ("ann", "bob")]
    mock.post(f"projects/{tenant.id}/events", {"events": rows}, 201)

    cohort = mock.post(f"projects/{tenant.id}/cohorts", {"name": "A", "distinct_ids": ["ann"]}, 201)

    members = [{"key": "id", "value": cohort["id"], "type": "cohort"}]
    assert total(tenant, properties=members) == 1


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("events", {"events": [{"event": "x"}]}, "events[0].distinct_id"),
        ("events", {"people": []}, "people"),
        ("actions", {"name": "x", "steps": []}, "steps"),
        ("cohorts", {"name": "x"}, "distinct_ids"),
    ],
)
def test_what_cannot_be_read_is_refused(mock: Steered, path: str, body: dict[str, Any], field: str) -> None:
    assert mock.post(f"projects/{mock.project_id}/{path}", body, 422)["field"] == field
