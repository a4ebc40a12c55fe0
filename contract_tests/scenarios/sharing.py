"""Sharing an insight: on, off, rotated."""

from __future__ import annotations

import re

from ..core import expect
from ..rules import Cost, Need, rule
from ..world import World

TOKEN = re.compile(r"[A-Za-z0-9_-]{20,}")


def shared(world: World, **settings: object) -> tuple[int, str]:
    """A new insight that is shared; its id and its token."""
    made = world.insight()
    body = {"enabled": True, **({"settings": settings} if settings else {})}
    answer = world.api.patch(f"insights/{made['id']}/sharing", body).object()
    return made["id"], answer["access_token"]


def is_open(world: World, token: str) -> bool:
    """Whether a link shows its insight to somebody without credentials."""
    reply = world.anonymous.get(f"/shared/{token}.json").has_status(200, 404)
    return reply.status == 200 and isinstance(reply.json, dict) and "insight" in reply.json


@rule("insights_sharing_retrieve")
def sharing_is_one_object_and_off_at_first(world: World) -> None:
    """The sharing of an insight is one object, off and without passwords until somebody turns it on."""
    made = world.insight()
    answer = world.api.get(f"insights/{made['id']}/sharing").object()
    expect.equal(answer["enabled"], False, "enabled")
    expect.equal(answer["created_at"], None, "created_at")
    expect.equal(answer["password_required"], False, "password_required")
    expect.equal(answer["share_passwords"], [], "share_passwords")
    expect.that(TOKEN.fullmatch(answer["access_token"]), "the token is no url-safe random text")


@rule("insights_sharing_partial_update", "insights_sharing_retrieve", "shared_json_retrieve")
def a_shared_insight_is_seen_by_everyone(world: World) -> None:
    """Turned on, the link shows the insight to somebody without credentials, with the rights of a viewer."""
    insight_id, token = shared(world)
    held = world.api.get(f"insights/{insight_id}/sharing").object()
    expect.equal((held["enabled"], held["access_token"]), (True, token), "sharing found again")
    expect.moment(held["created_at"], "created_at")
    answer = world.anonymous.get(f"/shared/{token}.json").object()
    expect.equal(answer["insight"]["id"], insight_id, "id of the shared insight")
    expect.equal(answer["accessToken"], token, "accessToken")
    levels = (
        answer["insight"]["effective_restriction_level"],
        answer["insight"]["effective_privilege_level"],
    )
    expect.equal(levels, (37, 21), "restriction and privilege level of a shared insight")


@rule("shared_page_retrieve", "embedded_page_retrieve")
def the_link_is_a_page(world: World) -> None:
    """`/shared/{token}` and `/embedded/{token}` are HTML pages."""
    _, token = shared(world)
    for path in (f"/shared/{token}", f"/embedded/{token}"):
        reply = world.anonymous.request("GET", path, headers={"Accept": "text/html"}).has_status(200)
        expect.equal(reply.exchange.media_type, "text/html", f"media type of {path.split('/')[1]}")


@rule("insights_sharing_partial_update", "shared_json_retrieve")
def turned_off_the_link_is_dead(world: World) -> None:
    """Turned off, the link is 404 at once."""
    insight_id, token = shared(world)
    expect.that(is_open(world, token), "the link of a shared insight does not work")
    answer = world.api.patch(f"insights/{insight_id}/sharing", {"enabled": False}).object()
    expect.equal(answer["enabled"], False, "enabled")
    expect.that(not is_open(world, token), "the link works after sharing was turned off")
    expect.that(not is_open(world, answer["access_token"]), "the token of what is turned off opens it")
    world.anonymous.get(f"/shared/{token}").has_status(404)
    world.anonymous.get("insights", sharing_access_token=token).error(403, code="authentication_failed")


@rule("shared_json_retrieve")
def unknown_links_are_404(world: World) -> None:
    """A link that was never given is 404."""
    for path in ("/shared/{}.json", "/shared/{}", "/embedded/{}"):
        world.anonymous.get(path.format("x" * 30)).has_status(404)


@rule("insights_partial_update", "shared_json_retrieve")
def the_link_of_a_deleted_insight_is_dead(world: World) -> None:
    """Deleting an insight ends its link."""
    insight_id, token = shared(world)
    world.api.patch(f"insights/{insight_id}", {"deleted": True}).ok()
    expect.that(not is_open(world, token), "the link of a deleted insight works")
    world.api.get(f"insights/{insight_id}/sharing").error(404, code="not_found")


@rule("insights_sharing_refresh_create", "insights_sharing_retrieve")
def rotating_gives_a_new_token(world: World) -> None:
    """Rotating answers a new token, which works, and keeps the rest of the configuration."""
    insight_id, old = shared(world, noHeader=True)
    path = f"insights/{insight_id}/sharing"
    answer = world.api.post(f"{path}/refresh").object()
    expect.that(answer["access_token"] != old, "the token is the old one")
    expect.equal(answer["enabled"], True, "enabled after rotating")
    expect.equal((answer["settings"] or {}).get("noHeader"), True, "settings after rotating")
    held = world.api.get(path).object()
    expect.equal(held["access_token"], answer["access_token"], "token found again")
    expect.equal((held["settings"] or {}).get("noHeader"), True, "settings found again")
    expect.that(is_open(world, answer["access_token"]), "the new link does not work")


