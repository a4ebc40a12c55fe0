"""Insights on dashboards, from the insight's side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ..conftest import Running


def board(running: Running, **fields: Any) -> int:
    answer = running.http.post(f"{running.url}/dashboards", json={"name": "Board", **fields})
    assert answer.status_code == 201, answer.text
    number: int = answer.json()["id"]
    return number


def place(running: Running, insight: dict[str, Any], ids: list[int]) -> dict[str, Any]:
    answer = running.http.patch(f"{running.insights}/{insight['id']}", json={"dashboards": ids})
    assert answer.status_code == 200, answer.text
    changed: dict[str, Any] = answer.json()
    return changed


def test_a_new_tile_is_named_by_dashboards_and_tiles(running: Running) -> None:
    one = board(running)
    made = running.create(dashboards=[one, one])
    assert made["dashboards"] == [one]
    assert [(tile["dashboard_id"], tile["deleted"]) for tile in made["dashboard_tiles"]] == [(one, None)]


def test_dashboards_replace_membership(running: Running) -> None:
    one, two = board(running), board(running)
    made = running.create(dashboards=[one])
    assert place(running, made, [two])["dashboards"] == [two]
    assert place(running, made, [])["dashboard_tiles"] == []


def test_leaving_dashboards_out_changes_nothing(running: Running) -> None:
    made = running.create(dashboards=[board(running)])
    changed = running.http.patch(f"{running.insights}/{made['id']}", json={"name": "New"}).json()
    assert changed["dashboard_tiles"] == made["dashboard_tiles"]


def test_adding_again_revives_the_same_tile(running: Running) -> None:
    one = board(running)
    made = running.create(dashboards=[one])
    place(running, made, [])
    revived = place(running, made, [one])["dashboard_tiles"]
    assert [(tile["id"], tile["deleted"]) for tile in revived] == [(made["dashboard_tiles"][0]["id"], False)]


def test_an_unknown_dashboard_is_refused_in_the_words_of_its_time(running: Running) -> None:
    made = running.create()
    answer = running.http.patch(f"{running.insights}/{made['id']}", json={"dashboards": [9999]})
    body = answer.json()
    assert (answer.status_code, body["attr"]) == (400, "dashboards")
    if running.server.services.settings.profile == "docs":
        assert (body["code"], body["detail"]) == (
            "does_not_exist",
            'Invalid pk "9999" - object does not exist.',
        )
    else:
        assert (body["code"], body["detail"]) == ("invalid_input", "Dashboard not found: 9999")


def test_a_deleted_dashboard_is_as_good_as_unknown(running: Running) -> None:
    one = board(running)
    made = running.create(dashboards=[one])
    running.http.patch(f"{running.url}/dashboards/{one}", json={"deleted": True})
    assert running.http.get(f"{running.insights}/{made['id']}").json()["dashboard_tiles"] == []
    answer = running.http.patch(f"{running.insights}/{made['id']}", json={"dashboards": [one]})
    assert answer.status_code == 400


@pytest.fixture
def member(running: Running) -> Iterator[Running]:
    """The caller as a plain member of the organisation."""
    membership = running.store.memberships.find_one("pair", (1, 1))
    running.store.memberships.amend(membership["id"], {"level": 1})
    yield running
    running.store.memberships.amend(membership["id"], {"level": membership["level"]})


def test_a_restricted_dashboard_takes_and_gives_only_for_its_editors(member: Running) -> None:
    one = board(member)
    made = member.create(dashboards=[one])
    other = member.create(dashboards=[board(member)])
    member.store.dashboards.amend(one, {"restriction_level": 37, "created_by": None})
    refused = member.http.patch(f"{member.insights}/{other['id']}", json={"dashboards": [one]})
    assert refused.status_code == 403
    assert refused.json()["detail"] == f"You don't have permission to add insights to dashboard: {one}"
    shown = member.http.get(f"{member.insights}/{made['id']}").json()
    assert (shown["effective_restriction_level"], shown["effective_privilege_level"]) == (37, 21)
    assert member.http.patch(f"{member.insights}/{made['id']}", json={"name": "x"}).status_code == 403


def test_an_insight_on_a_free_dashboard_too_may_not_leave_the_restricted_one(member: Running) -> None:
    one, free = board(member), board(member)
    made = member.create(dashboards=[one, free])
    member.store.dashboards.amend(one, {"restriction_level": 37, "created_by": None})
    refused = member.http.patch(f"{member.insights}/{made['id']}", json={"dashboards": [free]})
    assert refused.json()["detail"] == f"You don't have permission to remove insights from dashboard: {one}"


def test_bulk_actions_skip_what_the_caller_may_not_edit(member: Running) -> None:
    one = board(member)
    made = member.create(dashboards=[one])
    member.store.dashboards.amend(one, {"restriction_level": 37, "created_by": None})
    body = {"ids": [made["id"]], "action": "add", "tags": ["x"]}
    skipped = member.http.post(f"{member.insights}/bulk_update_tags", json=body).json()["skipped"]
    assert skipped == [{"id": made["id"], "reason": "You don't have permission to edit this insight"}]


def test_a_session_has_to_ask_for_dashboards_today(running: Running) -> None:
    made = running.create(dashboards=[board(running)])
    session = running.session()
    address = f"{running.insights}/{made['id']}"
    asked = session.get(address, params={"include_dashboards": "true"}).json()
    assert asked["dashboards"] == made["dashboards"]
    is_docs = running.server.services.settings.profile == "docs"
    for unasked in (session.get(address).json(), session.get(address, params={"basic": "1"}).json()):
        assert ("dashboards" in unasked) is is_docs
