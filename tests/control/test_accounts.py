"""Users, keys and sessions made through the control plane."""

from __future__ import annotations

import pytest

from tests.control.conftest import Steered


def test_a_new_user_is_a_member_and_can_log_in(mock: Steered) -> None:
    user = mock.post(
        f"projects/{mock.project_id}/users", {"first_name": "Ada", "password": "correct horse"}, 201
    )

    client = mock.running.client()
    answer = client.post("/api/login", json={"email": user["email"], "password": "correct horse"})

    assert user.keys() == {"id", "uuid", "email", "password", "first_name"}
    assert answer.status_code == 200
    assert client.get(mock.running.insights).status_code == 200


def test_a_user_who_is_no_member_is_kept_out(mock: Steered) -> None:
    user = mock.post(f"projects/{mock.project_id}/users", {"member": False}, 201)
    key = mock.post(f"projects/{mock.project_id}/keys", {"scopes": ["*"], "user_id": user["id"]}, 201)

    answer = mock.running.client(Authorization=f"Bearer {key['value']}").get(mock.running.insights)

    assert answer.status_code == 403


def test_a_deactivated_user_is_refused(mock: Steered) -> None:
    user = mock.post(f"projects/{mock.project_id}/users", expect=201)
    key = mock.post(f"projects/{mock.project_id}/keys", {"scopes": ["*"], "user_id": user["id"]}, 201)
    client = mock.running.client(Authorization=f"Bearer {key['value']}")
    assert client.get(mock.running.insights).status_code == 200

    changed = mock.call("PATCH", f"users/{user['id']}", json={"is_active": False, "first_name": "Gone"})

    assert (changed["is_active"], changed["first_name"]) == (False, "Gone")
    assert client.get(mock.running.insights).status_code == 403


def test_a_changed_password_is_the_one_that_works(mock: Steered) -> None:
    user = mock.post(f"projects/{mock.project_id}/users", expect=201)
    mock.call("PATCH", f"users/{user['id']}", json={"password": "another one"})

    client = mock.running.client()

    login = {"email": user["email"], "password": user["password"]}
    assert client.post("/api/login", json=login).status_code == 400
    assert client.post("/api/login", json={**login, "password": "another one"}).status_code == 200


def test_a_taken_email_is_refused(mock: Steered) -> None:
    problem = mock.post(f"projects/{mock.project_id}/users", {"email": mock.running.email}, 409)

    assert problem["field"] == "email"


def test_a_key_has_the_scopes_that_were_chosen(mock: Steered) -> None:
    key = mock.post(f"projects/{mock.project_id}/keys", {"scopes": ["insight:read"]}, 201)
    client = mock.running.client(Authorization=f"Bearer {key['value']}")

    assert key.keys() == {"id", "value", "scopes"}
    assert client.get(mock.running.insights).status_code == 200
    assert client.post(mock.running.insights, json={}).status_code == 403


def test_a_key_keeps_to_its_projects(mock: Steered) -> None:
    other = mock.project(organization="same")
    body = {"scopes": ["*"], "scoped_teams": [other.id]}
    key = mock.post(f"projects/{mock.project_id}/keys", body, 201)

    answer = mock.running.client(Authorization=f"Bearer {key['value']}").get(mock.running.insights)

    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"scopes": ["nonsense"]}, "scopes[0]"),
        ({"scopes": "insight:read"}, "scopes"),
        ({}, "scopes"),
        ({"scopes": [], "scoped_teams": [999]}, "scoped_teams[0]"),
        ({"scopes": [], "scoped_organizations": ["x"]}, "scoped_organizations[0]"),
        ({"scopes": [], "user_id": 999}, "user_id"),
    ],
)
def test_an_impossible_key_is_refused(mock: Steered, body: dict[str, object], field: str) -> None:
    assert mock.post(f"projects/{mock.project_id}/keys", body, 422)["field"] == field


def test_a_session_signs_in_without_a_password(mock: Steered) -> None:
    made = mock.post(f"projects/{mock.project_id}/sessions", expect=201)
    client = mock.running.client(**{made["csrf"]["header"]: made["csrf"]["value"]})
    client.cookies.set(made["cookie"]["name"], made["cookie"]["value"])
    client.cookies.set(made["csrf"]["cookie"], made["csrf"]["value"])

    assert client.get("/api/users/@me").json()["email"] == mock.running.email
    assert client.post(mock.running.insights, json={"name": "by session"}).status_code == 201


def test_the_email_of_a_user_can_be_changed_but_not_to_anothers(mock: Steered) -> None:
    tenant = mock.project()
    one, other = (mock.post(f"projects/{tenant.id}/users", {}, 201) for _ in range(2))
    changed = mock.call("PATCH", f"users/{one['id']}", json={"email": "New@Example.com"})
    assert changed["email"] == "new@example.com"
    mock.call("PATCH", f"users/{one['id']}", 409, json={"email": other["email"]})
    mock.call("PATCH", f"users/{one['id']}", json={"email": "new@example.com"})


def test_a_key_cannot_be_limited_to_an_organization_that_is_not_there(mock: Steered) -> None:
    body = {"scopes": ["*"], "scoped_organizations": ["018f0000-0000-0000-0000-000000000000"]}
    problem = mock.post(f"projects/{mock.project_id}/keys", body, 422)
    assert problem["field"] == "scoped_organizations[0]"
