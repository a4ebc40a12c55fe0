"""Insights on dashboards, and their tiles."""

from __future__ import annotations

from typing import Any

from ..core import expect
from ..rules import Cost, rule
from ..world import World, as_json


def live(insight: dict[str, Any]) -> dict[int, int]:
    """The dashboards that an insight is on, each with its tile."""
    return {
        tile["dashboard_id"]: tile["id"] for tile in insight["dashboard_tiles"] if not tile.get("deleted")
    }


@rule("insights_create", "insights_retrieve")
def an_insight_is_created_on_dashboards(world: World) -> None:
    """`dashboards` on create puts the insight on each of them, with a tile."""
    ids = [world.dashboard()["id"] for _ in range(2)]
    made = world.insight(dashboards=ids)
    expect.same_set(live(made), ids, "dashboards by tiles in the answer")
    found = world.api.get(f"insights/{made['id']}").object()
    expect.same_set(live(found), ids, "dashboards by tiles found again")


@rule("insights_partial_update")
def dashboards_are_replaced(world: World) -> None:
    """A list of dashboards replaces membership, an empty one ends it, and no list changes nothing."""
    first, second = world.dashboard()["id"], world.dashboard()["id"]
    made = world.insight(dashboards=[first])
    path = f"insights/{made['id']}"
    world.api.patch(path, {"name": world.name("renamed")}).ok()
    expect.same_set(live(world.api.get(path).object()), [first], "dashboards after an update without the key")
    world.api.patch(path, {"dashboards": [second]}).ok()
    expect.same_set(live(world.api.get(path).object()), [second], "dashboards after a new list")
    world.api.patch(path, {"dashboards": []}).ok()
    expect.same_set(live(world.api.get(path).object()), [], "dashboards after an empty list")


@rule("insights_partial_update")
def a_tile_comes_back_as_the_same_tile(world: World) -> None:
    """Taking an insight off a dashboard and putting it back revives the same tile."""
    board = world.dashboard()["id"]
    made = world.insight(dashboards=[board])
    path = f"insights/{made['id']}"
    world.api.patch(path, {"dashboards": []}).ok()
    world.api.patch(path, {"dashboards": [board]}).ok()
    found = world.api.get(path).object()
    expect.equal(live(found), live(made), "tile by dashboard")


@rule("insights_create", "insights_list")
def unknown_dashboards_are_refused_and_nothing_is_made(world: World) -> None:
    """An unknown dashboard is refused with 400, and no insight is made."""
    word = world.unique()
    reply = world.attempt_insight(tags=[word], dashboards=[2_000_000_000])
    codes = world.either(docs="does_not_exist", current="invalid_input")
    reply.error(400, kind="validation_error", code=codes, attr="dashboards")
    expect.equal(
        world.api.get("insights", tags=as_json([word])).page()["count"], 0, "insights after a refusal"
    )


@rule("insights_create")
def deleted_dashboards_are_refused(world: World) -> None:
    """A deleted dashboard counts as unknown."""
    board = world.dashboard()["id"]
    world.api.patch(f"dashboards/{board}", {"deleted": True}).ok()
    world.attempt_insight(dashboards=[board]).error(400, kind="validation_error", attr="dashboards")


@rule("dashboards_retrieve", "insights_create")
def the_dashboard_shows_the_insight(world: World) -> None:
    """A dashboard has a tile with the insight that was put on it."""
    board = world.dashboard()
    made = world.insight(dashboards=[board["id"]])
    tiles = world.api.get(f"dashboards/{board['id']}").object()["tiles"]
    insights = [tile["insight"]["id"] for tile in tiles if tile.get("insight")]
    expect.equal(insights, [made["id"]], "insights on the dashboard")
    expect.equal(tiles[0]["id"], live(made)[board["id"]], "id of the tile")


