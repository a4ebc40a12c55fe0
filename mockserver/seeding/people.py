"""An organisation, its project, its people and their API keys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final, TypedDict

from ..randomness import Randomness
from ..resources.keys import create_key, hash_value
from ..resources.organizations import ADMIN, MEMBER, OWNER
from ..store import JSONObject, Store, to_stored
from ..store.documents import OrganizationDocument, ProjectDocument
from .ground import Ground
from .moments import before
from .shapes import KeyEntry, OrganizationEntry, PersonEntry, ProjectEntry
from .templates import slug

LEVELS: Final[Mapping[str, int]] = MappingProxyType({"member": MEMBER, "admin": ADMIN, "owner": OWNER})
PASSWORD_LENGTH: Final = 16
API_TOKEN_LENGTH: Final = 43
DISTINCT_ID_LENGTH: Final = 43


class PersonFields(TypedDict):
    """The fields of a user that a fixture alone decides."""

    first_name: str
    last_name: str
    is_active: bool
    is_staff: bool
    is_email_verified: bool | None
    role_at_organization: str | None
    hedgehog_config: JSONObject | None


@dataclass(frozen=True, slots=True)
class Account:
    """Someone who can sign in, with a key of their own; `password` and `api_key` are readable here only."""

    user_id: int
    first_name: str
    email: str
    password: str | None
    api_key: str


def add_organization(
    store: Store,
    random: Randomness,
    now: datetime,
    entry: OrganizationEntry,
    features: list[str] | None = None,
) -> OrganizationDocument:
    """Make an organisation; `features` takes the place of the fixture's."""
    organization_id = store.organizations.new_id()
    uuid = random.stream(f"organizations/{organization_id}/uuid").uuid()
    created = to_stored(before(now, entry.get("created") or "365d"))
    document: OrganizationDocument = {
        "id": organization_id,
        "uuid": uuid,
        "name": entry["name"],
        "slug": slug(entry["name"]),
        "created_at": created,
        "updated_at": created,
        "features": list(entry.get("features") or []) if features is None else features,
        "members_can_use_personal_api_keys": entry.get("members_can_use_personal_api_keys", True),
        "allow_publicly_shared_resources": entry.get("allow_publicly_shared_resources", True),
        "is_ai_data_processing_approved": entry.get("is_ai_data_processing_approved", False),
    }
    return store.organizations.add(document)


def add_project(
    store: Store,
    random: Randomness,
    now: datetime,
    entry: ProjectEntry,
    *,
    organization_id: int,
    fixture: str,
    seed: int | str,
    ingested_event: bool,
    profile: str | None = None,
) -> ProjectDocument:
    """Make a project of an organisation."""
    project_id = store.projects.new_id(entry.get("id"))
    stream = random.stream(f"projects/{project_id}/identity")
    created = to_stored(before(now, entry.get("created") or "365d"))
    document: ProjectDocument = {
        "id": project_id,
        "uuid": stream.uuid(),
        "organization_id": organization_id,
        "name": entry["name"],
        "api_token": "phc_" + stream.text(API_TOKEN_LENGTH),
        "timezone": entry.get("timezone") or "UTC",
        "week_start_day": entry.get("week_start_day", 0),
        "created_at": created,
        "updated_at": created,
        "test_account_filters": list(entry.get("test_account_filters") or []),
        "is_demo": entry.get("is_demo", False),
        "ingested_event": ingested_event,
        "profile": profile,
        "fixture": fixture,
        "seed": str(seed),
        "seeded_at": to_stored(now),
    }
    return store.projects.add(document)


def add_people(ground: Ground, organization_id: int, *, first_signs_in: bool, limit_key: bool) -> Account:
    """Make the tenant's people and give the first one, with a key of scope `*`.

    `limit_key` keeps the key to this project.
    """
    people = ground.tenant["people"]
    passwords = [
        add_person(ground, organization_id, entry, signs_in=first_signs_in and place == 0)
        for place, entry in enumerate(people)
    ]
    user = ground.store.users.fetch(ground.id_of("people", people[0]["key"]))
    if user is None:
        raise KeyError(people[0]["key"])
    _, value = create_key(
        ground.store,
        ground.random,
        before(ground.now, people[0].get("joined") or "300d"),
        user_id=user["id"],
        label="Everything",
        scopes=["*"],
        scoped_teams=[ground.project_id] if limit_key else [],
    )
    return Account(user["id"], user["first_name"], user["email"], passwords[0], value)


