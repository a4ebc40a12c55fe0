"""Laying projects out again when their fixture has changed, without losing what was made since."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, cast

from ..randomness import Randomness
from ..seeding.again import CONTENT, Relaid, seed_again
from ..seeding.loader import Fixture
from ..store import JSONObject, Store
from ..store.documents import ProjectDocument
from ..store.steering import TenantDocument
from .seeds import SEED
from .tenants import ACCOUNT_TABLES, tenant_of

if TYPE_CHECKING:
    from ..services import Services

# which field of which table names a document of another, without which it is nothing
DEPENDENT: Final = (
    ("tiles", "insight_id", "insights"),
    ("tiles", "dashboard_id", "dashboards"),
    ("sharing", "insight_id", "insights"),
    ("sharing", "dashboard_id", "dashboards"),
    ("share_passwords", "sharing_id", "sharing"),
    ("alerts", "insight_id", "insights"),
    ("views", "insight_id", "insights"),
    ("refresh_policies", "insight_id", "insights"),
)
COMPUTED: Final = ("cached_results", "jobs")


def lay_out_again(services: Services, fixture: Fixture) -> list[int]:
    """Lay out each project that was made from a fixture as it says now; which they are.

    In one transaction; raises StartError and changes nothing where the fixture can't be used. Results and
    background queries go, since the events may be others.
    """
    store = services.store
    projects = [each for each in store.projects.documents().values() if each["fixture"] == fixture.name]
    with store.transaction():
        for project in projects:
            _lay_out(store, fixture, project)
    for project in projects:
        services.refresh.calculator.events.forget(project["id"])
    return [project["id"] for project in projects]


def note_digest(store: Store, fixture: Fixture, projects: list[int], digest: str) -> None:
    """Bring what is told of the seed in line, where its own project was laid out again."""
    held = store.meta.find_one("name", SEED)
    if held is None or held["project_id"] not in projects:
        return
    first = fixture.content["people"][0]
    member = tenant_of(store, held["project_id"]).get("named", {})["users"][first["key"]]
    user = store.users.fetch(member)
    changes: dict[str, object] = {"digest": digest, "email": user["email"] if user else held["email"]}
    if "password" in first:
        changes["password"] = first["password"]
    store.meta.amend(cast("int", held["id"]), changes)


def _lay_out(store: Store, fixture: Fixture, project: ProjectDocument) -> None:
    tenant = tenant_of(store, project["id"])
    for table in COMPUTED:
        for number in store.table(table).find_ids("project", project["id"]):
            store.table(table).drop(number)
    made = seed_again(
        store,
        fixture,
        project,
        random=Randomness(tenant.get("root") or project["seed"]),
        kept=tenant.get("named") or _numbered(tenant),
        chosen=tenant.get("chosen") or (),
    )
    _drop_second_sharing(store, project["id"], made)
    _drop_orphans(store, project["id"])
    _drop_people(store, made.gone)
    users = [each for each in tenant["users"] if each not in made.gone]
    users += [each for each in made.named["users"].values() if each not in users]
    store.tenants.amend(
        tenant["id"],
        {
            "named": {table: dict(names) for table, names in made.named.items()},
            "users": users,
            "baseline": _baseline(store, project["id"], tenant, made),
        },
    )


def _numbered(tenant: TenantDocument) -> dict[str, dict[str, int]]:
    """Names for what a project began with before names were kept: each goes, and none gives its id on."""
    return {
        table: {f"#{document['id']}": cast("int", document["id"]) for document in documents}
        for table, documents in tenant["baseline"].items()
        if table in CONTENT
    }


def _drop_second_sharing(store: Store, project_id: int, made: Relaid) -> None:
    """A link of somebody's own to what the fixture shares now gives way to the fixture's."""
    laid_out = set(made.named.get("sharing", {}).values())
    for number in laid_out:
        found = store.sharing.fetch(number)
        index, target = (
            ("insight", "insight_id") if found and found["insight_id"] else ("dashboard", "dashboard_id")
        )
        for other in store.sharing.find(index, found[target]) if found else ():  # type: ignore[literal-required]
            if other["id"] not in laid_out and other["project_id"] == project_id:
                store.sharing.drop(other["id"])


def _drop_orphans(store: Store, project_id: int) -> None:
    for table, field, of in DEPENDENT:
        for document in store.table(table).find("project", project_id):
            number = document[field]
            if number is not None and store.table(of).fetch(cast("int", number)) is None:
                store.table(table).drop(cast("int", document["id"]))


def _drop_people(store: Store, gone: frozenset[int]) -> None:
    for user_id in gone:
        for name in ACCOUNT_TABLES:
            for number in store.table(name).find_ids("user", user_id):
                store.table(name).drop(number)
        if store.users.fetch(user_id) is not None:
            store.users.drop(user_id)


def _baseline(
    store: Store, project_id: int, tenant: TenantDocument, made: Relaid
) -> Mapping[str, list[JSONObject]]:
    """What a reset goes back to from now on: what the fixture laid out, and the keys it began with."""
    before = tenant["baseline"]
    users = list(made.named["users"].values())
    numbers = {table: list(made.named.get(table, {}).values()) for table in CONTENT}
    numbers |= {"projects": [project_id], "users": users}
    numbers["memberships"] = [
        number for user_id in users for number in store.memberships.find_ids("user", user_id)
    ]
    kept = [cast("int", document["id"]) for document in before.get("personal_api_keys", [])]
    numbers["personal_api_keys"] = list(
        dict.fromkeys([*kept, *made.named.get("personal_api_keys", {}).values()])
    )
    documents = {
        table: [cast("JSONObject", found) for each in listed if (found := store.table(table).fetch(each))]
        for table, listed in numbers.items()
    }
    return {**{table: [] for table in before}, **documents}
