"""Projects as tenants."""

from __future__ import annotations

from tests.control.conftest import Steered


def test_a_new_project_comes_with_a_user_and_a_key_to_itself_alone(mock: Steered) -> None:
    tenant = mock.project(name="Mine")

    assert tenant.made.keys() == {
        "id",
        "uuid",
        "name",
        "organization_id",
        "api_token",
        "personal_api_key",
        "user",
    }
    assert tenant.made["user"].keys() == {"id", "email", "password", "first_name"}
    assert tenant.http.get(f"{tenant.url}/insights").json()["count"] == 0
    assert tenant.http.get(mock.running.insights).status_code == 403


def test_its_user_can_log_in(mock: Steered) -> None:
    user = mock.project().made["user"]

    answer = mock.http.post("/api/login", json={"email": user["email"], "password": user["password"]})

    mock.http.cookies.clear()
    assert answer.status_code == 200


def test_a_project_takes_what_is_chosen(mock: Steered) -> None:
    tenant = mock.project(
        timezone="Europe/Vienna", week_start_day=1, profile="current", fixture="demo", seed=3
    )

    found = tenant.http.get(f"/api/projects/{tenant.id}").json()
    listed = next(one for one in mock.get("projects") if one["id"] == tenant.id)

    assert (found["timezone"], found["week_start_day"]) == ("Europe/Vienna", 1)
    assert (listed["fixture"], listed["timezone"]) == ("demo", "Europe/Vienna")
    assert listed["counts"]["insights"] > 0


def test_the_same_fixture_and_seed_give_the_same_content(mock: Steered) -> None:
    one, other = mock.project(fixture="demo", seed=3), mock.project(fixture="demo", seed=3)

    names = [
        [insight["name"] for insight in each.http.get(f"{each.url}/insights?limit=500").json()["results"]]
        for each in (one, other)
    ]

    assert names[0] == names[1]
    assert names[0]


def test_a_project_may_join_the_seeded_organization(mock: Steered) -> None:
    joined, apart = mock.project(organization="same"), mock.project()

    seeded = mock.running.http.get("/api/organizations/@current").json()["id"]

    assert joined.made["organization_id"] == seeded
    assert apart.made["organization_id"] != seeded


def test_features_belong_to_the_new_organization(mock: Steered) -> None:
    tenant = mock.project(features=["advanced_permissions"])
    insight = tenant.insight()["id"]

    answer = tenant.http.patch(
        f"{tenant.url}/insights/{insight}/sharing", json={"enabled": True, "password_required": True}
    )

    assert answer.status_code == 200, answer.text
    assert mock.post("projects", {"organization": "same", "features": ["x"]}, 422)["field"] == "features"


def test_resetting_a_project_brings_back_its_beginning_and_keeps_its_key(mock: Steered) -> None:
    tenant = mock.project(fixture="demo")
    before = mock.get(f"projects/{tenant.id}")
    tenant.insight(name="later")
    late = mock.post(f"projects/{tenant.id}/users", expect=201)
    mock.put(f"projects/{tenant.id}/refresh", {"mode": "manual"})
    mock.put(f"projects/{tenant.id}/clock", {"frozen": True})

    assert mock.post(f"projects/{tenant.id}/reset") == before

    assert tenant.http.get(f"{tenant.url}/insights?search=later").json()["count"] == 0
    assert mock.get(f"projects/{tenant.id}/refresh")["scope"] == "default"
    assert mock.get(f"projects/{tenant.id}/clock")["frozen"] is False
    mock.call("PATCH", f"users/{late['id']}", 404, json={})


def test_deleting_a_project_leaves_nothing_of_it(mock: Steered) -> None:
    before = mock.get("info")["counts"]
    tenant = mock.project(fixture="demo")
    tenant.queue("one")
    mock.post(f"projects/{tenant.id}/keys", {"scopes": ["*"]}, 201)
    mock.post(f"projects/{tenant.id}/sessions", expect=201)
    mock.put(f"projects/{tenant.id}/clock", {"frozen": True})
    mock.post(
        "faults", {"match": {"project_id": tenant.id}, "effect": {"delay": {"kind": "fixed", "ms": 0}}}, 201
    )
    mock.post(f"projects/{tenant.id}/events", {"events": [{"event": "e", "distinct_id": "d"}]}, 201)

    mock.delete(f"projects/{tenant.id}", 204)

    assert mock.get("info")["counts"] == before
    mock.call("GET", f"projects/{tenant.id}", 404)


def test_the_seeded_project_can_be_reset_and_deleted_too(mock: Steered) -> None:
    mock.running.create(name="later")

    mock.post(f"projects/{mock.project_id}/reset")
    assert mock.running.http.get(mock.running.insights).json()["count"] == 0

    mock.delete(f"projects/{mock.project_id}", 204)
    assert mock.running.http.get(mock.running.insights).status_code in (401, 403)


def test_an_impossible_project_is_refused_and_not_made(mock: Steered) -> None:
    before = mock.get("projects")

    assert mock.post("projects", {"timezone": "Mars/Base"}, 422)["field"] == "timezone"
    assert mock.post("projects", {"fixture": "nowhere"}, 422)["field"] == "fixture"
    assert mock.post("projects", {"week_start_day": 2}, 422)["field"] == "week_start_day"
    assert mock.post("projects", {"colour": "red"}, 422)["field"] == "colour"

    assert mock.get("projects") == before


def test_keys_and_users_of_a_project_go_with_it(mock: Steered) -> None:
    tenant = mock.project(organization="new")
    key = mock.post(f"projects/{tenant.id}/keys", {"scopes": ["*"], "scoped_teams": [tenant.id]}, 201)
    user = mock.post(f"projects/{tenant.id}/users", {}, 201)
    mock.delete(f"projects/{tenant.id}", 204)
    client = mock.running.client(Authorization=f"Bearer {key['value']}")
    assert client.get("/api/users/@me").status_code == 401
    mock.call("PATCH", f"users/{user['id']}", 404, json={"first_name": "x"})
    assert mock.running.http.get("/api/users/@me").status_code == 200
