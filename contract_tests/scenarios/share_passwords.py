"""Passwords on shared links."""

from __future__ import annotations

from typing import Any

from ..core import expect
from ..errors import Skip
from ..rules import Cost, rule
from ..world import World

PASSWORD = "correct horse battery"  # noqa: S105


def protected(world: World) -> tuple[int, str]:
    """A new insight behind a password; its id and token. Raises Skip where the plan has no passwords."""
    made = world.insight()
    reply = world.api.patch(f"insights/{made['id']}/sharing", {"enabled": True, "password_required": True})
    if reply.status in (402, 403):
        raise Skip("the plan of this project has no passwords for shared links")
    return made["id"], reply.object()["access_token"]


def add_password(world: World, insight_id: int, **body: Any) -> dict[str, Any]:
    """A new password of a link."""
    statuses = world.either(docs=200, current=201)
    return world.api.post(f"insights/{insight_id}/sharing/passwords", body).object(*statuses)


def unlock(world: World, token: str, password: str) -> int:
    """Try a password on a link; the status."""
    return world.anonymous.post(f"/shared/{token}", {"password": password}).status


@rule("insights_sharing_passwords_create")
def passwords_need_protection_first(world: World) -> None:
    """A password can be made only where protection is on."""
    made = world.insight()
    body = {"raw_password": PASSWORD}
    if world.profile == "docs":
        body = {"raw_password": PASSWORD, "note": "x"}
    reply = world.api.post(f"insights/{made['id']}/sharing/passwords", body).has_status(400, 403)
    expect.that(isinstance(reply.json, dict) and "error" in reply.json, "the refusal has no `error`")


@rule("insights_sharing_passwords_create", "insights_sharing_retrieve")
def a_password_is_shown_once(world: World) -> None:
    """A new password is answered once and never shown again."""
    insight_id, _ = protected(world)
    made = add_password(world, insight_id, raw_password=PASSWORD, note="for the board")
    expect.equal(made["password"], PASSWORD, "password in the answer")
    reply = world.api.get(f"insights/{insight_id}/sharing")
    listed = reply.object()["share_passwords"]
    expect.equal([one["id"] for one in listed], [made["id"]], "ids of the passwords")
    expect.equal(listed[0]["note"], "for the board", "note")
    expect.that(PASSWORD not in reply.text, "the password is shown again")


@rule("shared_unlock_create", "shared_json_retrieve")
def the_password_opens_the_link(world: World) -> None:
    """Without its password a link shows nothing; a wrong one is 401; the right one gives a token."""
    insight_id, token = protected(world)
    add_password(world, insight_id, raw_password=PASSWORD)
    locked = world.anonymous.get(f"/shared/{token}.json").has_status(200)
    expect.that("insight" not in (locked.json or {}), "a locked link shows its insight")
    expect.equal(unlock(world, token, "wrong password"), 401, "status of a wrong password")
    answer = world.anonymous.post(f"/shared/{token}", {"password": PASSWORD}).object()
    bearer = expect.holds(answer, "shareToken", "the unlocking")
    opened = world.keyed(bearer).get(f"/shared/{token}.json").object()
    expect.equal(opened["insight"]["id"], insight_id, "id of the unlocked insight")


@rule("insights_sharing_passwords_create", cost=Cost.FULL)
def passwords_are_made_up_unless_given(world: World) -> None:
    """Without `raw_password` the server makes one up; under 8 characters is refused."""
    insight_id, token = protected(world)
    made = add_password(world, insight_id, note="generated")
    expect.that(len(made["password"]) >= 16, "the password that was made up is short")
    expect.equal(unlock(world, token, made["password"]), 200, "status of the password that was made up")
    reply = world.api.post(f"insights/{insight_id}/sharing/passwords", {"raw_password": "short"})
    reply.error(400, kind="validation_error", attr="raw_password", says="at least 8 characters")


@rule("insights_sharing_passwords_destroy", "shared_unlock_create")
def a_deleted_password_opens_nothing(world: World) -> None:
    """A deleted password is no longer listed, opens nothing, and what it had opened is closed."""
    insight_id, token = protected(world)
    first = add_password(world, insight_id, raw_password=PASSWORD)
    second = add_password(world, insight_id, raw_password="another password")  # noqa: S106
    bearer = world.anonymous.post(f"/shared/{token}", {"password": PASSWORD}).object()["shareToken"]
    path = f"insights/{insight_id}/sharing/passwords/{first['id']}"
    world.api.delete(path).empty(204)
    listed = world.api.get(f"insights/{insight_id}/sharing").object()["share_passwords"]
    expect.equal([one["id"] for one in listed], [second["id"]], "passwords after a deletion")
    expect.equal(unlock(world, token, PASSWORD), 401, "status of a deleted password")
    expect.equal(unlock(world, token, "another password"), 200, "status of the other password")
    reply = world.keyed(bearer).get(f"/shared/{token}.json")
    expect.that("insight" not in (reply.json or {}), "what a deleted password had opened is still open")
    world.api.delete(path).has_status(404)


@rule("insights_sharing_passwords_create", "shared_unlock_create", cost=Cost.FULL)
def passwords_survive_a_rotation(world: World) -> None:
    """Rotating the token keeps the passwords."""
    insight_id, _ = protected(world)
    add_password(world, insight_id, raw_password=PASSWORD)
    answer = world.api.post(f"insights/{insight_id}/sharing/refresh").object()
    expect.equal(len(answer["share_passwords"]), 1, "passwords after a rotation")
    expect.equal(
        unlock(world, answer["access_token"], PASSWORD), 200, "status of the password at the new link"
    )
