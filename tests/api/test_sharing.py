"""Sharing by link: configuration, tokens, settings and passwords."""

from __future__ import annotations

from typing import Any

import pytest

from ..conftest import Running, StartServer

FEATURES = ["advanced_permissions", "access_control", "white_labelling"]


def allow(running: Running, *features: str, **fields: Any) -> None:
    """Give the organisation exactly these features."""
    project = running.store.projects.fetch(running.project_id)
    running.store.organizations.amend(
        project["organization_id"], {"features": list(features or FEATURES), **fields}
    )


def share(running: Running, **fields: Any) -> tuple[str, Any]:
    """A new insight's sharing address and its configuration after a PATCH."""
    path = f"{running.insights}/{running.create(name='Shared')['id']}/sharing"
    answer = running.http.patch(path, json={"enabled": True, **fields})
    assert answer.status_code == 200, answer.text
    return path, answer.json()


def opens(running: Running, token: str) -> bool:
    return running.anonymous.get(f"/shared/{token}.json").status_code == 200


def test_untouched_sharing_shows_another_token_at_each_look(running: Running) -> None:
    path = f"{running.insights}/{running.create()['id']}/sharing"
    one, other = running.http.get(path).json(), running.http.get(path).json()
    assert one["access_token"] != other["access_token"]
    assert len(one["access_token"]) == 30
    expected = {
        "created_at": None,
        "enabled": False,
        "settings": None,
        "password_required": False,
        "share_passwords": [],
    }
    assert {name: one[name] for name in expected} == expected
    assert ("user_access_level" in one) is running.server.services.profile_of(None).sharing_has_access_level


def test_the_first_change_keeps_the_token(running: Running) -> None:
    path, shown = share(running)
    assert (shown["enabled"], shown["created_at"]) == (True, "2026-06-17T12:00:00Z")
    assert running.http.get(path).json() == shown


def test_settings_keep_what_is_known_and_not_null(running: Running) -> None:
    _, shown = share(running, settings={"legend": True, "noHeader": None, "unknown": 1, "theme": "dark"})
    has_theme = running.server.services.profile_of(None).sharing_has_theme
    assert shown["settings"] == ({"legend": True, "theme": "dark"} if has_theme else {"legend": True})


@pytest.mark.parametrize("settings", ["text", [1], 7, {"legend": []}])
def test_settings_that_are_no_object_are_refused(running: Running, settings: Any) -> None:
    path = f"{running.insights}/{running.create()['id']}/sharing"
    answer = running.http.patch(path, json={"settings": settings})
    assert answer.status_code == 400
    assert answer.json() == {
        "type": "validation_error",
        "code": "invalid_input",
        "detail": "Invalid settings format",
        "attr": "settings",
    }


def test_sharing_of_what_is_not_there_is_404(running: Running) -> None:
    deleted = running.create(name="Gone")["id"]
    running.http.patch(f"{running.insights}/{deleted}", json={"deleted": True})
    for insight_id in (deleted, 999_999):
        answer = running.http.get(f"{running.insights}/{insight_id}/sharing")
        assert (answer.status_code, answer.json()["detail"]) == (404, "Insight not found.")


def test_sharing_without_credentials_is_401(running: Running) -> None:
    path, _ = share(running)
    assert running.anonymous.get(path).status_code == 401


def test_a_replaced_token_works_for_another_300_seconds(start: StartServer) -> None:
    running = start()
    path, shown = share(running)
    renewed = running.http.post(f"{path}/refresh").json()
    old, new = shown["access_token"], renewed["access_token"]
    assert old != new
    running.clock.advance(299)
    assert opens(running, old)
    running.clock.advance(1)
    assert not opens(running, old)
    assert opens(running, new)


def test_turning_sharing_off_closes_the_link(running: Running) -> None:
    path, shown = share(running)
    assert opens(running, shown["access_token"])
    running.http.patch(path, json={"enabled": False})
    assert not opens(running, shown["access_token"])


@pytest.mark.parametrize(("profile", "is_same"), [("docs", True), ("current", False)])
def test_turning_sharing_on_again_gives_the_old_link_or_a_new_one(
    start: StartServer, profile: str, is_same: bool
) -> None:
    running = start(profile=profile)
    path, shown = share(running)
    running.http.patch(path, json={"enabled": False})
    again = running.http.patch(path, json={"enabled": True}).json()
    assert (again["access_token"] == shown["access_token"]) is is_same
    assert opens(running, shown["access_token"]) is is_same


