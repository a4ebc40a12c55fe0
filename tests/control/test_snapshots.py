"""Snapshots: taken, restored, compared, exported, imported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import start_server
from tests.control.conftest import Steered, Tenant


def event_count(tenant: Tenant) -> float:
    query = {
        "kind": "TrendsQuery",
        "series": [{"kind": "EventsNode", "event": None}],
        "dateRange": {"date_from": "2026-01-01", "date_to": "2028-12-31"},
        "interval": "month",
    }
    body = {"query": query, "refresh": "force_blocking"}
    results = tenant.http.post(f"{tenant.url}/query", json=body).json()["results"]
    return sum(float(one["count"]) for one in results)


def take_in(mock: Steered, tenant: Tenant) -> None:
    body = {"events": [{"event": "paid", "distinct_id": "ann"}]}
    mock.post(f"projects/{tenant.id}/events", body, 201)


def test_a_snapshot_brings_back_data_events_clocks_policies_and_faults(mock: Steered) -> None:
    tenant = mock.project()
    insight = tenant.insight(name="before")["id"]
    take_in(mock, tenant)
    mock.put(f"projects/{tenant.id}/clock", {"now": "2026-07-01T00:00:00Z", "frozen": True})
    mock.put(f"projects/{tenant.id}/refresh", {"mode": "manual"})
    rule = mock.post("faults", {"match": {"method": "PUT"}, "effect": {"status": 500}}, 201)
    tenant.queue("q")
    mock.post("snapshots", {"name": "then"}, 201)
    job = mock.get("jobs/q")

    tenant.http.patch(f"{tenant.url}/insights/{insight}", json={"name": "after"})
    take_in(mock, tenant)
    assert event_count(tenant) == 2
    mock.put(f"projects/{tenant.id}/clock", {"now": "2028-01-01T00:00:00Z"})
    mock.put("clock", {"frozen": True})
    mock.delete("faults", 204)
    mock.delete(f"projects/{tenant.id}/refresh")
    mock.post("jobs/q/transition", {"to": "expired"}, 409)
    mock.project(name="later")

    mock.post("snapshots/then/restore")

    assert tenant.http.get(f"{tenant.url}/insights/{insight}").json()["name"] == "before"
    assert mock.get(f"projects/{tenant.id}/clock")["now"] == "2026-07-01T00:00:00Z"
    assert mock.get("clock")["frozen"] is False
    assert mock.get("faults") == [rule]
    assert mock.get("jobs/q") == job
    assert event_count(tenant) == 1
    assert "later" not in [one["name"] for one in mock.get("projects")]


def test_a_snapshot_can_be_restored_again_and_again(mock: Steered) -> None:
    mock.post("snapshots", {"name": "start"}, 201)
    for _ in range(2):
        mock.running.create()
        mock.post("snapshots/start/restore")
        assert mock.running.http.get(mock.running.insights).json()["count"] == 0


def test_snapshots_are_listed_and_forgotten(mock: Steered) -> None:
    made = mock.post("snapshots", {"name": "one"}, 201)

    assert mock.get("snapshots") == [made]
    assert mock.post("snapshots", {"name": "one"}, 409)["field"] == "name"
    mock.post("snapshots", {"name": "one", "replace": True}, 201)
    mock.delete("snapshots/one", 204)
    assert mock.get("snapshots") == []


def test_a_difference_names_what_was_added_removed_and_changed(mock: Steered) -> None:
    kept, gone = mock.running.create(name="kept"), mock.project(name="gone")
    mock.post("snapshots", {"name": "a"}, 201)
    assert mock.get("snapshots/a/diff/current")["same"]

    mock.running.http.patch(f"{mock.running.insights}/{kept['id']}", json={"name": "renamed"})
    new = mock.running.create(name="new")
    mock.delete(f"projects/{gone.id}", 204)
    mock.post("snapshots", {"name": "b"}, 201)

    found = mock.get("snapshots/a/diff/b")
    assert (found["from"], found["to"], found["same"]) == ("a", "b", False)
    insights = found["tables"]["insights"]
    assert insights["added"] == [{"id": new["id"], "name": "new"}]
    assert insights["changed"][0]["fields"]["name"] == {"from": "kept", "to": "renamed"}
    assert found["tables"]["projects"]["removed"] == [{"id": gone.id, "name": "gone"}]


def test_an_export_is_imported_by_another_server(mock: Steered, start: Any) -> None:
    tenant = mock.project(fixture="demo")
    take_in(mock, tenant)
    expected = event_count(tenant)
    mock.post("snapshots", {"name": "a"}, 201)
    document = json.loads(json.dumps(mock.get("snapshots/a", secrets="true")))

    other = Steered(start())
    other.put("snapshots/b", document)
    other.post("snapshots/b/restore")

    client = other.running.client(Authorization=tenant.http.headers["Authorization"])
    twin = Tenant(tenant.made, client)
    assert other.get("projects") == mock.get("projects")
    assert event_count(twin) == expected
    assert other.get("snapshots/b", secrets="true")["tables"] == document["tables"]


def test_an_export_without_secrets_has_none_and_still_restores_here(mock: Steered) -> None:
    made = mock.post(f"projects/{mock.project_id}/sessions", expect=201)
    insight = mock.running.create()["id"]
    shared = mock.running.http.patch(
        f"{mock.running.insights}/{insight}/sharing", json={"enabled": True}
    ).json()

    text = mock.http.get("/_mock/snapshots/current").text
    for secret in (
        mock.running.api_key,
        made["csrf"]["value"],
        shared["access_token"],
        mock.running.password,
    ):
        assert secret not in text
        assert secret in mock.http.get("/_mock/snapshots/current?secrets=true").text
    mock.put("snapshots/again", json.loads(text))
    mock.post("snapshots/again/restore")

    assert mock.running.http.get(f"/shared/{shared['access_token']}.json").status_code == 200
    assert mock.get("info")["credentials"]["api_key"] == mock.running.api_key


def spoiled(document: dict[str, Any], table: str, **changes: Any) -> dict[str, Any]:
    first = {**document["tables"][table][0], **changes}
    kept = {name: value for name, value in first.items() if value != "GONE"}
    return {**document, "tables": {**document["tables"], table: [kept]}}


@pytest.mark.parametrize(
    ("spoil", "field"),
    [
        (lambda d: {**d, "version": 2}, "version"),
        (lambda d: {**d, "format": "tar"}, "format"),
        (lambda d: {**d, "tables": {**d["tables"], "cakes": []}}, "tables.cakes"),
        (lambda d: {**d, "tables": {}}, "tables.meta"),
        (lambda d: spoiled(d, "users", email="GONE"), "tables.users[0].email"),
        (lambda d: spoiled(d, "users", shoe_size=44), "tables.users[0].shoe_size"),
        (lambda d: spoiled(d, "users", id=0), "tables.users[0].id"),
    ],
)
def test_a_damaged_document_is_refused_and_not_kept(mock: Steered, spoil: Any, field: str) -> None:
    document = mock.get("snapshots/current")

    assert mock.put("snapshots/bad", spoil(document), 422)["field"] == field
    assert mock.get("snapshots") == []


def test_an_unknown_snapshot_is_named(mock: Steered) -> None:
    assert mock.post("snapshots/nope/restore", expect=404)["field"] == "name"
    assert mock.post("snapshots", {"name": "current"}, 422)["field"] == "name"
    assert mock.post("snapshots", {"name": "a b"}, 422)["field"] == "name"


def test_a_kept_server_comes_back_with_events_clock_policies_and_faults(start: Any, tmp_path: Path) -> None:
    running = start_server(data=str(tmp_path))
    steered = Steered(running)
    tenant = steered.project(fixture="demo")
    take_in(steered, tenant)
    expected = event_count(tenant)
    steered.put("clock", {"now": "2026-06-18T00:00:00Z", "frozen": True})
    steered.put("refresh", {"mode": "manual"})
    steered.post("faults", {"match": {"method": "PUT"}, "effect": {"status": 500}}, 201)
    running.server.close()

    again = Steered(start(data=str(tmp_path)))

    twin = Tenant(tenant.made, again.running.client(Authorization=tenant.http.headers["Authorization"]))
    assert event_count(twin) == expected
    assert again.get("clock") == {"now": "2026-06-18T00:00:00Z", "frozen": True, "rate": 1.0}
    assert again.get("refresh")["mode"] == "manual"
    assert len(again.get("faults")) == 1
    assert again.post(f"projects/{tenant.id}/reset")["counts"]["insights"] > 0
