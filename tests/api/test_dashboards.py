"""Dashboards and the tiles on them."""

from __future__ import annotations

from typing import Any

import pytest

from ..conftest import Running, trends


def make(running: Running, **fields: Any) -> Any:
    answer = running.http.post(f"{running.url}/dashboards", json={"name": "Growth", **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


def patch(running: Running, dashboard_id: int, **fields: Any) -> Any:
    answer = running.http.patch(f"{running.url}/dashboards/{dashboard_id}", json=fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


def get(running: Running, dashboard_id: int, query: str = "") -> Any:
    return running.http.get(f"{running.url}/dashboards/{dashboard_id}{query}")


def test_a_new_dashboard_is_empty_and_can_be_found(running: Running) -> None:
    made = make(running, description="All of it", tags=[" Weekly ", "weekly"], pinned=True)
    assert (made["name"], made["tags"], made["tiles"]) == ("Growth", ["weekly"], [])
    assert (made["creation_mode"], made["is_shared"]) == ("default", False)
    assert get(running, made["id"]).json()["description"] == "All of it"
    listed = running.http.get(f"{running.url}/dashboards").json()["results"]
    assert made["id"] in [dashboard["id"] for dashboard in listed]
    assert all("tiles" not in dashboard for dashboard in listed)


def test_pinned_dashboards_come_first_then_by_name(running: Running) -> None:
    make(running, name="zz")
    make(running, name="mm", pinned=True)
    make(running, name="aa")
    shown = running.http.get(f"{running.url}/dashboards").json()["results"]
    order = [(not one["pinned"], one["name"] or "") for one in shown]
    assert order == sorted(order)


def test_a_dashboard_shows_its_insights_with_results_when_asked(running: Running) -> None:
    board = make(running)
    insight = running.create(name="Views", dashboards=[board["id"]])
    tile = get(running, board["id"]).json()["tiles"][0]
    assert (tile["insight"]["id"], tile["insight"]["name"]) == (insight["id"], "Views")
    fresh = get(running, board["id"], "?refresh=force_blocking").json()["tiles"][0]
    assert isinstance(fresh["insight"]["result"], list)
    assert fresh["last_refresh"] == fresh["insight"]["last_refresh"] is not None


def test_a_dashboards_dates_are_laid_over_its_insights(running: Running) -> None:
    board = make(running, filters={"date_from": "-3d"})
    running.create(name="Views", dashboards=[board["id"]])
    tile = get(running, board["id"], "?refresh=blocking").json()["tiles"][0]
    assert len(tile["insight"]["result"][0]["data"]) == 4
    wider = get(running, board["id"], '?refresh=blocking&filters_override={"date_from":"-1d"}').json()
    assert len(wider["tiles"][0]["insight"]["result"][0]["data"]) == 2
    assert wider["filters"] == {"date_from": "-1d"}
    assert wider["persisted_filters"] == {"date_from": "-3d"}


def test_a_bad_filters_override_is_refused(running: Running) -> None:
    answer = get(running, make(running)["id"], "?filters_override={")
    assert (answer.status_code, answer.json()["attr"]) == (400, "filters_override")


def test_one_failing_insight_does_not_take_the_others_along(running: Running) -> None:
    board = make(running)
    running.create(name="Views", dashboards=[board["id"]])
    running.create(
        name="Broken",
        dashboards=[board["id"]],
        query={"kind": "DataVisualizationNode", "source": {"kind": "HogQLQuery", "query": "selec t"}},
    )
    tiles = get(running, board["id"], "?refresh=blocking").json()["tiles"]
    results = {tile["insight"]["name"]: tile["insight"]["result"] for tile in tiles}
    assert results["Broken"] is None
    assert results["Views"] is not None


def test_texts_are_added_and_edited_by_patch(running: Running) -> None:
    board = make(running)
    tile = patch(running, board["id"], tiles=[{"text": {"body": "Read this"}}])["tiles"][0]
    assert (tile["insight"], tile["text"]["body"]) == (None, "Read this")
    edited = patch(running, board["id"], tiles=[{"id": tile["id"], "text": {"body": "Or that"}}])
    assert [one["text"]["body"] for one in edited["tiles"]] == ["Or that"]
    assert edited["tiles"][0]["text"]["last_modified_by"]["email"] == running.email


def test_a_text_of_more_than_4000_characters_is_refused(running: Running) -> None:
    path = f"{running.url}/dashboards/{make(running)['id']}"
    answer = running.http.patch(path, json={"tiles": [{"text": {"body": "x" * 4001}}]})
    assert (answer.status_code, answer.json()["code"]) == (400, "max_length")


def test_tiles_stand_in_the_order_of_their_places(running: Running) -> None:
    board = make(running)
    bodies = ["low", "high"]
    tiles = patch(running, board["id"], tiles=[{"text": {"body": body}} for body in bodies])["tiles"]
    moved = [{"id": one["id"], "layouts": {"sm": {"x": 0, "y": 10 - i}}} for i, one in enumerate(tiles)]
    moved[0]["color"] = "blue"
    shown = patch(running, board["id"], tiles=moved)["tiles"]
    assert [(one["text"]["body"], one["color"]) for one in shown] == [("high", None), ("low", "blue")]
    assert [one["order"] for one in shown] == [0, 1]


def test_a_tile_can_be_taken_off_and_is_the_same_when_it_comes_back(running: Running) -> None:
    board = make(running)
    insight = running.create(name="Views", dashboards=[board["id"]])
    tile_id = insight["dashboard_tiles"][0]["id"]
    assert patch(running, board["id"], tiles=[{"id": tile_id, "deleted": True}])["tiles"] == []
    shown = running.http.get(f"{running.insights}/{insight['id']}").json()
    assert shown["dashboard_tiles"] == []
    back = patch(running, board["id"], tiles=[{"id": tile_id, "deleted": False}])
    assert [tile["id"] for tile in back["tiles"]] == [tile_id]


def test_a_tile_of_another_dashboard_is_refused_and_nothing_is_changed(running: Running) -> None:
    board, other = make(running), make(running)
    tile = patch(running, other["id"], tiles=[{"text": {"body": "there"}}])["tiles"][0]
    path = f"{running.url}/dashboards/{board['id']}"
    answer = running.http.patch(path, json={"name": "New", "tiles": [{"id": tile["id"], "color": "red"}]})
    assert answer.status_code == 400
    assert get(running, board["id"]).json()["name"] == "Growth"


def test_a_deleted_dashboard_is_gone_until_it_is_restored(running: Running) -> None:
    board = make(running)
    insight = running.create(name="Views", dashboards=[board["id"]])
    assert patch(running, board["id"], deleted=True)["deleted"] is True
    assert get(running, board["id"]).status_code == 404
    path = f"{running.insights}/{insight['id']}"
    assert running.http.get(path).json()["dashboard_tiles"] == []
    refused = running.http.patch(f"{running.url}/dashboards/{board['id']}", json={"name": "x"})
    assert refused.status_code == 404
    restored = patch(running, board["id"], deleted=False)
    assert [tile["insight"]["id"] for tile in restored["tiles"]] == [insight["id"]]


def test_deleting_with_insights_spares_those_on_other_dashboards(running: Running) -> None:
    board, other = make(running), make(running)
    only = running.create(name="Only here", dashboards=[board["id"]])
    both = running.create(name="On both", dashboards=[board["id"], other["id"]])
    patch(running, board["id"], deleted=True, delete_insights=True)
    assert running.http.get(f"{running.insights}/{only['id']}").status_code == 404
    assert running.http.get(f"{running.insights}/{both['id']}").status_code == 200
    patch(running, board["id"], deleted=False)
    assert running.http.get(f"{running.insights}/{only['id']}").status_code == 200


def test_a_dashboard_cannot_be_deleted_by_delete(running: Running) -> None:
    for dashboard_id in (make(running)["id"], 999_999):
        answer = running.http.delete(f"{running.url}/dashboards/{dashboard_id}")
        assert (answer.status_code, answer.content) == (405, b"")


def test_a_copy_shows_the_same_insights_and_texts_of_its_own(running: Running) -> None:
    board = make(running, filters={"date_from": "-30d"})
    insight = running.create(name="Views", dashboards=[board["id"]])
    patch(running, board["id"], tiles=[{"text": {"body": "Note"}}])
    copy = make(running, name="Copy", use_dashboard=board["id"])
    assert (copy["creation_mode"], copy["filters"]) == ("duplicate", {"date_from": "-30d"})
    assert [tile["insight"]["id"] for tile in copy["tiles"] if tile["insight"]] == [insight["id"]]
    deep = make(running, name="Deep", use_dashboard=board["id"], duplicate_tiles=True)
    copied = next(tile["insight"] for tile in deep["tiles"] if tile["insight"])
    assert (copied["name"], copied["id"] != insight["id"]) == ("Views (Copy)", True)
    texts = [tile["text"]["id"] for one in (copy, deep) for tile in one["tiles"] if tile["text"]]
    assert len(set(texts)) == 2


def test_a_template_fills_a_dashboard(running: Running) -> None:
    made = make(running, use_template="DEFAULT_APP")
    assert made["creation_mode"] == "template"
    assert made["tiles"][0]["insight"]["name"] == "Daily active users (DAUs)"
    assert len(made["tiles"]) == 6


def test_bad_sources_of_a_new_dashboard_are_refused(running: Running) -> None:
    cases = (
        ({"use_template": "nonsense"}, "use_template"),
        ({"use_dashboard": 999_999}, "use_dashboard"),
        ({"use_template": "DEFAULT_APP", "use_dashboard": make(running)["id"]}, None),
    )
    for body, attr in cases:
        answer = running.http.post(f"{running.url}/dashboards", json={"name": "x", **body})
        assert (answer.status_code, answer.json()["attr"]) == (400, attr)


def test_running_the_insights_gives_text_or_json(running: Running) -> None:
    board = make(running)
    insight = running.create(name="Views", dashboards=[board["id"]], query=trends())
    path = f"{running.url}/dashboards/{board['id']}/run_insights?refresh=blocking"
    as_text = running.http.get(path).json()["results"][0]
    assert as_text["insight"]["id"] == insight["id"]
    assert as_text["insight"]["result"].splitlines()[0] == "Date|$pageview"
    as_json = running.http.get(f"{path}&output_format=json").json()["results"][0]
    assert as_json["insight"]["result"][0]["label"] == "$pageview"


def test_a_restricted_dashboard_is_only_its_makers_and_admins(running: Running) -> None:
    board = make(running, restriction_level=37)
    assert (board["effective_restriction_level"], board["access_control_version"]) == (37, "v1")
    store = running.store
    membership = next(iter(store.memberships.documents().values()))
    store.memberships.amend(membership["id"], {"level": 1})
    store.dashboards.amend(board["id"], {"created_by": None})
    try:
        path = f"{running.url}/dashboards/{board['id']}"
        answer = running.http.patch(path, json={"name": "Mine"})
        assert answer.status_code == 403
        assert answer.json()["detail"] == "You don't have edit permissions for this dashboard."
        assert running.http.get(path).json()["effective_privilege_level"] == 21
    finally:
        store.memberships.amend(membership["id"], {"level": membership["level"]})


@pytest.mark.parametrize(
    ("tiles", "attr", "words"),
    [
        ("all", "tiles", "Expected a list of items"),
        (["first"], "tiles__0", "Expected a dictionary"),
        ([{"id": 1, "layouts": [1]}], "tiles__0__layouts", "Expected a dictionary"),
        ([{"text": {"body": 7}}], "tiles__0__text__body", "Not a valid string."),
    ],
)
def test_tiles_that_cannot_be_read_are_refused_by_field(
    running: Running, tiles: Any, attr: str, words: str
) -> None:
    board = make(running)
    answer = running.http.patch(f"{running.url}/dashboards/{board['id']}", json={"tiles": tiles})
    assert answer.status_code == 400
    assert answer.json()["attr"] == attr
    assert words in answer.json()["detail"]
    assert get(running, board["id"]).json()["tiles"] == []


def test_a_text_cannot_be_written_into_the_tile_of_an_insight(running: Running) -> None:
    board = make(running)
    running.create(dashboards=[board["id"]])
    tile = get(running, board["id"]).json()["tiles"][0]
    answer = running.http.patch(
        f"{running.url}/dashboards/{board['id']}", json={"tiles": [{"id": tile["id"], "text": {"body": "x"}}]}
    )
    assert (answer.status_code, answer.json()["detail"]) == (400, "Text tile not found.")


def test_a_tile_is_doubled_by_name_and_only_on_its_own_dashboard(running: Running) -> None:
    board, other = make(running), make(running)
    running.create(name="Views", dashboards=[board["id"]])
    tile = get(running, board["id"]).json()["tiles"][0]
    shown = patch(running, board["id"], duplicate_tiles=[{"id": tile["id"]}])["tiles"]
    assert len(shown) == 2
    assert len({one["insight"]["id"] for one in shown}) == 2
    answer = running.http.patch(
        f"{running.url}/dashboards/{other['id']}", json={"duplicate_tiles": [{"id": tile["id"]}]}
    )
    assert answer.status_code == 400
    assert answer.json()["detail"] == f"Tile {tile['id']} is not on this dashboard."


def test_tags_filters_and_colours_are_changed_by_patch(running: Running) -> None:
    board = make(running)
    changed = patch(
        running,
        board["id"],
        tags=["Weekly"],
        filters={"date_from": "-3d"},
        breakdown_colors=None,
    )
    assert changed["tags"] == ["weekly"]
    assert changed["filters"]["date_from"] == "-3d"
    assert changed["breakdown_colors"] == []


def test_filters_of_a_dashboard_that_are_no_object_are_refused(running: Running) -> None:
    board = make(running)
    answer = running.http.patch(f"{running.url}/dashboards/{board['id']}", json={"filters": [1]})
    assert answer.status_code == 400


def test_only_its_maker_and_admins_change_a_restriction(running: Running) -> None:
    board = make(running)
    project = running.store.projects.fetch(running.project_id)
    member = running.server.services.store.memberships
    held = next(iter(member.find("organization", project["organization_id"])))
    running.store.dashboards.amend(board["id"], {"created_by": None})
    member.amend(held["id"], {"level": 1})
    try:
        answer = running.http.patch(f"{running.url}/dashboards/{board['id']}", json={"restriction_level": 37})
    finally:
        member.amend(held["id"], {"level": held["level"]})
    assert answer.status_code == 403
    assert get(running, board["id"]).json()["restriction_level"] == 21


def test_generated_dashboards_are_not_listed(running: Running) -> None:
    from mockserver.resources.dashboards import GENERATED_PREFIX

    made = make(running, name=f"{GENERATED_PREFIX} flag")
    listed = running.http.get(f"{running.url}/dashboards?exclude_generated=true").json()["results"]
    assert made["id"] not in [one["id"] for one in listed]
