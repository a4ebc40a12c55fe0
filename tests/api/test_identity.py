"""Users, personal API keys, projects and organisations."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.resources.keys import create_key
from mockserver.resources.scopes import has_scope

from ..conftest import Running, StartServer


def key(running: Running, *scopes: str, **limits: Any) -> dict[str, str]:
    """The header of a new key with these scopes."""
    services = running.server.services
    user = next(user for user in running.store.users.documents().values() if user["email"] == running.email)
    _, value = create_key(
        running.store,
        services.random,
        services.clock.now(),
        user_id=user["id"],
        label="test",
        scopes=scopes or ("*",),
        **limits,
    )
    return {"Authorization": f"Bearer {value}"}


def organization(running: Running) -> Any:
    return running.store.organizations.fetch(
        running.store.projects.fetch(running.project_id)["organization_id"]
    )


def foreign_project(running: Running, *, member: bool) -> int:
    """Another organisation with a project, which the caller belongs to or not."""
    store = running.store
    own = organization(running)
    number = store.organizations.new_id()
    uuid = f"00000000-0000-4000-8000-{number:012d}"
    store.organizations.add({**own, "id": number, "uuid": uuid, "name": "Other"})
    project_id = store.projects.new_id()
    first = store.projects.fetch(running.project_id)
    store.projects.add(
        {
            **first,
            "id": project_id,
            "uuid": f"10000000-0000-4000-8000-{number:012d}",
            "organization_id": number,
            "api_token": f"phc_{number}",
        }
    )
    if member:
        membership = next(iter(store.memberships.documents().values()))
        store.memberships.add({**membership, "id": store.memberships.new_id(), "organization_id": number})
    return int(project_id)


@pytest.mark.parametrize(
    ("granted", "required", "allowed"),
    [
        (["insight:read"], "insight:read", True),
        (["insight:write"], "insight:read", True),
        (["insight:read"], "insight:write", False),
        (["*"], "dashboard:write", True),
        (["dashboard:write"], "insight:read", False),
        ([], "insight:read", False),
    ],
)
def test_write_includes_read_and_a_star_everything(granted: list[str], required: str, allowed: bool) -> None:
    assert has_scope(granted, required) is allowed


def test_a_key_is_stored_as_a_hash_and_shown_masked(docs: Running) -> None:
    session = docs.session()
    made = session.post("/api/personal_api_keys", json={"label": "CI", "scopes": ["insight:read"]})
    assert made.status_code == 201, made.text
    shown = made.json()
    assert shown["value"].startswith("phx_")
    assert shown["mask_value"] == f"phx_...{shown['value'][-4:]}"
    assert shown["value"] not in str(docs.store.personal_api_keys.documents())
    header = {"Authorization": f"Bearer {shown['value']}"}
    own = docs.anonymous.get("/api/personal_api_keys/@current", headers=header).json()
    assert (own["value"], own["scopes"]) == (None, ["insight:read"])
    assert (own["scoped_teams"], own["scoped_organizations"]) == ([], [])


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({"label": " ", "scopes": ["*"]}, "label"),
        ({"label": "x" * 41, "scopes": ["*"]}, "label"),
        ({"label": "x", "scopes": []}, "scopes"),
        ({"label": "x", "scopes": ["*"], "scoped_teams": [987654]}, "scoped_teams"),
        (
            {
                "label": "x",
                "scopes": ["*"],
                "scoped_organizations": ["00000000-0000-4000-8000-000000000099"],
            },
            "scoped_organizations",
        ),
    ],
)
def test_a_key_with_bad_fields_is_refused(docs: Running, body: dict[str, Any], attr: str) -> None:
    answer = docs.session().post("/api/personal_api_keys", json=body)
    assert (answer.status_code, answer.json()["attr"]) == (400, attr)


def test_an_eleventh_key_is_refused(start: StartServer) -> None:
    running = start()
    session = running.session()
    statuses = [
        session.post("/api/personal_api_keys", json={"label": "x", "scopes": ["*"]}).status_code
        for _ in range(11)
    ]
    assert statuses[-1] == 400
    assert 201 in statuses


def test_a_key_cannot_make_keys(docs: Running) -> None:
    answer = docs.http.post("/api/personal_api_keys", json={"label": "x", "scopes": ["*"]})
    assert answer.status_code == 403


def test_a_session_has_no_current_key(docs: Running) -> None:
    assert docs.session().get("/api/personal_api_keys/@current").status_code == 404


def test_me_names_the_current_project_and_organisation(docs: Running) -> None:
    me = docs.http.get("/api/users/@me").json()
    assert me["email"] == docs.email
    assert me["team"]["id"] == docs.project_id
    assert me["organization"]["id"] == me["organizations"][0]["id"] == organization(docs)["uuid"]


def test_me_without_credentials_is_401(docs: Running) -> None:
    answer = docs.anonymous.get("/api/users/@me")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_the_current_project_can_be_asked_for_by_name(docs: Running) -> None:
    by_name = docs.http.get("/api/projects/@current")
    assert by_name.status_code == 200
    assert by_name.json() == docs.http.get(f"/api/projects/{docs.project_id}").json()
    assert docs.http.get("/api/projects/@current/insights").status_code == 200


def test_projects_are_a_page(docs: Running) -> None:
    page = docs.http.get("/api/projects").json()
    assert docs.project_id in [project["id"] for project in page["results"]]
    assert page["count"] == len(page["results"])


@pytest.mark.parametrize("value", ["999999", "abc", "1e3", "-1", "9" * 40])
def test_an_unknown_project_is_404(docs: Running, value: str) -> None:
    for path in (f"/api/projects/{value}", f"/api/projects/{value}/insights"):
        answer = docs.http.get(path)
        assert (answer.status_code, answer.json()["detail"]) == (404, "Project not found.")


def test_a_project_of_strangers_is_403(start: StartServer) -> None:
    running = start()
    project_id = foreign_project(running, member=False)
    for path in (f"/api/projects/{project_id}", f"/api/projects/{project_id}/insights"):
        answer = running.http.get(path)
        assert answer.status_code == 403
        assert answer.json()["detail"] == "You don't have access to the project."
    listed = running.http.get("/api/projects").json()["results"]
    assert project_id not in [project["id"] for project in listed]


def test_a_key_limited_to_projects_sees_only_those(start: StartServer) -> None:
    running = start()
    other = foreign_project(running, member=True)
    header = key(running, scoped_teams=[running.project_id])
    get = running.anonymous.get
    assert get(running.insights, headers=header).status_code == 200
    assert get(f"/api/projects/{running.project_id}", headers=header).status_code == 200
    refused = get(f"/api/projects/{other}/insights", headers=header)
    assert refused.status_code == 403
    assert refused.json()["detail"] == f"API key does not have access to the requested project: ID {other}."
    assert get(f"/api/projects/{other}", headers=header).status_code == 403


def test_a_key_limited_to_projects_has_no_business_elsewhere(start: StartServer) -> None:
    running = start()
    header = key(running, scoped_teams=[running.project_id])
    unknown = "/api/organizations/0f03fe5d-fe64-4135-8cc4-ea6f9ed596a2"
    for path in ("/api/projects", "/api/organizations", "/api/organizations/@current", unknown):
        answer = running.anonymous.get(path, headers=header)
        assert answer.status_code == 403, path
        assert "only supported on project-based endpoints" in answer.json()["detail"]
    assert running.anonymous.get("/api/users/@me", headers=header).status_code == 200


def test_a_key_limited_to_organisations_sees_only_their_projects(start: StartServer) -> None:
    running = start()
    other = foreign_project(running, member=True)
    own = organization(running)["uuid"]
    header = key(running, scoped_organizations=[own])
    get = running.anonymous.get
    listed = get("/api/projects", headers=header).json()["results"]
    assert [project["id"] for project in listed] == [running.project_id]
    refused = get(f"/api/projects/{other}/insights", headers=header)
    assert refused.status_code == 403
    assert "requested organization: ID" in refused.json()["detail"]
    foreign = running.store.projects.fetch(other)["organization_id"]
    uuid = running.store.organizations.fetch(foreign)["uuid"]
    assert get(f"/api/organizations/{uuid}", headers=header).status_code == 404
    assert get(f"/api/organizations/{own}/projects", headers=header).json()["count"] == 1


def test_an_organisation_may_forbid_keys(start: StartServer) -> None:
    running = start()
    own = organization(running)
    running.store.organizations.amend(own["id"], {"members_can_use_personal_api_keys": False})
    answer = running.http.get(running.insights)
    assert answer.status_code == 403
    assert answer.json()["detail"].startswith(f"Organization '{own['name']}' does not allow")
    assert running.session().get(running.insights).status_code == 200


def test_an_organisation_lists_its_projects(docs: Running) -> None:
    shown = docs.http.get("/api/organizations/@current").json()
    assert docs.project_id in [team["id"] for team in shown["teams"]]
    listed = docs.http.get(f"/api/organizations/{shown['id']}/projects").json()
    assert [project["id"] for project in listed["results"]] == [team["id"] for team in shown["teams"]]
    assert docs.http.get("/api/organizations").json()["results"][0]["id"] == shown["id"]
