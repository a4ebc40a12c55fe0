"""Tags and favourites."""

from __future__ import annotations

from ..core import expect
from ..rules import Cost, Need, rule
from ..world import World


@rule("insights_partial_update", "insights_retrieve")
def tags_are_replaced(world: World) -> None:
    """A list of tags replaces all tags; an empty one removes them."""
    made = world.insight(tags=["one", "two"])
    expect.same_set(made["tags"], ["one", "two"], "tags of the new insight")
    for wanted in (["three"], [], ["one", "four"]):
        changed = world.api.patch(f"insights/{made['id']}", {"tags": wanted}).object()
        expect.same_set(changed["tags"], wanted, "tags in the answer")
        found = world.api.get(f"insights/{made['id']}").object()
        expect.same_set(found["tags"], wanted, "tags found again")


@rule("insights_create", "insights_partial_update")
def tags_are_stripped_and_lowered(world: World) -> None:
    """Tags are stripped and lower-cased, and what is then the same is one tag."""
    made = world.insight(tags=["  Growth ", "growth", "KPI"])
    expect.same_set(made["tags"], ["growth", "kpi"], "tags")
    world.api.patch(f"insights/{made['id']}", {"tags": [" Board ", "BOARD"]}).ok()
    found = world.api.get(f"insights/{made['id']}").object()
    expect.same_set(found["tags"], ["board"], "tags after an update")


@rule("insights_create", "insights_partial_update")
def tags_must_be_a_list(world: World) -> None:
    """A text instead of a list of tags is refused."""
    made = world.insight()
    reply = world.api.patch(f"insights/{made['id']}", {"tags": "growth"})
    reply.error(400, kind="validation_error", code="not_a_list", attr="tags", says="Expected a list")


@rule("insights_partial_update", "insights_retrieve")
def favourites_are_set_and_unset(world: World) -> None:
    """`favorited` can be set and unset, and says so on reading."""
    made = world.insight()
    for wanted in (True, False):
        changed = world.api.patch(f"insights/{made['id']}", {"favorited": wanted}).object()
        expect.equal(changed["favorited"], wanted, "favorited in the answer")
        expect.equal(world.api.get(f"insights/{made['id']}").object()["favorited"], wanted, "favorited")


@rule("tags_list", needs=(Need.SESSION,), cost=Cost.FULL)
def the_project_knows_its_tags(world: World) -> None:
    """The list of tags names every tag in use."""
    word = world.unique()
    world.insight(tags=[word])
    expect.that(word in world.session.get("tags").array(), "a tag in use is not in the list of tags")