def add_person(ground: Ground, organization_id: int, entry: PersonEntry, *, signs_in: bool) -> str | None:
    """Make one member and give their password, where they have one."""
    user_id = ground.new_id("users", entry["key"], entry.get("id"))
    password = _password(ground, user_id, entry, signs_in=signs_in)
    identity = ground.stream("users", user_id, "identity")
    joined = ground.ago(entry.get("joined"), "300d")
    ground.store.users.add(
        {
            "id": user_id,
            "uuid": identity.uuid(),
            "distinct_id": identity.text(DISTINCT_ID_LENGTH),
            "email": free_email(ground, entry["email"].lower()),
            "password_hash": ground.hashes.hash(password, ground.stream("users", user_id, "salt"))
            if password
            else None,
            "date_joined": joined,
            **told_of(entry),
            "current_organization_id": organization_id,
            "current_project_id": ground.project_id,
        }
    )
    ground.ids["people"][entry["key"]] = user_id
    ground.store.memberships.add(
        {
            "id": ground.store.memberships.new_id(),
            "user_id": user_id,
            "organization_id": organization_id,
            "level": LEVELS[entry.get("level", "member")],
            "joined_at": joined,
        }
    )
    return password


def _password(ground: Ground, user_id: int, entry: PersonEntry, *, signs_in: bool) -> str | None:
    if entry.get("password"):
        return entry["password"]
    if not entry.get("can_sign_in", signs_in):
        return None
    return ground.stream("users", user_id, "password").text(PASSWORD_LENGTH)


def told_of(entry: PersonEntry) -> PersonFields:
    """What a fixture alone decides of a user."""
    return {
        "first_name": entry["first_name"],
        "last_name": entry.get("last_name", ""),
        "is_active": entry.get("is_active", True),
        "is_staff": entry.get("is_staff", False),
        "is_email_verified": entry.get("is_email_verified", True),
        "role_at_organization": entry.get("role"),
        "hedgehog_config": entry.get("hedgehog"),
    }


def free_email(ground: Ground, email: str) -> str:
    """The email itself, or `name+p7@...` where another tenant already has it."""
    name, _, domain = email.rpartition("@")
    tried = email
    tag = 0
    while ground.store.users.find_one("email", tried) is not None:
        tried = f"{name}+p{ground.project_id}{f'-{tag}' if tag else ''}@{domain}"
        tag += 1
    return tried


def free_value(ground: Ground, entry: KeyEntry) -> str | None:
    """The value that a fixture gives a key, unless there is a key of that value already."""
    value = entry.get("value")
    if value is None or ground.store.personal_api_keys.find_one("value_hash", hash_value(value)) is None:
        return value
    return None


def untagged(email: str) -> str:
    """An email as the fixture has it, without what `free_email` may have put into it."""
    return re.sub(r"\+p\d+(-\d+)?@", "@", email)


def add_keys(ground: Ground) -> dict[str, str]:
    """Make the fixture's further API keys and give their values by label."""
    return {entry["label"]: add_key(ground, entry) for entry in ground.tenant.get("api_keys") or []}


def add_key(ground: Ground, entry: KeyEntry) -> str:
    """Make one API key and give its value: the fixture's, or a drawn one where another tenant has that."""
    key, value = create_key(
        ground.store,
        ground.random,
        before(ground.now, entry.get("created") or "60d"),
        user_id=ground.id_of("people", entry["of"]),
        label=entry["label"],
        scopes=entry["scopes"],
        scoped_teams=[ground.project_id] if entry.get("this_project_only") else [],
        value=free_value(ground, entry),
    )
    ground.note("personal_api_keys", entry["label"], key["id"])
    return value
