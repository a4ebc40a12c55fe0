"""Actions on many insights at once."""

from __future__ import annotations

from ..core import expect
from ..rules import Cost, rule
from ..world import World


@rule("insights_bulk_delete_create", "insights_bulk_restore_create", cost=Cost.FULL)
def many_are_deleted_and_restored(world: World) -> None:
    """A bulk deletion names what it deleted and what it skipped; a bulk restore brings it back."""
    ids = [world.insight()["id"] for _ in range(2)]
    reply = world.api.post("insights/bulk_delete", {"ids": [*ids, 2_000_000_000]})
    if reply.status == 404:
        return
    answer = reply.object()
    expect.same_set([row["id"] for row in answer["deleted"]], ids, "ids that were deleted")
    expect.equal([row["id"] for row in answer["skipped"]], [2_000_000_000], "ids that were skipped")
    for one in ids:
        world.api.get(f"insights/{one}").error(404)
    answer = world.api.post("insights/bulk_restore", {"ids": ids}).object()
    expect.same_set([row["id"] for row in answer["restored"]], ids, "ids that were restored")
    for one in ids:
        world.api.get(f"insights/{one}").ok()


@rule("insights_bulk_update_tags_create", cost=Cost.FULL)
def tags_of_many_are_changed(world: World) -> None:
    """Tags of many insights are added, removed and set."""
    made = world.insight(tags=["one"])
    path = "insights/bulk_update_tags"
    for action, tags, wanted in (
        ("add", ["two"], ["one", "two"]),
        ("remove", ["one"], ["two"]),
        ("set", ["three"], ["three"]),
    ):
        reply = world.api.post(path, {"ids": [made["id"]], "action": action, "tags": tags})
        if reply.status == 404:
            return
        expect.same_set(reply.object()["updated"][0]["tags"], wanted, f"tags answered after {action}")
        found = world.api.get(f"insights/{made['id']}").object()
        expect.same_set(found["tags"], wanted, f"tags found after {action}")
