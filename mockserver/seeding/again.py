"""Laying a tenant out again, from a fixture that has changed, under the ids that it had."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from ..randomness import Randomness
from ..resources.keys import hash_value, mask_value
from ..store import Store, from_stored
from ..store.documents import ProjectDocument
from .contents import add_content
from .ground import Ground, Named
from .loader import filled
from .people import LEVELS, add_key, add_person, free_email, free_value, told_of, untagged
from .reading import Fixture
from .shapes import KeyEntry, PersonEntry, ProjectEntry

CONTENT: Final = (
    "actions",
    "cohorts",
    "variables",
    "insights",
    "dashboards",
    "tiles",
    "sharing",
    "share_passwords",
    "alerts",
    "views",
    "activities",
    "cached_results",
)
"""The tables whose documents a fixture lays out, but for people and their keys."""


@dataclass(frozen=True, slots=True)
class Relaid:
    """A tenant that was laid out again: the ids of its documents by table and name, and who is gone."""

    named: Named
    gone: frozenset[int]


def seed_again(
    store: Store,
    fixture: Fixture,
    project: ProjectDocument,
    *,
    random: Randomness,
    kept: Named,
    chosen: Collection[str] = (),
) -> Relaid:
    """Put what a fixture says now in the place of what it said before, within a transaction of the caller's.

    Entries that are called as before keep ids, keys and links; edits made to them since are lost. `chosen`
    are the fields of the project that were not the fixture's to decide. Raises StartError before anything
    is changed.
    """
    seed = project["seed"]
    tenant = filled(fixture, seed).own
    ground = Ground(
        store=store,
        random=random,
        now=from_stored(project["seeded_at"]),
        tenant=tenant,
        project_id=project["id"],
        hashes=fixture.hashes(seed),
        kept=_with_first_person(kept, tenant["people"][0]["key"]),
    )
    population = fixture.content.get("population") or None
    for table in CONTENT:
        for number in kept.get(table, {}).values():
            if store.table(table).fetch(number) is not None:
                store.table(table).drop(number)
    store.projects.amend(
        project["id"],
        {**_project_fields(tenant["project"], chosen), "ingested_event": population is not None},
    )
    gone = _people_again(ground, project["organization_id"])
    _keys_again(ground)
    add_content(ground, population, seed, fixture.content.get("recorded"))
    return Relaid(ground.named, gone)


def _with_first_person(kept: Named, key: str) -> dict[str, Mapping[str, int]]:
    """Whoever comes first is who came first before: the owner of the API key."""
    users = kept.get("users") or {}
    if key in users or not users:
        return dict(kept)
    first = next(iter(users))
    return {**kept, "users": {key if name == first else name: number for name, number in users.items()}}


def _project_fields(entry: ProjectEntry, chosen: Collection[str]) -> dict[str, object]:
    fields = {
        "name": entry["name"],
        "timezone": entry.get("timezone") or "UTC",
        "week_start_day": entry.get("week_start_day", 0),
        "test_account_filters": list(entry.get("test_account_filters") or []),
        "is_demo": entry.get("is_demo", False),
    }
    return {name: value for name, value in fields.items() if name not in chosen}


def _people_again(ground: Ground, organization_id: int) -> frozenset[int]:
    """Amend who was there, add who is new; who is gone."""
    before = ground.kept.get("users") or {}
    for place, entry in enumerate(ground.tenant["people"]):
        number = before.get(entry["key"])
        if number is None or ground.store.users.fetch(number) is None:
            add_person(ground, organization_id, entry, signs_in=place == 0)
        else:
            _amend_person(ground, number, organization_id, entry)
    return frozenset(before.values()) - frozenset(ground.named["users"].values())


def _amend_person(ground: Ground, number: int, organization_id: int, entry: PersonEntry) -> None:
    user = ground.store.users.fetch(number)
    fields: dict[str, object] = {**told_of(entry)}
    email = entry["email"].lower()
    if user is not None and untagged(user["email"]) != email:
        fields["email"] = free_email(ground, email)
    if "password" in entry:
        fields["password_hash"] = ground.hashes.hash(
            entry["password"], ground.stream("users", number, "salt")
        )
    ground.store.users.amend(number, fields)
    ground.ids["people"][entry["key"]] = number
    ground.note("users", entry["key"], number)
    member = ground.store.memberships.find_one("pair", (number, organization_id))
    if member is not None:
        ground.store.memberships.amend(member["id"], {"level": LEVELS[entry.get("level", "member")]})


def _keys_again(ground: Ground) -> None:
    keys = ground.store.personal_api_keys
    before = ground.kept.get("personal_api_keys") or {}
    for entry in ground.tenant.get("api_keys") or []:
        number = before.get(entry["label"])
        if number is None or keys.fetch(number) is None:
            add_key(ground, entry)
        else:
            keys.amend(number, _key_fields(ground, entry))
            ground.note("personal_api_keys", entry["label"], number)
    for number in set(before.values()) - set(ground.named.get("personal_api_keys", {}).values()):
        if keys.fetch(number) is not None:
            keys.drop(number)


def _key_fields(ground: Ground, entry: KeyEntry) -> dict[str, object]:
    fields: dict[str, object] = {
        "scopes": list(entry["scopes"]),
        "scoped_teams": [ground.project_id] if entry.get("this_project_only") else [],
        "user_id": ground.id_of("people", entry["of"]),
    }
    if (value := free_value(ground, entry)) is not None:
        fields |= {"value_hash": hash_value(value), "mask_value": mask_value(value)}
    return fields