def test_an_organisation_may_forbid_sharing(start: StartServer) -> None:
    running = start()
    path, shown = share(running)
    allow(running, allow_publicly_shared_resources=False)
    assert not opens(running, shown["access_token"])
    answer = running.http.patch(path, json={"enabled": True})
    assert answer.status_code == 403
    assert answer.json()["detail"] == "Public sharing is disabled for this organization."
    assert running.http.patch(path, json={"enabled": False}).status_code == 200


def test_every_patch_and_refresh_is_in_the_log(running: Running) -> None:
    path, _ = share(running)
    running.http.patch(path, json={"enabled": True})
    running.http.post(f"{path}/refresh")
    running.http.patch(path, json={"enabled": False})
    logged = running.http.get(path.replace("sharing", "activity")).json()["results"]
    assert [entry["activity"] for entry in logged][:4] == [
        "sharing disabled",
        "access token refreshed",
        "sharing enabled",
        "sharing enabled",
    ]
    assert logged[0]["detail"]["changes"][0]["field"] == "sharing"
    assert logged[0]["detail"]["changes"][0]["after"] is False
    assert logged[1]["detail"]["changes"] is None


@pytest.mark.parametrize(
    ("profile", "feature", "name"),
    [
        ("docs", "access_control", "Advanced Permissions"),
        ("current", "advanced_permissions", "Access Control"),
    ],
)
def test_passwords_need_a_feature_of_the_plan(
    start: StartServer, profile: str, feature: str, name: str
) -> None:
    running = start(profile=profile)
    allow(running)
    path, _ = share(running, password_required=True)
    allow(running, feature)
    answer = running.http.patch(path, json={"password_required": True})
    assert (answer.status_code, answer.json()) == (
        403,
        {"error": f"Sharing with password requires the {name} feature"},
    )
    refused = {"error": f"Password management requires the {name} feature"}
    assert running.http.post(f"{path}/passwords", json={}).json() == refused
    assert running.http.delete(f"{path}/passwords/1").json() == refused


def test_a_password_needs_protection_to_be_on(running: Running) -> None:
    allow(running)
    path, _ = share(running)
    answer = running.http.post(f"{path}/passwords", json={"raw_password": "short"})
    assert (answer.status_code, answer.json()) == (
        400,
        {"error": "Password protection must be enabled before creating passwords"},
    )


def test_a_password_is_shown_once_and_listed_without_it(running: Running) -> None:
    allow(running)
    path, _ = share(running, password_required=True)
    profile = running.server.services.profile_of(None)
    answer = running.http.post(f"{path}/passwords", json={"raw_password": "open sesame", "note": "Board"})
    assert answer.status_code == profile.password_created_status
    made = answer.json()
    assert (made["password"], made["note"], made["created_by_email"]) == (
        "open sesame",
        "Board",
        running.email,
    )
    assert ("share_passwords" in made) is profile.password_shows_configuration
    listed = running.http.get(path).json()["share_passwords"]
    assert [set(one) for one in listed] == [{"id", "created_at", "note", "created_by_email", "is_active"}]
    assert "open sesame" not in str(running.store.share_passwords.documents())


def test_a_password_is_made_up_where_none_is_sent(running: Running) -> None:
    allow(running)
    path, _ = share(running, password_required=True)
    made = running.http.post(f"{path}/passwords", json={"raw_password": "  "}).json()
    assert (len(made["password"]), made["note"]) == (22, "")
    newest = running.http.get(path).json()["share_passwords"][0]
    assert newest["id"] == made["id"]


@pytest.mark.parametrize(
    ("body", "attr"), [({"raw_password": "1234567"}, "raw_password"), ({"note": "x" * 101}, "note")]
)
def test_a_short_password_and_a_long_note_are_refused(
    running: Running, body: dict[str, str], attr: str
) -> None:
    allow(running)
    path, _ = share(running, password_required=True)
    answer = running.http.post(f"{path}/passwords", json=body)
    assert (answer.status_code, answer.json()["attr"]) == (400, attr)


def test_the_documented_password_body_sets_sharing_up_in_one_call(docs: Running) -> None:
    allow(docs)
    path = f"{docs.insights}/{docs.create(name='Shared')['id']}/sharing"
    body = {"enabled": True, "settings": {"legend": True}, "password_required": True}
    answer = docs.http.post(f"{path}/passwords", json=body)
    assert answer.status_code == 200, answer.text
    made = answer.json()
    assert (made["enabled"], made["password_required"], made["settings"]) == (True, True, {"legend": True})
    assert made["share_passwords"][0]["id"] == made["id"]
    assert len(made["password"]) == 22


