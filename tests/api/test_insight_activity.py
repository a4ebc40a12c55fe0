"""The activity log of insights and of the project."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..conftest import Running, trends


def entries(running: Running, insight_id: int) -> list[dict[str, Any]]:
    answer = running.http.get(f"{running.insights}/{insight_id}/activity", params={"limit": 50})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def latest(running: Running, insight_id: int) -> tuple[str, Any]:
    entry = entries(running, insight_id)[0]
    return entry["activity"], entry["detail"]["changes"]


def patch(running: Running, insight_id: int, **fields: Any) -> None:
    running.clock.advance(1)
    assert running.http.patch(f"{running.insights}/{insight_id}", json=fields).status_code == 200


def test_making_an_insight_is_logged_without_changes(running: Running) -> None:
    made = running.create(name="Made")
    entry = entries(running, made["id"])[0]
    assert (entry["activity"], entry["scope"], entry["item_id"]) == ("created", "Insight", str(made["id"]))
    assert entry["user"]["email"] == running.email
    assert entry["detail"] == {
        "id": None,
        "changes": None,
        "trigger": None,
        "name": "Made",
        "short_id": made["short_id"],
        "type": None,
    }
    is_docs = running.server.services.settings.profile == "docs"
    assert ("client" in entry) is not is_docs


def test_each_changed_field_is_an_entry_of_changes(running: Running) -> None:
    made = running.create(name="Before")
    patch(running, made["id"], name="After", description="New", favorited=True)
    activity, changes = latest(running, made["id"])
    assert activity == "updated"
    assert [(one["field"], one["action"], one["before"], one["after"]) for one in changes] == [
        ("name", "changed", "Before", "After"),
        ("description", "created", None, "New"),
        ("favorited", "changed", False, True),
    ]
    patch(running, made["id"], description=None)
    assert latest(running, made["id"])[1][0]["action"] == "deleted"


def test_tags_are_compared_sorted_and_come_first(running: Running) -> None:
    made = running.create(name="Tagged", tags=["b", "a"])
    patch(running, made["id"], name="New", tags=["c", "a"])
    changes = latest(running, made["id"])[1]
    assert [one["field"] for one in changes] == ["tags", "name"]
    assert (changes[0]["before"], changes[0]["after"]) == (["a", "b"], ["a", "c"])


@pytest.mark.parametrize(
    "fields", [{"name": "Same"}, {"order": 5}, {"saved": True}, {"tags": ["B", "a"]}, {"deleted": False}]
)
def test_no_difference_that_counts_is_not_logged(running: Running, fields: dict[str, Any]) -> None:
    made = running.create(name="Same", tags=["a", "b"])
    patch(running, made["id"], **fields)
    assert [entry["activity"] for entry in entries(running, made["id"])] == ["created"]


def test_queries_are_logged_whole(running: Running) -> None:
    made = running.create(name="Asking")
    patch(running, made["id"], query=trends("other"))
    changes = latest(running, made["id"])[1]
    assert [(one["field"], one["after"]["source"]["series"][0]["event"]) for one in changes] == [
        ("query", "other")
    ]


def test_dashboards_are_logged_by_name_unless_none_is_left(running: Running) -> None:
    one = running.http.post(f"{running.url}/dashboards", json={"name": "Board"}).json()["id"]
    made = running.create(name="Placed")
    patch(running, made["id"], dashboards=[one])
    assert latest(running, made["id"])[1] == [
        {
            "type": "Insight",
            "action": "changed",
            "field": "dashboards",
            "before": [],
            "after": [{"id": one, "name": "Board"}],
        }
    ]
    patch(running, made["id"], dashboards=[])
    assert len(entries(running, made["id"])) == 2


def test_deleting_and_restoring_have_words_of_their_own(running: Running) -> None:
    made = running.create(name="Fleeting")
    patch(running, made["id"], deleted=True)
    patch(running, made["id"], deleted=False)
    found = [(entry["activity"], entry["detail"]["changes"]) for entry in entries(running, made["id"])]
    assert [activity for activity, _ in found] == ["restored", "deleted", "created"]
    assert found[0][1][0]["field"] == "deleted"
    running.http.post(f"{running.insights}/bulk_delete", json={"ids": [made["id"]]})
    running.http.post(f"{running.insights}/bulk_restore", json={"ids": [made["id"]]})
    assert latest(running, made["id"]) == ("restored", None)


def test_an_insight_without_a_name_leaves_no_trace(running: Running) -> None:
    made = running.create()
    patch(running, made["id"], description="x")
    assert entries(running, made["id"]) == []
    patch(running, made["id"], derived_name="Pageview count")
    assert entries(running, made["id"])[0]["detail"]["name"] == "Pageview count"


def test_activity_of_an_unknown_insight_is_not_found(running: Running) -> None:
    answer = running.http.get(f"{running.insights}/99999/activity")
    assert answer.status_code == 404
    is_docs = running.server.services.settings.profile == "docs"
    assert (answer.content == b"") is is_docs


def test_all_activity_tells_of_deleted_insights_too(running: Running) -> None:
    made = running.create(name="Deleted later")
    patch(running, made["id"], deleted=True)
    page = running.http.get(f"{running.insights}/activity").json()
    assert page["results"][0]["item_id"] == str(made["id"])
    assert set(page) == {"results", "next", "previous", "total_count"}


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limit=st.integers(1, 7))
def test_the_pages_of_activity_are_the_whole_of_it(running: Running, limit: int) -> None:
    whole = running.http.get(f"{running.insights}/activity", params={"limit": 10_000}).json()
    walked: list[str] = []
    url: str | None = f"{running.insights}/activity?limit={limit}"
    while url:
        page = running.http.get(url).json()
        walked += [entry["id"] for entry in page["results"]]
        url = page["next"]
    assert walked == [entry["id"] for entry in whole["results"]]
    assert len(walked) == whole["total_count"]


@pytest.mark.parametrize(
    "parameters", [{"page": "x"}, {"limit": "x"}, {"page": "0"}, {"limit": "0"}, {"page": "999"}]
)
def test_a_page_that_is_not_there_is_refused(running: Running, parameters: dict[str, str]) -> None:
    answer = running.http.get(f"{running.insights}/activity", params=parameters)
    assert (answer.status_code, answer.json()["attr"]) == (400, next(iter(parameters)))


def test_the_projects_log_is_walked_by_cursor_both_ways(running: Running) -> None:
    for number in range(5):
        running.create(name=f"Log {number}")
        running.clock.advance(1)
    log = f"{running.url}/activity_log"
    first = running.http.get(log, params={"limit": 2, "scope": "Insight"}).json()
    second = running.http.get(first["next"]).json()
    back = running.http.get(second["previous"]).json()
    assert [one["detail"]["name"] for one in first["results"]] == ["Log 4", "Log 3"]
    assert [one["detail"]["name"] for one in second["results"]] == ["Log 2", "Log 1"]
    assert back["results"] == first["results"]
    assert first["results"][0]["user"]["email"] == running.email
    assert first["results"][0]["unread"] is False
    assert running.http.get(log, params={"item_id": "99999"}).json()["results"] == []
    assert running.http.get(log, params={"cursor": "nonsense"}).status_code == 400
