"""What somebody has viewed lately."""

from __future__ import annotations

from typing import Any

from ..core import expect
from ..rules import Cost, Need, rule
from ..world import World, as_json


def my_last_viewed(world: World) -> list[int]:
    """The ids of what the session's user has viewed, latest first."""
    return [row["id"] for row in world.session.get("insights/my_last_viewed").array()]


@rule("insights_viewed_create")
def viewed_answers_without_a_body(world: World) -> None:
    """Telling of a view answers with an empty body: 201, on the documented server 200."""
    made = world.insight()
    statuses = world.either(docs=200, current=201)
    world.api.post("insights/viewed", {"insight_ids": [made["id"]]}).empty(*statuses)


@rule("insights_viewed_create", "insights_my_last_viewed_retrieve", needs=(Need.SESSION,), alone=True)
def the_latest_view_comes_first(world: World) -> None:
    """`my_last_viewed` lists what was viewed, the latest first, and a second view moves to the front."""
    ids = [world.insight(world.session)["id"] for _ in range(3)]
    for one in (ids[0], ids[1], ids[2], ids[0]):
        world.session.post("insights/viewed", {"insight_ids": [one]}).has_status(200, 201)
        world.wait(0.01)
    expect.equal(my_last_viewed(world)[:3], [ids[0], ids[2], ids[1]], "latest views")


@rule("insights_my_last_viewed_retrieve", needs=(Need.SESSION,), alone=True)
def at_most_five_are_listed(world: World) -> None:
    """`my_last_viewed` is a bare array of at most five insights."""
    ids = [world.insight(world.session)["id"] for _ in range(6)]
    for one in ids:
        world.session.post("insights/viewed", {"insight_ids": [one]}).has_status(200, 201)
        world.wait(0.01)
    expect.equal(my_last_viewed(world), ids[:0:-1], "latest views")


@rule("insights_my_last_viewed_retrieve", needs=(Need.SESSION,), alone=True)
def deleted_insights_are_not_listed(world: World) -> None:
    """A deleted insight is not among the latest views."""
    ids = [world.insight(world.session)["id"] for _ in range(2)]
    world.session.post("insights/viewed", {"insight_ids": ids}).has_status(200, 201)
    world.session.patch(f"insights/{ids[0]}", {"deleted": True}).ok()
    listed = my_last_viewed(world)
    expect.that(ids[0] not in listed, "a deleted insight is listed")
    expect.that(ids[1] in listed, "a viewed insight is not listed")


@rule("insights_my_last_viewed_retrieve", needs=(Need.SESSION,), alone=True)
def reading_is_no_view(world: World) -> None:
    """Retrieving an insight does not count as a view; creating one does on today's server."""
    made = world.insight(world.session)
    world.session.get(f"insights/{made['id']}").ok()
    listed = made["id"] in my_last_viewed(world)
    expect.that(
        listed in world.either(docs=False, current=True), f"listed after create and retrieve: {listed}"
    )


@rule("insights_my_last_viewed_retrieve", needs=(Need.SESSION,), alone=True)
def viewed_rows_are_basic_and_say_when(world: World) -> None:
    """Rows of `my_last_viewed` have the basic shape and `last_viewed_at`."""
    made = world.insight(world.session)
    world.session.post("insights/viewed", {"insight_ids": [made["id"]]}).has_status(200, 201)
    row = world.session.get("insights/my_last_viewed").array()[0]
    expect.that("result" not in row, "a row has a result")
    expect.moment(row.get("last_viewed_at"), "last_viewed_at")


@rule("insights_list", "insights_viewed_create")
def the_list_says_when_it_was_viewed(world: World) -> None:
    """`last_viewed_at` of a listed insight is the latest view; it is null on retrieve."""
    word = world.unique()
    made = world.insight(tags=[word])
    world.api.post("insights/viewed", {"insight_ids": [made["id"]]}).has_status(200, 201)
    row = world.api.get("insights", tags=as_json([word])).rows()[0]
    seen = expect.moment(row.get("last_viewed_at"), "last_viewed_at")
    expect.that(seen >= expect.moment(made["created_at"], "created_at"), "viewed before it was created")
    expect.equal(world.api.get(f"insights/{made['id']}").object().get("last_viewed_at"), None, "on retrieve")


@rule("insights_viewed_create")
def unknown_ids_are_dropped_silently(world: World) -> None:
    """Ids that do not exist are dropped, even where none is left."""
    statuses = world.either(docs=200, current=201)
    world.api.post("insights/viewed", {"insight_ids": [2_000_000_000]}).empty(*statuses)


@rule("insights_viewed_create")
def viewed_needs_ids(world: World) -> None:
    """Telling of a view without a list of ids is refused."""
    bodies: tuple[dict[str, Any], ...] = ({}, {"insight_ids": []}, {"insight_ids": "7"})
    for body in bodies:
        world.api.post("insights/viewed", body).error(400, kind="validation_error", attr="insight_ids")


@rule("insights_viewed_create", profiles=("current",), cost=Cost.FULL)
def viewed_takes_a_bounded_list(world: World) -> None:
    """Today's server takes at most 2500 ids."""
    body = {"insight_ids": list(range(1, 2502))}
    reply = world.api.post("insights/viewed", body)
    reply.error(400, kind="validation_error", code="max_length", attr="insight_ids")


@rule("insights_my_last_viewed_retrieve", profiles=("current",))
def keys_have_no_latest_views(world: World) -> None:
    """Today's server refuses API keys at `my_last_viewed`, even with scope `*`."""
    reply = world.api.get("insights/my_last_viewed")
    reply.error(
        403, kind="authentication_error", code="permission_denied", says="does not support personal API key"
    )


@rule("insights_trending_retrieve", "insights_viewed_create")
def trending_lists_what_was_viewed(world: World) -> None:
    """`trending` lists viewed insights with their number of views."""
    made = world.insight()
    world.api.post("insights/viewed", {"insight_ids": [made["id"]]}).has_status(200, 201)
    answer = world.api.get("insights/trending", limit=100).ok()
    rows = answer["results"] if isinstance(answer, dict) else answer
    mine = [row for row in rows if row["id"] == made["id"]]
    expect.equal(len(mine), 1, "rows of a viewed insight in trending")
