"""Views of insights: who saw what, and what is trending."""

from __future__ import annotations

from typing import Any

import pytest

from ..conftest import Running


def view(running: Running, *ids: int) -> Any:
    return running.http.post(f"{running.insights}/viewed", json={"insight_ids": list(ids)})


def is_docs(running: Running) -> bool:
    return running.server.services.settings.profile == "docs"


def my_last(running: Running) -> list[dict[str, Any]]:
    answer = running.session().get(f"{running.insights}/my_last_viewed")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


def test_viewing_answers_without_a_body(running: Running) -> None:
    made = running.create()
    answer = view(running, made["id"], 99999)
    assert (answer.status_code, answer.content) == (200 if is_docs(running) else 201, b"")
    assert view(running, 99999).status_code == answer.status_code


def test_the_last_five_views_come_latest_first_without_deleted_ones(running: Running) -> None:
    made = [running.create(name=f"Seen {number}")["id"] for number in range(7)]
    for insight_id in made:
        running.clock.advance(1)
        view(running, insight_id)
    running.http.patch(f"{running.insights}/{made[-1]}", json={"deleted": True})
    found = my_last(running)
    assert [row["id"] for row in found] == made[5:0:-1]
    assert {row["user_access_level"] for row in found} == {None}
    assert all("dashboards" in row and "result" not in row for row in found)


def test_retrieving_is_no_view_and_creating_is_one_today(running: Running) -> None:
    running.clock.advance(60)
    made = running.create(name="Fresh")
    running.http.get(f"{running.insights}/{made['id']}")
    assert (my_last(running)[0]["id"] == made["id"]) is not is_docs(running)


def test_the_list_says_when_anyone_last_viewed_a_row_and_a_retrieve_does_not(running: Running) -> None:
    made = running.create()
    view(running, made["id"])
    row = running.http.get(running.insights, params={"short_id": made["short_id"]}).json()["results"][0]
    assert row["last_viewed_at"] is not None
    assert running.http.get(f"{running.insights}/{made['id']}").json()["last_viewed_at"] is None


@pytest.mark.parametrize("ids", [[], "x", None, ["x"]])
def test_ids_have_to_be_a_list_with_something_in_it(running: Running, ids: Any) -> None:
    answer = running.http.post(f"{running.insights}/viewed", json={"insight_ids": ids})
    assert answer.status_code == 400
    if is_docs(running):
        assert answer.json()["detail"] == "Must be a non-empty list of insight IDs"
    else:
        assert answer.json()["attr"].startswith("insight_ids")


def test_trending_ranks_by_viewers_within_the_days_asked_for(start: Any) -> None:
    for profile in ("docs", "current"):
        server = start(profile=profile)
        old, often, once = (server.create(name=name)["id"] for name in ("old", "often", "once"))
        view(server, old)
        server.clock.advance(10 * 86400)
        view(server, often, once)
        server.store.views.add(
            {
                "id": server.store.views.new_id(),
                "project_id": server.project_id,
                "user_id": None,
                "insight_id": often,
                "last_viewed_at": "2026-06-27T11:00:00.000000Z",
            }
        )
        answer = server.http.get(f"{server.insights}/trending").json()
        rows = answer if profile == "docs" else answer["results"]
        assert [(row["name"], row["view_count"]) for row in rows] == [("often", 2), ("once", 1)]
        assert [len(row["viewers"]) for row in rows] == [1, 1]
        more = server.http.get(f"{server.insights}/trending", params={"days": 30, "limit": 1}).json()
        assert len(more if profile == "docs" else more["results"]) == 1


def test_trending_wants_numbers(running: Running) -> None:
    answer = running.http.get(f"{running.insights}/trending", params={"days": "x"})
    assert answer.status_code == 400
    assert answer.json()["detail"] == "days and limit must be valid integers"
    for parameters in ({"days": "-5"}, {"limit": "-5"}, {"days": "9" * 30}):
        assert running.http.get(f"{running.insights}/trending", params=parameters).status_code == 200
