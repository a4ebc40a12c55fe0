"""The activity log: who did what to an insight, with before and after."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from ..core import expect
from ..queries import trends
from ..rules import Cost, rule
from ..world import World


def entries(world: World, insight_id: int, **query: Any) -> list[dict[str, Any]]:
    """The entries of an insight, newest first."""
    answer = world.api.get(f"insights/{insight_id}/activity", **query).object()
    found: list[dict[str, Any]] = expect.holds(answer, "results", "the activity")
    return found


def change_of(entry: dict[str, Any], field: str) -> dict[str, Any]:
    """The change of a field in an entry; raises Breach where there is none."""
    changes = entry["detail"].get("changes") or []
    found = [change for change in changes if change.get("field") == field]
    expect.that(len(found) == 1, f"{len(found)} changes of `{field}` in the entry; expected one")
    return dict(found[0])


@rule("insights_activity_retrieve", "insights_create")
def creating_is_logged(world: World) -> None:
    """Creating an insight is its first entry, without changes."""
    made = world.insight()
    listed = entries(world, made["id"])
    expect.equal([entry["activity"] for entry in listed], ["created"], "activities")
    entry = listed[0]
    expect.equal(entry["item_id"], str(made["id"]), "item_id")
    expect.equal(entry["scope"], "Insight", "scope")
    expect.equal(entry["detail"]["name"], made["name"], "name in the detail")
    expect.equal(entry["detail"]["short_id"], made["short_id"], "short_id in the detail")
    expect.equal(entry["detail"]["changes"], None, "changes of a creation")
    expect.equal((entry.get("user") or {}).get("email"), made["created_by"]["email"], "who")


@rule("insights_activity_retrieve", "insights_partial_update")
def an_update_is_logged_with_before_and_after(world: World) -> None:
    """An update is an entry that has each changed field with before and after."""
    made = world.insight(description=None)
    world.api.patch(f"insights/{made['id']}", {"name": world.name("new"), "description": "first"}).ok()
    entry = entries(world, made["id"])[0]
    expect.equal(entry["activity"], "updated", "activity")
    name = change_of(entry, "name")
    wanted = (made["name"], world.name("new"), "changed")
    expect.equal((name["before"], name["after"], name["action"]), wanted, "change of the name")
    text = change_of(entry, "description")
    expect.equal(
        (text["before"], text["after"], text["action"]), (None, "first", "created"), "change from null"
    )
    world.api.patch(f"insights/{made['id']}", {"description": None}).ok()
    text = change_of(entries(world, made["id"])[0], "description")
    expect.equal(
        (text["before"], text["after"], text["action"]), ("first", None, "deleted"), "change to null"
    )


@rule("insights_activity_retrieve", "insights_partial_update")
def tags_favourites_and_queries_are_logged(world: World) -> None:
    """Tags are logged as sorted lists, favourites as flags, queries as whole objects."""
    made = world.insight(tags=["b", "a"])
    path = f"insights/{made['id']}"
    world.api.patch(path, {"tags": ["c", "a"]}).ok()
    change = change_of(entries(world, made["id"])[0], "tags")
    expect.equal((change["before"], change["after"]), (["a", "b"], ["a", "c"]), "change of tags")
    world.api.patch(path, {"favorited": True}).ok()
    change = change_of(entries(world, made["id"])[0], "favorited")
    expect.equal((change["before"], change["after"]), (False, True), "change of favorited")
    world.api.patch(path, {"query": trends("$pageleave")}).ok()
    change = change_of(entries(world, made["id"])[0], "query")
    expect.that(
        isinstance(change["before"], dict) and isinstance(change["after"], dict), "queries are no objects"
    )


@rule("insights_activity_retrieve", "insights_partial_update")
def an_update_without_a_difference_is_not_logged(world: World) -> None:
    """Setting what is already there leaves no entry."""
    made = world.insight(description="same")
    world.api.patch(f"insights/{made['id']}", {"description": "same"}).ok()
    expect.equal([one["activity"] for one in entries(world, made["id"])], ["created"], "activities")


@rule("insights_activity_retrieve", "insights_partial_update")
def deleting_and_restoring_are_logged(world: World) -> None:
    """Deleting and restoring are entries of their own."""
    made = world.insight()
    path = f"insights/{made['id']}"
    world.api.patch(path, {"deleted": True}).ok()
    world.api.patch(path, {"deleted": False}).ok()
    listed = [entry["activity"] for entry in entries(world, made["id"])]
    expect.equal(listed, ["restored", "deleted", "created"], "activities, newest first")


@rule("insights_activity_retrieve", "insights_sharing_partial_update", "insights_sharing_refresh_create")
def sharing_is_logged(world: World) -> None:
    """Turning sharing on, off, and rotating its token are entries of the insight."""
    made = world.insight()
    path = f"insights/{made['id']}/sharing"
    world.api.patch(path, {"enabled": True}).ok()
    world.api.post(f"{path}/refresh").ok()
    world.api.patch(path, {"enabled": False}).ok()
    listed = [entry["activity"] for entry in entries(world, made["id"])]
    wanted = ["sharing disabled", "access token refreshed", "sharing enabled", "created"]
    expect.equal(listed, wanted, "activities, newest first")
    change = change_of(entries(world, made["id"])[0], "sharing")
    expect.equal(change["after"], False, "after of `sharing disabled`")


@rule("insights_activity_retrieve")
def the_log_is_of_this_insight(world: World) -> None:
    """The activity of an insight holds nothing of another one."""
    first, second = world.insight(), world.insight()
    world.api.patch(f"insights/{second['id']}", {"name": world.name("other")}).ok()
    ids = {entry["item_id"] for entry in entries(world, first["id"])}
    expect.equal(ids, {str(first["id"])}, "item ids in the activity")


@rule("insights_activity_retrieve")
def the_log_is_paged(world: World) -> None:
    """`limit` and `page` cut the log; `total_count` is the whole; `next` leads on; newest first."""
    made = world.insight()
    for number in range(4):
        world.api.patch(f"insights/{made['id']}", {"name": world.name(str(number))}).ok()
    path = f"insights/{made['id']}/activity"
    first = world.api.get(path, limit=2, page=1).object()
    expect.equal(first["total_count"], 5, "total_count")
    expect.equal(len(first["results"]), 2, "entries of a page of 2")
    expect.equal(first["previous"], None, "previous of the first page")
    expect.that(first["next"], "`next` is null although there is more")
    found = first["results"]
    address = first["next"]
    for _ in range(4):
        if address is None:
            break
        parts = urlsplit(address)
        page = world.api.get(f"{parts.path}?{parts.query}").object()
        found += page["results"]
        address = page["next"]
    expect.equal(len({entry["id"] for entry in found}), 5, "different entries over all pages")
    times = [expect.moment(entry["created_at"], "created_at") for entry in found]
    expect.equal(times, sorted(times, reverse=True), "times, newest first")
    expect.equal(found[-1]["activity"], "created", "the oldest activity")


@rule("insights_activity_retrieve")
def the_log_is_ten_entries_by_default(world: World) -> None:
    """Without a limit a page of the log holds ten entries."""
    made = world.insight()
    for number in range(11):
        world.api.patch(f"insights/{made['id']}", {"name": world.name(str(number))}).ok()
    expect.equal(len(entries(world, made["id"])), 10, "entries of a page without a limit")


@rule("insights_activity_retrieve")
def the_log_of_nothing_is_404(world: World) -> None:
    """The activity of an unknown insight is 404: with an empty body in the documented server."""
    reply = world.api.get("insights/2000000000/activity").has_status(404)
    if world.profile == "docs":
        reply.empty(404)
    if world.profile == "current":
        reply.error(404, kind="invalid_request", code="not_found")


@rule("insights_all_activity_retrieve", "insights_partial_update")
def the_project_log_holds_all_insights(world: World) -> None:
    """The log of the project holds the entries of all insights, of deleted ones too."""
    ids = [world.insight()["id"] for _ in range(2)]
    world.api.patch(f"insights/{ids[1]}", {"deleted": True}).ok()
    answer = world.api.get("insights/activity", limit=100).object()
    found = {entry["item_id"] for entry in answer["results"]}
    expect.that({str(one) for one in ids} <= found, "an insight is missing in the log of the project")
    expect.that(answer["total_count"] >= 3, "total_count is too small")


@rule("insights_activity_retrieve", cost=Cost.FULL)
def a_nameless_insight_is_not_logged(world: World) -> None:
    """Nothing is logged while an insight has neither name nor derived name."""
    made = world.insight(name=None)
    world.api.patch(f"insights/{made['id']}", {"description": "still nameless"}).ok()
    expect.equal(entries(world, made["id"]), [], "entries of a nameless insight")