@rule("insights_sharing_refresh_create", "shared_json_retrieve", needs=(Need.CLOCK,), alone=True)
def the_old_token_dies_after_five_minutes(world: World) -> None:
    """A rotated token works for 300 seconds more, then never again."""
    insight_id, old = shared(world)
    new = world.api.post(f"insights/{insight_id}/sharing/refresh").object()["access_token"]
    world.wait(290)
    expect.that(is_open(world, old), "the old link is dead within its five minutes")
    world.wait(11)
    expect.that(not is_open(world, old), "the old link works after five minutes")
    expect.that(is_open(world, new), "the new link does not work")


@rule("insights_sharing_partial_update", cost=Cost.FULL)
def turning_on_again_gives_a_link(world: World) -> None:
    """Turned on again there is a working link: a new one on today's server, the old one before."""
    insight_id, old = shared(world)
    path = f"insights/{insight_id}/sharing"
    world.api.patch(path, {"enabled": False}).ok()
    token = world.api.patch(path, {"enabled": True}).object()["access_token"]
    allowed = world.either(docs=True, current=False)
    expect.that((token == old) in allowed, "the token after turning sharing on again")
    expect.that(is_open(world, token), "the link does not work")
    if token != old:
        expect.that(not is_open(world, old), "the revoked link works")


@rule("insights_sharing_partial_update")
def settings_are_kept_and_cleaned(world: World) -> None:
    """Known settings are kept, unknown ones dropped; what is no object is refused."""
    made = world.insight()
    path = f"insights/{made['id']}/sharing"
    world.api.patch(path, {"enabled": True, "settings": {"legend": True, "nonsense": 1}}).ok()
    settings = world.api.get(path).object()["settings"] or {}
    expect.equal(settings.get("legend"), True, "a known setting")
    expect.that("nonsense" not in settings, "an unknown setting was kept")
    world.api.patch(path, {"settings": "all"}).error(400, kind="validation_error", attr="settings")
    expect.equal(world.api.get(path).object()["enabled"], True, "enabled after a refused change")


@rule("shared_json_retrieve", "insights_sharing_partial_update")
def hidden_details_are_hidden(world: World) -> None:
    """`hideExtraDetails` hides who made the insight and when."""
    _, token = shared(world, hideExtraDetails=True)
    insight = world.anonymous.get(f"/shared/{token}.json").object()["insight"]
    for field in ("created_by", "last_modified_by", "created_at", "last_modified_at"):
        expect.equal(insight.get(field), None, f"{field} with hideExtraDetails")


@rule("insights_list", "insights_retrieve", "insights_sharing_partial_update")
def a_token_reads_its_insight_alone(world: World) -> None:
    """`sharing_access_token` lists and retrieves the shared insight, no other, and writes nothing."""
    insight_id, token = shared(world)
    other = world.insight()["id"]
    rows = world.anonymous.get("insights", sharing_access_token=token).rows()
    expect.equal([row["id"] for row in rows], [insight_id], "insights listed with the token")
    world.anonymous.get(f"insights/{insight_id}", sharing_access_token=token).ok()
    world.anonymous.get(f"insights/{other}", sharing_access_token=token).error(404, code="not_found")
    reply = world.anonymous.patch(f"insights/{insight_id}", {"name": "x"}, sharing_access_token=token)
    reply.error(403, code="authentication_failed", says="can only be used for GET requests")
    world.anonymous.get("insights", sharing_access_token="x" * 30).error(403, code="authentication_failed")


@rule("shared_json_retrieve", "insights_sharing_partial_update")
def a_shared_insight_has_its_result(world: World) -> None:
    """A shared insight shows the result that is cached."""
    insight_id, token = shared(world)
    computed = world.api.get(f"insights/{insight_id}", refresh="blocking").object()
    seen = world.anonymous.get(f"/shared/{token}.json").object()["insight"]
    expect.equal(seen["result"], computed["result"], "result of the shared insight")


@rule("dashboards_sharing_partial_update", "shared_json_retrieve", cost=Cost.FULL)
def a_dashboard_is_shared_alike(world: World) -> None:
    """A dashboard is shared, rotated and turned off by the same rules."""
    board = world.dashboard()["id"]
    made = world.insight(dashboards=[board])
    path = f"dashboards/{board}/sharing"
    token = world.api.patch(path, {"enabled": True}).object()["access_token"]
    answer = world.anonymous.get(f"/shared/{token}.json").object()
    expect.equal(answer["dashboard"]["id"], board, "id of the shared dashboard")
    rows = world.anonymous.get("insights", sharing_access_token=token).rows()
    expect.equal([row["id"] for row in rows], [made["id"]], "insights listed with the dashboard's token")
    new = world.api.post(f"{path}/refresh").object()["access_token"]
    expect.that(new != token, "rotating gave the old token")
    world.api.patch(path, {"enabled": False}).ok()
    world.anonymous.get(f"/shared/{new}.json").has_status(404)
