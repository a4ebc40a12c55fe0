"""Soft deletion, restoring, and DELETE, which deletes nothing."""

from __future__ import annotations

from ..core import expect
from ..rules import rule
from ..world import World, as_json


@rule("insights_destroy")
def delete_is_not_allowed(world: World) -> None:
    """DELETE answers 405 with an empty body for any id, and deletes nothing."""
    made = world.insight()
    world.api.delete(f"insights/{made['id']}").empty(405)
    world.api.delete("insights/2000000000").empty(405)
    expect.equal(world.api.get(f"insights/{made['id']}").object()["deleted"], False, "deleted after DELETE")


@rule("insights_partial_update", "insights_retrieve", "insights_list")
def a_deleted_insight_is_gone(world: World) -> None:
    """After `deleted: true` an insight is not found, not listed, and takes no other change."""
    word = world.unique()
    made = world.insight(tags=[word], favorited=True)
    path = f"insights/{made['id']}"
    answer = world.api.patch(path, {"deleted": True}).object()
    expect.equal(answer["deleted"], True, "deleted in the answer")
    world.api.get(path).error(404, kind="invalid_request", code="not_found")
    page = world.api.get("insights", tags=as_json([word])).page()
    expect.equal((page["count"], page["results"]), (0, []), "list after the deletion")
    world.api.patch(path, {"name": world.name("too late")}).error(404, code="not_found")
    world.api.get("insights", favorited="true", tags=as_json([word])).page()
    for part in ("sharing", "activity"):
        world.api.get(f"{path}/{part}").has_status(404)


@rule("insights_partial_update", "insights_retrieve", "insights_list")
def a_deleted_insight_can_be_restored(world: World) -> None:
    """`deleted: false` brings an insight back as it was, and may carry other changes."""
    word = world.unique()
    made = world.insight(tags=[word], description="kept")
    path = f"insights/{made['id']}"
    world.api.patch(path, {"deleted": True}).ok()
    answer = world.api.patch(path, {"deleted": False, "name": world.name("back")}).object()
    expect.equal(answer["deleted"], False, "deleted in the answer")
    found = world.api.get(path).object()
    expect.equal(found["name"], world.name("back"), "name after the restore")
    expect.equal(found["description"], "kept", "description after the restore")
    expect.equal(found["short_id"], made["short_id"], "short_id after the restore")
    expect.equal(
        world.api.get("insights", tags=as_json([word])).page()["count"], 1, "count after the restore"
    )


@rule("insights_partial_update")
def only_json_false_restores(world: World) -> None:
    """The text "false" does not restore: the insight stays unknown."""
    made = world.insight()
    path = f"insights/{made['id']}"
    world.api.patch(path, {"deleted": True}).ok()
    world.api.patch(path, {"deleted": "false"}).error(404, code="not_found")
    world.api.get(path).error(404, code="not_found")


@rule("insights_partial_update")
def deleting_one_leaves_the_others(world: World) -> None:
    """Deleting an insight touches no other."""
    word = world.unique()
    ids = [world.insight(tags=[word])["id"] for _ in range(3)]
    world.api.patch(f"insights/{ids[1]}", {"deleted": True}).ok()
    rows = world.api.get("insights", tags=as_json([word]), order="id").rows()
    expect.equal([row["id"] for row in rows], [ids[0], ids[2]], "insights that are left")
