"""No, bad and borrowed credentials."""

from __future__ import annotations

from ..core import expect
from ..core.caller import Caller
from ..rules import Cost, Need, rule
from ..world import BAD_KEY, World

INSIGHTS = ("insights", "insights/2000000000", "insights/activity", "insights/2000000000/activity")
OTHERS = ("insights/2000000000/sharing", "dashboards", "dashboards/2000000000", "query/nothing")


@rule("insights_list", "insights_retrieve", "insights_create", "insights_partial_update", reads_only=True)
def insights_without_credentials_are_403(world: World) -> None:
    """Without credentials insights answer 403 `not_authenticated`, not 401."""
    for path in INSIGHTS:
        world.anonymous.get(path).error(403, kind="authentication_error", code="not_authenticated")


@rule("insights_create", "insights_partial_update", "insights_viewed_create")
def writing_without_credentials_is_refused(world: World) -> None:
    """Nothing is written without credentials."""
    made = world.insight()
    path = f"insights/{made['id']}"
    world.anonymous.patch(path, {"name": "stolen"}).error(403, kind="authentication_error")
    world.anonymous.post("insights", {"query": made["query"]}).error(403, kind="authentication_error")
    world.anonymous.delete(path).error(403, kind="authentication_error")
    world.anonymous.post("insights/viewed", {"insight_ids": [made["id"]]}).error(403)
    expect.equal(world.api.get(path).object()["name"], made["name"], "name after refused writes")


@rule("insights_sharing_retrieve", "dashboards_list", "query_retrieve", reads_only=True)
def other_routes_without_credentials_are_401(world: World) -> None:
    """Without credentials sharing, dashboards and queries answer 401 with a challenge."""
    for path in OTHERS:
        reply = world.anonymous.get(path)
        reply.error(401, kind="authentication_error", code="not_authenticated")
        challenge = reply.exchange.headers.get("www-authenticate", "")
        expect.that(
            challenge.startswith("Bearer"), f"{path}: the challenge is {challenge!r}, expected Bearer"
        )


@rule("users_me_retrieve", "projects_list", "organizations_list", reads_only=True)
def accounts_without_credentials_are_401(world: World) -> None:
    """Without credentials nobody learns of users, projects and organizations."""
    for path in (
        "/api/users/@me",
        "/api/projects",
        "/api/organizations",
        f"/api/projects/{world.api.project}",
    ):
        world.anonymous.get(path).error(401, kind="authentication_error", code="not_authenticated")


@rule("insights_list", "dashboards_list", reads_only=True)
def a_key_that_does_not_exist_is_refused(world: World) -> None:
    """An unknown API key is refused: 403 on insights, 401 elsewhere."""
    words = "found in request Authorization header is invalid"
    reply = world.intruder.get("insights")
    reply.error(403, kind="authentication_error", code="authentication_failed", says=words)
    reply = world.intruder.get("dashboards")
    reply.error(401, kind="authentication_error", code="authentication_failed", says=words)


@rule("insights_list", reads_only=True)
def the_key_may_be_in_the_query(world: World) -> None:
    """The API key may be sent as the query parameter `personal_api_key`."""
    world.anonymous.get(
        "insights", personal_api_key=world.api.headers["Authorization"].split()[1], limit=1
    ).ok()
    world.anonymous.get("insights", personal_api_key=BAD_KEY).error(403, code="authentication_failed")


@rule("insights_create")
def the_key_may_be_in_the_body(world: World) -> None:
    """The API key may be sent as the body's `personal_api_key`, which is not kept."""
    key = world.api.headers["Authorization"].split()[1]
    made = world.insight(world.anonymous, personal_api_key=key)
    expect.that("personal_api_key" not in made, "the key is part of the answer")
    world.api.patch(f"insights/{made['id']}", {"deleted": True}).ok()


@rule("insights_list", reads_only=True, cost=Cost.FULL)
def other_schemes_are_no_credentials(world: World) -> None:
    """An Authorization header of another scheme is none."""
    caller: Caller = world.anonymous.with_headers(Authorization="Basic Zm9vOmJhcg==")
    caller.get("insights").error(403, kind="authentication_error")


@rule("insights_list", needs=(Need.SESSION,))
def a_session_needs_no_scope(world: World) -> None:
    """A session may do all that its user may."""
    made = world.insight(world.session)
    world.session.get(f"insights/{made['id']}").ok()
    world.session.get("insights/my_last_viewed").array()


@rule("insights_create", needs=(Need.SESSION,))
def a_session_writes_with_its_csrf_token_only(world: World) -> None:
    """A write of a session without its CSRF token is refused, a read is not."""
    kept = {name: value for name, value in world.session.headers.items() if name != "X-CSRFToken"}
    bare = Caller(
        world.session.wire,
        world.session.base_url,
        world.session.project,
        world.session.contract,
        world.session.tape,
        kept,
        world.session.record,
    )
    bare.get("insights", limit=1).ok()
    bare.post("insights", {"name": "forged"}).has_status(403)


@rule("insights_list", reads_only=True)
def unknown_projects_are_404(world: World) -> None:
    """A project that does not exist is 404."""
    stranger = world.api.within("2000000000")
    stranger.get("insights").error(403, 404)
    if world.own is None:
        stranger.get("insights").error(404, 403, kind=None)


@rule("projects_retrieve", "insights_list", reads_only=True)
def at_current_is_the_users_project(world: World) -> None:
    """`@current` stands for the current project of the user."""
    found = world.api.get("/api/projects/@current")
    if found.status == 200:
        expect.that(isinstance(found.object().get("id"), int), "the current project has no id")
    world.api.within("@current").get("insights", limit=1).has_status(200, 403)