def test_a_deleted_password_is_gone_for_good(running: Running) -> None:
    allow(running)
    path, _ = share(running, password_required=True)
    made = running.http.post(f"{path}/passwords", json={}).json()
    gone = f"{path}/passwords/{made['id']}"
    answer = running.http.delete(gone)
    assert (answer.status_code, answer.content) == (204, b"")
    assert running.http.get(path).json()["share_passwords"] == []
    for unknown in (gone, f"{path}/passwords/999999", f"{path}/passwords/abc"):
        missing = running.http.delete(unknown)
        assert (missing.status_code, missing.json()["detail"]) == (404, "Password not found")


def test_a_new_token_takes_the_settings_and_passwords_along(running: Running) -> None:
    allow(running)
    path, before = share(running, password_required=True, settings={"legend": True})
    made = running.http.post(f"{path}/passwords", json={"note": "Board"}).json()
    after = running.http.post(f"{path}/refresh").json()
    for name in ("enabled", "settings", "password_required"):
        assert after[name] == before[name]
    assert [one["note"] for one in after["share_passwords"]] == ["Board"]
    assert after["share_passwords"][0]["id"] != made["id"]


def test_a_dashboard_is_shared_the_same_way(running: Running) -> None:
    board = running.http.post(f"{running.url}/dashboards", json={"name": "Board"}).json()
    path = f"{running.url}/dashboards/{board['id']}/sharing"
    shown = running.http.patch(path, json={"enabled": True}).json()
    assert running.http.get(path).json() == shown
    assert running.http.get(f"{running.url}/dashboards/{board['id']}").json()["is_shared"] is True
    assert opens(running, shown["access_token"])
    missing = running.http.get(f"{running.url}/dashboards/999999/sharing")
    assert (missing.status_code, missing.json()["detail"]) == (404, "Dashboard not found.")


@pytest.mark.parametrize("sent", ['{"date_from": "-1d"}', "no JSON"])
def test_a_sharing_token_lays_no_filters_over_an_insight(running: Running, sent: str) -> None:
    _, shown = share(running)
    parameters = {"sharing_access_token": shown["access_token"]}
    plain = running.anonymous.get(running.insights, params=parameters).json()["results"][0]
    for path in (running.insights, f"{running.insights}/{plain['id']}"):
        answer = running.anonymous.get(path, params={**parameters, "filters_override": sent})
        assert answer.status_code == 200, answer.text
        seen = answer.json()
        assert seen.get("results", [seen])[0]["query"] == plain["query"]


@pytest.mark.parametrize("settings", [["legend"], {"legend": "perhaps"}, {"noHeader": {}}])
def test_settings_that_cannot_be_read_are_refused(running: Running, settings: Any) -> None:
    path, _ = share(running, settings={"legend": True})
    answer = running.http.patch(path, json={"settings": settings})
    assert (answer.status_code, answer.json()["attr"]) == (400, "settings")
    assert running.http.get(path).json()["settings"] == {"legend": True}


def test_unknown_settings_and_nulls_are_dropped(running: Running) -> None:
    _, shown = share(running, settings={"legend": True, "noHeader": False, "detailed": None, "colour": "red"})
    assert shown["settings"] == {"legend": True, "noHeader": False}


def test_settings_can_be_taken_away(running: Running) -> None:
    path, _ = share(running, settings={"legend": True})
    assert running.http.patch(path, json={"settings": None}).json()["settings"] is None


@pytest.mark.parametrize(("theme", "status"), [("dark", 200), ("neon", 400)])
def test_a_theme_is_one_of_three(current: Running, theme: str, status: int) -> None:
    path = f"{current.insights}/{current.create()['id']}/sharing"
    answer = current.http.patch(path, json={"enabled": True, "settings": {"theme": theme}})
    assert answer.status_code == status
    if status == 200:
        token = answer.json()["access_token"]
        assert current.anonymous.get(f"/shared/{token}.json").json()["theme"] == theme


def test_a_note_of_more_than_100_characters_is_refused(running: Running) -> None:
    allow(running)
    path, _ = share(running, password_required=True)
    answer = running.http.post(f"{path}/passwords", json={"note": "x" * 101})
    assert (answer.status_code, answer.json()["attr"]) == (400, "note")
