"""Deleting insights softly, restoring them, and the hard delete that is always refused."""

from __future__ import annotations

from typing import Any

import pytest

from ..conftest import Running


def delete(running: Running, insight: dict[str, Any]) -> Any:
    return running.http.patch(f"{running.insights}/{insight['id']}", json={"deleted": True})


def test_hard_deletion_is_refused_without_a_body_for_any_id(running: Running) -> None:
    made = running.create()
    for insight_id in (made["id"], 99999, "nonsense"):
        answer = running.http.delete(f"{running.insights}/{insight_id}")
        assert (answer.status_code, answer.content) == (405, b"")
    assert running.http.get(f"{running.insights}/{made['id']}").status_code == 200


def test_a_deleted_insight_answers_once_more_and_is_gone(running: Running) -> None:
    made = running.create(name="Gone", tags=["gone"])
    answer = delete(running, made)
    assert (answer.status_code, answer.json()["deleted"]) == (200, True)
    assert running.http.get(f"{running.insights}/{made['id']}").status_code == 404
    assert running.http.get(running.insights, params={"tags": '["gone"]'}).json()["count"] == 0
    assert running.http.get(running.insights, params={"short_id": made["short_id"]}).json()["count"] == 0
    renamed = running.http.patch(f"{running.insights}/{made['id']}", json={"name": "New"})
    assert (renamed.status_code, renamed.json()["detail"]) == (404, "Not found.")


def test_a_deleted_insight_is_restored_by_a_plain_false(running: Running) -> None:
    made = running.create(name="Back")
    delete(running, made)
    answer = running.http.patch(f"{running.insights}/{made['id']}", json={"deleted": False, "name": "Again"})
    assert (answer.status_code, answer.json()["deleted"], answer.json()["name"]) == (200, False, "Again")
    assert running.http.get(f"{running.insights}/{made['id']}").status_code == 200


@pytest.mark.parametrize("value", ["false", 0, None])
def test_nothing_but_json_false_reaches_a_deleted_insight(running: Running, value: object) -> None:
    made = running.create()
    delete(running, made)
    answer = running.http.patch(f"{running.insights}/{made['id']}", json={"deleted": value})
    assert answer.status_code == 404


def test_restoring_with_a_wrong_field_is_refused_for_the_field(running: Running) -> None:
    made = running.create()
    delete(running, made)
    answer = running.http.patch(f"{running.insights}/{made['id']}", json={"deleted": False, "tags": "x"})
    assert (answer.status_code, answer.json()["attr"]) == (400, "tags")


def test_tiles_go_with_the_insight_and_do_not_come_back_with_a_patch(running: Running) -> None:
    dashboard = running.http.post(f"{running.url}/dashboards", json={"name": "Board"}).json()
    made = running.create(dashboards=[dashboard["id"]])
    assert len(made["dashboard_tiles"]) == 1
    assert delete(running, made).json()["dashboard_tiles"] == []
    restored = running.http.patch(f"{running.insights}/{made['id']}", json={"deleted": False}).json()
    assert restored["dashboard_tiles"] == []


def test_bulk_restore_brings_the_tiles_back(running: Running) -> None:
    dashboard = running.http.post(f"{running.url}/dashboards", json={"name": "Board"}).json()
    made = running.create(name="Bulk", dashboards=[dashboard["id"]])
    deleted = running.http.post(f"{running.insights}/bulk_delete", json={"ids": [made["id"], 99999]}).json()
    assert deleted["deleted"] == [{"id": made["id"], "name": "Bulk"}]
    assert deleted["skipped"] == [{"id": 99999, "reason": "Insight not found"}]
    assert running.http.get(f"{running.insights}/{made['id']}").status_code == 404
    body = {"ids": [made["id"]]}
    assert running.http.post(f"{running.insights}/bulk_restore", json=body).json() == {
        "restored": [{"id": made["id"], "name": "Bulk"}],
        "skipped": [],
    }
    again = running.http.get(f"{running.insights}/{made['id']}").json()
    assert [tile["id"] for tile in again["dashboard_tiles"]] == [made["dashboard_tiles"][0]["id"]]


def test_bulk_restore_skips_what_is_not_deleted(running: Running) -> None:
    made = running.create()
    answer = running.http.post(f"{running.insights}/bulk_restore", json={"ids": [made["id"]]}).json()
    assert answer["skipped"] == [{"id": made["id"], "reason": "Insight not found"}]


def test_bulk_actions_want_at_least_one_id(running: Running) -> None:
    answer = running.http.post(f"{running.insights}/bulk_delete", json={"ids": []})
    assert (answer.status_code, answer.json()["attr"]) == (400, "ids")
