"""What each scope of an API key allows, operation by operation."""

from __future__ import annotations

from typing import Final

from ..core import expect
from ..rules import Cost, Need, rule
from ..world import World

NO_ID: Final = "2000000000"
BODIES: Final = frozenset(("post", "patch", "put"))
SKIPPED: Final = frozenset(("personal_api_keys_current_retrieve", "organizations_retrieve"))


def try_operation(world: World, operation_id: str, scope: str | None) -> tuple[int, str]:
    """Call an operation with a key of one scope; its status, and what it says."""
    caller = world.scoped(scope) if scope else world.scoped("feature_flag:read")
    operation = world.api.contract.operations[operation_id]
    path = operation.path.replace("{project_id}", caller.project)
    if operation_id == "projects_retrieve":
        path = path.replace("{id}", caller.project)
    for name in ("id", "insight_id", "dashboard_id", "password_id", "organization_id"):
        path = path.replace("{" + name + "}", NO_ID)
    body: object = {} if operation.method in BODIES else None
    reply = caller.request(operation.method.upper(), path, json_body=body)
    detail = reply.json.get("detail", "") if isinstance(reply.json, dict) else ""
    return reply.status, str(detail)


def scoped_operations(world: World) -> list[tuple[str, str]]:
    """Every operation that needs a scope, with the scope."""
    operations = world.api.contract.operations.values()
    return [
        (one.operation_id, one.required_scopes[0])
        for one in operations
        if one.required_scopes and one.operation_id not in SKIPPED
    ]


@rule("insights_list", "insights_create", needs=(Need.KEYS,))
def every_operation_refuses_keys_without_its_scope(world: World) -> None:
    """A key with another scope is refused with 403, and told which scope it lacks."""
    for operation_id, scope in scoped_operations(world):
        status, detail = try_operation(world, operation_id, None)
        expect.equal(status, 403, f"{operation_id} without {scope}")
        expect.that(scope in detail, f"{operation_id}: {detail!r} does not name the scope {scope}")


@rule("insights_list", "insights_create", needs=(Need.KEYS,), cost=Cost.FULL)
def every_operation_takes_keys_with_its_scope(world: World) -> None:
    """A key with exactly the scope of an operation is let in."""
    for operation_id, scope in scoped_operations(world):
        status, detail = try_operation(world, operation_id, scope)
        denied = status in (401, 403) and ("scope" in detail or "API key" in detail)
        expect.that(not denied, f"{operation_id} refuses a key with {scope}: {status} {detail}")


@rule("insights_create", "insights_partial_update", needs=(Need.KEYS,))
def reading_scope_does_not_write(world: World) -> None:
    """`insight:read` reads and does not write."""
    made = world.insight()
    reader = world.scoped("insight:read")
    path = f"insights/{made['id']}"
    reader.get(path).ok()
    reader.get("insights", limit=1).ok()
    reader.patch(path, {"name": "x"}).error(403, code="permission_denied", says="insight:write")
    reader.post("insights", {"query": made["query"]}).error(
        403, code="permission_denied", says="insight:write"
    )
    reader.delete(path).error(403, code="permission_denied", says="insight:write")
    expect.equal(world.api.get(path).object()["name"], made["name"], "name after refused writes")


@rule("insights_retrieve", needs=(Need.KEYS,))
def writing_scope_reads_too(world: World) -> None:
    """`insight:write` includes reading."""
    made = world.insight()
    writer = world.scoped("insight:write")
    writer.get(f"insights/{made['id']}").ok()
    writer.patch(f"insights/{made['id']}", {"description": "written"}).ok()


@rule("insights_retrieve", needs=(Need.KEYS,))
def the_scope_is_checked_before_the_object(world: World) -> None:
    """A key without the scope learns nothing of what exists: 403 comes before 404."""
    other = world.scoped("dashboard:read")
    other.get(f"insights/{NO_ID}").error(403, code="permission_denied")
    made = world.insight()
    other.get(f"insights/{made['id']}").error(403, code="permission_denied")


@rule("insights_sharing_partial_update", "insights_sharing_retrieve", needs=(Need.KEYS,))
def sharing_has_scopes_of_its_own(world: World) -> None:
    """Scopes of insights do not reach their sharing."""
    made = world.insight()
    path = f"insights/{made['id']}/sharing"
    writer = world.scoped("insight:write")
    writer.get(path).error(403, says="sharing_configuration:read")
    writer.patch(path, {"enabled": True}).error(403, says="sharing_configuration:write")
    reader = world.scoped("sharing_configuration:read")
    reader.get(path).ok()
    reader.patch(path, {"enabled": True}).error(403, says="sharing_configuration:write")
    expect.equal(world.api.get(path).object()["enabled"], False, "enabled after refused writes")


@rule("insights_cancel_create", "insights_my_last_viewed_retrieve", profiles=("current",), needs=(Need.KEYS,))
def actions_without_a_scope_refuse_every_key(world: World) -> None:
    """Today's server refuses API keys where an action has no scope at all, even with `*`."""
    words = "does not support personal API key access"
    world.api.post("insights/cancel", {"client_query_id": "x"}).error(403, says=words)
    world.api.get("insights/my_last_viewed").error(403, says=words)


@rule("users_me_retrieve", needs=(Need.KEYS,), cost=Cost.FULL)
def limited_keys_stay_in_their_project(world: World) -> None:
    """A key that is limited to a project is refused in others and on routes without a project."""
    second = world.second_project
    key = world.key("*", scoped_teams=[int(world.probe.project_id or 0)])
    caller = world.keyed(key)
    if world.own is None:
        caller.get("insights", limit=1).ok()
    caller.within(second.project).get("insights").error(403, 404)
    caller.get("/api/organizations").error(403, code="permission_denied")
