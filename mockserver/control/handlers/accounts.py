"""Users, personal API keys and sessions."""

from __future__ import annotations

from typing import cast

from ...api.call import Answer
from ...resources.keys import create_key
from ...resources.organizations import MEMBER
from ...resources.passwords import hash_password
from ...resources.sessions import CSRF_COOKIE, SESSION_COOKIE, create_session
from ...store import JSONObject, to_stored
from ...store.documents import UserDocument
from ..call import ControlCall
from ..problems import Problem, invalid
from ..tenants import add_user, tenant_of

PASSWORD_LENGTH = 16
DISTINCT_ID_LENGTH = 43
DEFAULT_LABEL = "Made by the control plane"


def mock_users_create(call: ControlCall) -> Answer:
    """Make a user of the project's organisation."""
    project, body, services = call.project, call.body, call.services
    store, now = services.store, to_stored(services.clock_of(call.project["id"]).now())
    user_id = store.users.new_id()
    random = services.random.stream(f"users/{user_id}")
    first_name = cast("str", body.get("first_name", f"User {user_id}"))
    email = cast("str", body.get("email", f"user-{user_id}@example.com")).lower()
    password = cast("str", body.get("password") or random.stream("password").text(PASSWORD_LENGTH))
    identity = random.stream("identity")
    _check_email(call, email)
    with store.transaction():
        user = store.users.add(
            {
                "id": user_id,
                "uuid": identity.uuid(),
                "distinct_id": identity.text(DISTINCT_ID_LENGTH),
                "first_name": first_name,
                "last_name": "",
                "email": email,
                "password_hash": hash_password(password, random.stream("salt")),
                "is_active": cast("bool", body.get("is_active", True)),
                "is_staff": False,
                "is_email_verified": True,
                "role_at_organization": None,
                "hedgehog_config": None,
                "date_joined": now,
                "current_organization_id": project["organization_id"],
                "current_project_id": project["id"],
            }
        )
        if body.get("member", True):
            store.memberships.add(
                {
                    "id": store.memberships.new_id(),
                    "user_id": user_id,
                    "organization_id": project["organization_id"],
                    "level": MEMBER,
                    "joined_at": now,
                }
            )
        add_user(store, project["id"], user_id)
    return Answer(
        {
            "id": user_id,
            "uuid": user["uuid"],
            "email": email,
            "password": password,
            "first_name": first_name,
        },
        201,
    )


def mock_users_update(call: ControlCall) -> Answer:
    """Change a user."""
    user = _user(call, call.number("user_id"), "user_id", missing_is_404=True)
    changes: dict[str, object] = {key: value for key, value in call.body.items() if key != "password"}
    if "email" in changes:
        changes["email"] = str(changes["email"]).lower()
        _check_email(call, cast("str", changes["email"]), except_user=user["id"])
    if "password" in call.body:
        salt = call.services.random.stream(f"users/{user['id']}/salt/{user['password_hash']}")
        changes["password_hash"] = hash_password(cast("str", call.body["password"]), salt)
    return Answer(_shape(call.services.store.users.amend(user["id"], changes)))


def mock_keys_create(call: ControlCall) -> Answer:
    """Make a personal API key."""
    project, body, store = call.project, call.body, call.services.store
    user = _wanted_user(call)
    teams = cast("list[int]", body.get("scoped_teams", []))
    for place, team in enumerate(teams):
        if store.projects.fetch(team) is None:
            raise invalid(f"scoped_teams[{place}]", f"There is no project {team}.")
    organizations = cast("list[str]", body.get("scoped_organizations", []))
    for place, uuid in enumerate(organizations):
        if store.organizations.find_one("uuid", uuid) is None:
            raise invalid(f"scoped_organizations[{place}]", f"There is no organization {uuid}.")
    key, value = create_key(
        store,
        call.services.random,
        call.services.clock_of(project["id"]).now(),
        user_id=user["id"],
        label=cast("str", body.get("label", DEFAULT_LABEL)),
        scopes=cast("list[str]", body["scopes"]),
        scoped_teams=teams,
        scoped_organizations=organizations,
    )
    return Answer({"id": key["uuid"], "value": value, "scopes": list(key["scopes"])}, 201)


def mock_sessions_create(call: ControlCall) -> Answer:
    """Sign a user in."""
    user = _wanted_user(call)
    session, value = create_session(
        call.services.store, call.services.random, call.services.clock.now(), user["id"]
    )
    return Answer(
        {
            "cookie": {"name": SESSION_COOKIE, "value": value},
            "csrf": {"cookie": CSRF_COOKIE, "header": "X-CSRFToken", "value": session["csrf_token"]},
        },
        201,
    )


def _wanted_user(call: ControlCall) -> UserDocument:
    """The user that the body names, or the project's first one; raises Problem."""
    wanted = call.body.get("user_id")
    if isinstance(wanted, int):
        return _user(call, wanted, "user_id", missing_is_404=False)
    users = tenant_of(call.services.store, call.project["id"])["users"]
    if not users:
        raise invalid("user_id", "The project has no user of its own; name one.")
    return _user(call, users[0], "user_id", missing_is_404=False)


def _user(call: ControlCall, user_id: int, field: str, *, missing_is_404: bool) -> UserDocument:
    found = call.services.store.users.fetch(user_id)
    if found is None:
        text = f"There is no user {user_id}."
        raise Problem("unknown_user", text, field=field) if missing_is_404 else invalid(field, text)
    return found


def _check_email(call: ControlCall, email: str, except_user: int | None = None) -> None:
    held = call.services.store.users.find_one("email", email)
    if held is not None and held["id"] != except_user:
        raise Problem("email_taken", f"User {held['id']} has the email {email}.", field="email")


def _shape(user: UserDocument) -> JSONObject:
    return {
        "id": user["id"],
        "uuid": user["uuid"],
        "email": user["email"],
        "first_name": user["first_name"],
        "last_name": user["last_name"],
        "is_active": user["is_active"],
        "is_staff": user["is_staff"],
        "is_email_verified": user["is_email_verified"],
    }