@rule("dashboards_retrieve", "insights_partial_update")
def a_deleted_insight_leaves_the_dashboard(world: World) -> None:
    """Deleting an insight takes its tile off the dashboard; restoring does not bring it back."""
    board = world.dashboard()["id"]
    made = world.insight(dashboards=[board])
    world.api.patch(f"insights/{made['id']}", {"deleted": True}).ok()
    expect.equal(world.api.get(f"dashboards/{board}").object()["tiles"], [], "tiles after the deletion")
    world.api.patch(f"insights/{made['id']}", {"deleted": False}).ok()
    expect.equal(live(world.api.get(f"insights/{made['id']}").object()), {}, "tiles after the restore")


@rule("insights_retrieve")
def from_dashboard_applies_its_filters(world: World) -> None:
    """`from_dashboard` applies the dashboard's dates to the query that is answered and to its cache key."""
    board = world.dashboard(filters={"date_from": "-14d"})["id"]
    made = world.insight(dashboards=[board])
    plain = world.api.get(f"insights/{made['id']}", refresh="blocking").object()
    seen = world.api.get(f"insights/{made['id']}", from_dashboard=board, refresh="blocking").object()
    dates = seen["query"]["source"].get("dateRange") or {}
    expect.equal(dates.get("date_from"), "-14d", "date_from of the answered query")
    expect.that(
        seen["filters_hash"] != plain["filters_hash"], "the dashboard's filters do not change filters_hash"
    )
    stored = world.api.get(f"insights/{made['id']}").object()["query"]
    expect.that(
        (stored["source"].get("dateRange") or {}).get("date_from") != "-14d", "the stored query was changed"
    )


@rule("insights_retrieve")
def from_dashboard_without_a_tile_is_ignored(world: World) -> None:
    """`from_dashboard` is ignored where the insight is not on that dashboard."""
    board = world.dashboard(filters={"date_from": "-14d"})["id"]
    made = world.insight()
    for asked in (board, 2_000_000_000):
        found = world.api.get(f"insights/{made['id']}", from_dashboard=asked).object()
        expect.equal(found["query"], made["query"], f"query with from_dashboard={asked}")


@rule("insights_retrieve")
def overrides_are_applied_without_a_dashboard(world: World) -> None:
    """`filters_override` applies to one answer and leaves the insight as it is."""
    made = world.insight()
    path = f"insights/{made['id']}"
    seen = world.api.get(path, filters_override=as_json({"date_from": "-3d"}), refresh="blocking").object()
    expect.equal((seen["query"]["source"].get("dateRange") or {}).get("date_from"), "-3d", "date_from")
    found = world.api.get(path).object()
    expect.equal(found["query"], made["query"], "query after an override")


@rule("insights_retrieve")
def overrides_must_be_json(world: World) -> None:
    """Overrides that are no JSON are refused by name."""
    made = world.insight()
    for name in ("filters_override", "variables_override"):
        reply = world.api.get(f"insights/{made['id']}", **{name: "{broken"})
        reply.error(400, kind="validation_error", code="invalid_input", attr=name, says="Invalid JSON")


@rule("dashboards_partial_update", "dashboards_retrieve", cost=Cost.FULL)
def a_dashboard_is_changed_and_deleted(world: World) -> None:
    """A dashboard can be renamed and soft-deleted; DELETE is 405."""
    board = world.dashboard()["id"]
    world.api.patch(f"dashboards/{board}", {"name": world.name("renamed")}).ok()
    found = world.api.get(f"dashboards/{board}").object()
    expect.equal(found["name"], world.name("renamed"), "name of the dashboard")
    world.api.delete(f"dashboards/{board}").empty(405)
    world.api.patch(f"dashboards/{board}", {"deleted": True}).ok()
    world.api.get(f"dashboards/{board}").error(404, code="not_found")


@rule("dashboards_run_insights_retrieve", cost=Cost.FULL)
def all_insights_of_a_dashboard_run(world: World) -> None:
    """`run_insights` answers an entry with a result for each insight of the dashboard."""
    board = world.dashboard()["id"]
    made = world.insight(dashboards=[board])
    path = f"dashboards/{board}/run_insights"
    answer = world.api.get(path, output_format="json", refresh="blocking").object()
    expect.equal([row["insight"]["id"] for row in answer["results"]], [made["id"]], "insights that ran")
    expect.that(answer["results"][0]["insight"]["result"] is not None, "an insight ran and has no result")
