"""The order of a list."""

from __future__ import annotations

from ..core import expect
from ..rules import Cost, rule
from ..world import World, as_json


@rule("insights_list")
def order_sorts_up_and_down(world: World) -> None:
    """`order=id` sorts up, `order=-id` the other way round."""
    word = world.unique()
    ids = [world.insight(tags=[word])["id"] for _ in range(3)]
    for order, wanted in (("id", ids), ("-id", ids[::-1]), ("created_at", ids), ("-created_at", ids[::-1])):
        rows = world.api.get("insights", tags=as_json([word]), order=order).rows()
        expect.equal([row["id"] for row in rows], wanted, f"order={order}")


@rule("insights_list")
def order_by_name(world: World) -> None:
    """`order=name` sorts by name."""
    word = world.unique()
    names = [f"{word} {letter}" for letter in ("b", "c", "a")]
    for name in names:
        world.insight(name=name, tags=[word])
    for order, wanted in (("name", sorted(names)), ("-name", sorted(names, reverse=True))):
        rows = world.api.get("insights", tags=as_json([word]), order=order).rows()
        expect.equal([row["name"] for row in rows], wanted, f"order={order}")


@rule("insights_list")
def order_by_last_modification(world: World) -> None:
    """`order=-last_modified_at` brings the insight that was edited last to the front."""
    word = world.unique()
    ids = [world.insight(tags=[word])["id"] for _ in range(3)]
    world.api.patch(f"insights/{ids[1]}", {"name": world.name("edited")}).ok()
    rows = world.api.get("insights", tags=as_json([word]), order="-last_modified_at").rows()
    expect.equal([row["id"] for row in rows], [ids[1], ids[2], ids[0]], "order=-last_modified_at")


@rule("insights_list", cost=Cost.FULL)
def without_order_the_field_order_decides(world: World) -> None:
    """Without `order` rows come by their own `order` field, those without one last."""
    word = world.unique()
    places = {3: 0, None: 0, 1: 0}
    for place in places:
        places[place] = world.insight(tags=[word], order=place)["id"]
    rows = world.api.get("insights", tags=as_json([word])).rows()
    wanted = [places[1], places[3], places[None]]
    expect.equal([row["id"] for row in rows], wanted, "rows without `order`")


@rule("insights_list", cost=Cost.FULL)
def order_holds_over_pages(world: World) -> None:
    """Pages are cut out of one order: no row is missed or repeated."""
    word = world.unique()
    ids = [world.insight(tags=[word])["id"] for _ in range(4)]
    found = [
        world.api.get("insights", tags=as_json([word]), order="-id", limit=1, offset=n).rows()[0]["id"]
        for n in range(4)
    ]
    expect.equal(found, ids[::-1], "rows over pages")


@rule("insights_list", cost=Cost.FULL)
def insights_nobody_has_viewed_come_last(world: World) -> None:
    """`order=-last_viewed_at` puts the latest view first and what nobody has viewed last."""
    word = world.unique()
    ids = [world.insight(tags=[word])["id"] for _ in range(3)]
    world.api.post("insights/viewed", {"insight_ids": [ids[1]]}).has_status(200, 201)
    rows = world.api.get("insights", tags=as_json([word]), order="-last_viewed_at").rows()
    expect.equal(rows[0]["id"], ids[1], "the first row by -last_viewed_at")
