"""Changing insights."""

from __future__ import annotations

from typing import Any

import pytest

from ..conftest import Running, trends


def patch(running: Running, insight: dict[str, Any], **fields: Any) -> dict[str, Any]:
    answer = running.http.patch(f"{running.insights}/{insight['id']}", json=fields)
    assert answer.status_code == 200, answer.text
    changed: dict[str, Any] = answer.json()
    return changed


def is_docs(running: Running) -> bool:
    return running.server.services.settings.profile == "docs"


def test_a_patch_changes_what_was_sent_and_nothing_else(running: Running) -> None:
    made = running.create(name="Before", description="Kept", tags=["kept"])
    changed = patch(running, made, name="After")
    assert (changed["name"], changed["description"], changed["tags"]) == ("After", "Kept", ["kept"])
    assert running.http.get(f"{running.insights}/{made['id']}").json() == changed


def test_put_works_as_patch(running: Running) -> None:
    made = running.create(name="Before", description="Kept")
    answer = running.http.put(f"{running.insights}/{made['id']}", json={"name": "After"})
    assert (answer.json()["name"], answer.json()["description"]) == ("After", "Kept")


def test_every_save_touches_updated_at(running: Running) -> None:
    made = running.create()
    running.clock.advance(60)
    changed = patch(running, made, favorited=True)
    assert changed["updated_at"] > made["updated_at"]
    assert changed["last_modified_at"] == made["last_modified_at"]


@pytest.mark.parametrize("field", ["name", "description"])
def test_a_material_field_moves_last_modified_at_even_unchanged(running: Running, field: str) -> None:
    made = running.create(**{field: "Same"})
    running.clock.advance(60)
    assert patch(running, made, **{field: "Same"})["last_modified_at"] > made["last_modified_at"]


@pytest.mark.parametrize(
    "fields", [{"tags": ["a"]}, {"favorited": True}, {"order": 3}, {"dashboards": []}, {"derived_name": "x"}]
)
def test_other_fields_do_not_move_last_modified_at(running: Running, fields: dict[str, Any]) -> None:
    made = running.create()
    running.clock.advance(60)
    assert patch(running, made, **fields)["last_modified_at"] == made["last_modified_at"]


def test_only_current_counts_the_query_as_material(running: Running) -> None:
    made = running.create()
    running.clock.advance(60)
    moved = patch(running, made, query=trends("other"))["last_modified_at"] > made["last_modified_at"]
    assert moved is not is_docs(running)


def test_tags_are_replaced_as_a_whole(running: Running) -> None:
    made = running.create(tags=["a", "b"])
    assert patch(running, made, tags=["B ", "C"])["tags"] == ["b", "c"]
    assert patch(running, made, tags=[])["tags"] == []


def test_an_update_makes_a_sample_ones_own(running: Running) -> None:
    made = running.create()
    running.store.insights.amend(made["id"], {"is_sample": True})
    assert patch(running, made, favorited=True)["is_sample"] is False


def test_only_current_saves_on_any_update(running: Running) -> None:
    made = running.create(saved=False)
    assert patch(running, made, name="New")["saved"] is not is_docs(running)
    assert patch(running, made, saved=False)["saved"] is False


def test_emptying_the_query_is_refused_today_and_taken_before(running: Running) -> None:
    made = running.create()
    for query in (None, {}):
        answer = running.http.patch(f"{running.insights}/{made['id']}", json={"query": query})
        if is_docs(running):
            assert answer.json()["query"]["source"]["series"][0]["event"] == "$pageview"
        else:
            assert answer.status_code == 400
            assert answer.json()["detail"].startswith("An insight needs a query.")


def test_an_old_row_without_a_query_may_be_renamed(current: Running) -> None:
    made = current.create()
    current.store.insights.amend(made["id"], {"query": None, "filters": {"insight": "TRENDS"}})
    changed = patch(current, made, name="Old")
    assert (changed["name"], changed["query"], changed["result"]) == ("Old", None, None)


def test_current_refuses_legacy_filters_and_docs_stores_them(running: Running) -> None:
    made = running.create()
    answer = running.http.patch(f"{running.insights}/{made['id']}", json={"filters": {"insight": "PATHS"}})
    assert answer.status_code == (200 if is_docs(running) else 403)


def test_an_unknown_insight_is_not_found_before_its_body_is_looked_at(running: Running) -> None:
    answer = running.http.patch(f"{running.insights}/99999", json={"name": 5})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_wrong_body_is_refused(running: Running) -> None:
    made = running.create()
    answer = running.http.patch(f"{running.insights}/{made['id']}", json={"favorited": "maybe"})
    assert (answer.status_code, answer.json()["attr"]) == (400, "favorited")
    assert answer.json()["detail"] == "Must be a valid boolean."


def test_alerts_go_when_the_query_can_carry_none_any_more(running: Running) -> None:
    made = running.create()
    add_alert(running, made["id"])
    assert len(running.http.get(f"{running.insights}/{made['id']}").json()["alerts"]) == 1
    assert len(patch(running, made, name="Still trends")["alerts"]) == 1
    paths = {"kind": "InsightVizNode", "source": {"kind": "PathsQuery", "pathsFilter": {}}}
    patch(running, made, query=paths)
    assert patch(running, made, query=trends())["alerts"] == []


def add_alert(running: Running, insight_id: int) -> None:
    alert_id = running.store.alerts.new_id()
    running.store.alerts.add(
        {
            "id": alert_id,
            "uuid": f"00000000-0000-4000-8000-{alert_id:012}",
            "project_id": running.project_id,
            "insight_id": insight_id,
            "name": "Too few",
            "enabled": True,
            "condition": {"type": "absolute_value"},
            "configuration": {"type": "TrendsAlertConfig", "series_index": 0},
            "threshold": {"configuration": {"type": "absolute", "bounds": {"lower": 1}}},
            "created_at": "2026-06-01T00:00:00.000000Z",
            "created_by": 1,
        }
    )


def test_thresholds_and_alerts_name_each_other(running: Running) -> None:
    made = running.create()
    add_alert(running, made["id"])
    page = running.http.get(f"{running.insights}/{made['id']}/thresholds").json()
    assert [one["configuration"]["bounds"] for one in page["results"]] == [{"lower": 1}]
    listed = running.http.get(f"{running.url}/alerts", params={"insight_id": made["id"]}).json()
    assert [alert["insight"] for alert in listed["results"]] == [made["id"]]
    assert running.http.get(f"{running.url}/alerts", params={"insight_id": "x"}).json()["count"] == 0
    assert running.http.get(f"{running.url}/alerts").json()["count"] >= 1
