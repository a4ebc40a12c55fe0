"""Who the caller is, and which projects there are."""

from __future__ import annotations

from ..core import expect
from ..rules import Cost, rule
from ..world import World


@rule("users_me_retrieve", "insights_create")
def the_key_belongs_to_a_user(world: World) -> None:
    """`/api/users/@me` is the user who makes the insights."""
    me = world.api.get("/api/users/@me").object()
    made = world.insight()
    expect.equal(made["created_by"]["email"], me["email"], "email of who made the insight")
    expect.equal(made["created_by"]["uuid"], me["uuid"], "uuid of who made the insight")


@rule("projects_retrieve", reads_only=True, cost=Cost.FULL)
def the_project_is_found(world: World) -> None:
    """A project is found under its id."""
    reply = world.api.get(f"/api/projects/{world.api.project}")
    if reply.status == 200 and world.api.project.isdigit():
        expect.equal(reply.object()["id"], int(world.api.project), "id of the project")
