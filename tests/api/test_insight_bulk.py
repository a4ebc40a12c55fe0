"""Tags and test account filters of many insights at once."""

from __future__ import annotations

from typing import Any

import pytest

from ..conftest import Running, StartServer, trends


def retag(running: Running, ids: list[int], action: str, tags: list[str]) -> dict[str, Any]:
    body = {"ids": ids, "action": action, "tags": tags}
    answer = running.http.post(f"{running.insights}/bulk_update_tags", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize(
    ("action", "expected"), [("add", ["a", "b", "c"]), ("remove", ["a"]), ("set", ["b", "c"])]
)
def test_tags_are_added_removed_or_set(running: Running, action: str, expected: list[str]) -> None:
    made = running.create(name="Tagged", tags=["a", "b"])
    answer = retag(running, [made["id"], 99999], action, [" B", "c"])
    assert answer == {
        "updated": [{"id": made["id"], "tags": expected}],
        "skipped": [{"id": 99999, "reason": "Insight not found"}],
    }
    assert sorted(running.http.get(f"{running.insights}/{made['id']}").json()["tags"]) == expected


def test_an_unknown_action_is_refused(running: Running) -> None:
    body = {"ids": [1], "action": "swap", "tags": []}
    answer = running.http.post(f"{running.insights}/bulk_update_tags", json=body)
    assert (answer.status_code, answer.json()["attr"]) == (400, "action")


def test_the_projects_tags_are_those_in_use(start: StartServer) -> None:
    server = start()
    made = server.create(tags=["b", "a"])
    server.create(tags=["b"])
    assert server.http.get(f"{server.url}/tags").json() == ["a", "b"]
    server.http.patch(f"{server.insights}/{made['id']}", json={"deleted": True})
    assert server.http.get(f"{server.url}/tags").json() == ["b"]


def test_the_test_account_filter_is_set_where_it_can_be(start: StartServer) -> None:
    server = start()
    server.create()
    server.create(query=trends(filterTestAccounts=True))
    server.create(query={"kind": "HogQLQuery", "query": "select 1"})
    server.create(query=None)
    address = f"{server.insights}/bulk_set_test_account_filter"
    expected = {"updated": 1, "unchanged": 1, "unsupported": 1, "skipped": 0, "legacy": 1}
    assert server.http.post(address, json={"enabled": True}).json() == expected
    assert server.http.post(address, json={"enabled": True}).json()["unchanged"] == 2
    membership = server.store.memberships.find_one("pair", (1, 1))
    server.store.memberships.amend(membership["id"], {"level": 1})
    assert server.http.post(address, json={"enabled": True}).status_code == 403


def test_a_whole_number_may_be_written_as_a_decimal(running: Running) -> None:
    made = running.create(name="Whole")
    content = f'{{"ids": [{made["id"]}.0]}}'
    answer = running.http.post(
        f"{running.insights}/bulk_delete",
        content=content.encode(),
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 200
    assert answer.json()["deleted"] == [{"id": made["id"], "name": "Whole"}]


def test_an_id_beyond_all_integers_is_refused(running: Running) -> None:
    content = f'{{"ids": [{10**26}]}}'
    answer = running.http.post(
        f"{running.insights}/bulk_delete",
        content=content.encode(),
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 400
    assert answer.json()["attr"] == "ids__0"
