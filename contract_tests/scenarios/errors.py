"""What is refused, and in which words."""

from __future__ import annotations

from typing import Any

from ..core import expect
from ..queries import trends
from ..rules import Cost, rule
from ..world import World


@rule("insights_retrieve", reads_only=True)
def unknown_insights_are_404(world: World) -> None:
    """An unknown insight is 404 `not_found`, in PostHog's words."""
    answer = world.api.get("insights/2000000000").error(404, kind="invalid_request", code="not_found")
    expect.equal((answer["detail"], answer["attr"]), ("Not found.", None), "detail and attr")


@rule("insights_partial_update")
def unknown_insights_are_not_changed(world: World) -> None:
    """Changing an unknown insight is 404."""
    world.api.patch("insights/2000000000", {"name": "x"}).error(404, kind="invalid_request", code="not_found")


@rule("insights_sharing_retrieve", reads_only=True)
def sharing_of_unknown_insights_is_404(world: World) -> None:
    """Sharing of an unknown insight is 404."""
    world.api.get("insights/2000000000/sharing").error(404, kind="invalid_request", code="not_found")


@rule("insights_create", "insights_partial_update")
def long_texts_are_refused(world: World) -> None:
    """Name, description and derived name take 400 characters, not 401."""
    made = world.insight()
    path = f"insights/{made['id']}"
    for field in ("name", "description", "derived_name"):
        world.api.patch(path, {field: "x" * 400}).ok()
        reply = world.api.patch(path, {field: "x" * 401})
        words = "no more than 400 characters"
        reply.error(400, kind="validation_error", code="max_length", attr=field, says=words)
    found = world.api.get(path).object()
    expect.equal(len(found["description"]), 400, "length of the description after a refusal")
    world.attempt_insight(name="x" * 401).error(400, kind="validation_error", code="max_length", attr="name")


@rule("insights_partial_update", "insights_create")
def wrong_types_are_refused_by_name(world: World) -> None:
    """A value of the wrong type is refused with the name of its field, and nothing is changed."""
    made = world.insight()
    path = f"insights/{made['id']}"
    wrong: dict[str, Any] = {"favorited": "maybe", "name": ["a"], "order": "first", "dashboards": "all"}
    for field, value in wrong.items():
        world.api.patch(path, {field: value, "description": "should not stay"}).error(
            400, kind="validation_error", attr=field
        )
    expect.equal(
        world.api.get(path).object()["description"], made["description"], "description after refusals"
    )


@rule("insights_create")
def a_query_must_be_an_object(world: World) -> None:
    """A query that is no object is refused."""
    for query in ("select 1", 7, [trends()]):
        world.attempt_insight(query=query).error(400)


@rule("insights_create")
def unknown_query_kinds_are_refused(world: World) -> None:
    """A query of an unknown kind is refused before anything is stored."""
    world.attempt_insight(query={"kind": "NoSuchNode"}).error(400, kind="invalid_request", code="parse_error")


@rule("insights_create", "insights_partial_update")
def broken_json_is_refused(world: World) -> None:
    """A body that is no JSON is 400 `parse_error`."""
    for content in (b"{broken", b'{"name": '):
        reply = world.api.request("POST", "insights", content=content)
        reply.error(400, kind="invalid_request", code="parse_error", says="JSON parse error")


@rule("insights_create")
def other_media_types_are_415(world: World) -> None:
    """A body of another media type is 415."""
    headers = {"Content-Type": "text/plain"}
    reply = world.api.request("POST", "insights", content=b"name=x", headers=headers)
    reply.error(415, kind="invalid_request", code="unsupported_media_type", says="text/plain")


@rule("insights_list", "insights_retrieve")
def other_methods_are_405(world: World) -> None:
    """A method that a route does not have is 405 and named."""
    world.api.put("insights", {}).error(405, kind="invalid_request", code="method_not_allowed", says="PUT")
    world.api.request("POST", "insights/2000000000", json_body={}).error(405, code="method_not_allowed")
    world.api.get("insights/viewed").has_status(404, 405)


@rule("insights_create", cost=Cost.FULL)
def a_refused_create_makes_nothing(world: World) -> None:
    """A create that was refused leaves nothing behind."""
    word = world.unique()
    world.attempt_insight(tags=[word], name="x" * 401).has_status(400)
    world.attempt_insight(tags=[word], favorited="maybe").has_status(400)
    expect.equal(world.api.get("insights", search=word).page()["count"], 0, "insights after refused creates")


@rule("insights_list", reads_only=True, cost=Cost.FULL)
def unknown_routes_are_404(world: World) -> None:
    """An address that does not exist is 404."""
    world.api.get("insights/2000000000/nonsense").has_status(404)
    world.api.get("/api/nonsense").has_status(404)
