"""Projects as tenants: what belongs to one, and how it goes back to its beginning or goes away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from ..store import JSONObject, Store
from ..store.documents import ProjectDocument
from ..store.indexes import Fields
from ..store.schema import PROJECT_TABLES
from ..store.steering import TenantDocument
from .problems import Problem

# Theirs is not the project's content but how it is steered: a reset drops it all
STEERING: Final = ("clocks", "refresh_policies", "faults", "batches")
ACCOUNT_TABLES: Final = ("memberships", "personal_api_keys", "sessions")


@dataclass(frozen=True, slots=True)
class Origin:
    """How a project was laid out: ids by table and name, the source of chance, what was not its to decide."""

    named: Mapping[str, Mapping[str, int]]
    root: str
    chosen: tuple[str, ...] = ()


def note_tenant(
    store: Store,
    project_id: int,
    users: Iterable[int],
    organizations: Iterable[int],
    origin: Origin,
) -> TenantDocument:
    """Remember what a new project began with; `users` and `organizations` were made for it."""
    users = list(users)
    baseline: dict[str, list[JSONObject]] = {"projects": [_fields(store, "projects", project_id)]}
    for name in PROJECT_TABLES:
        if name not in (*STEERING, "tenants"):
            baseline[name] = _documents(store.table(name).find("project", project_id))
    baseline["users"] = [_fields(store, "users", user_id) for user_id in users]
    for name in ACCOUNT_TABLES:
        baseline[name] = _documents(_of_users(store, name, users))
    return store.tenants.add(
        {
            "id": store.tenants.new_id(),
            "project_id": project_id,
            "users": users,
            "organizations": list(organizations),
            "baseline": baseline,
            "named": {table: dict(names) for table, names in origin.named.items()},
            "root": origin.root,
            "chosen": list(origin.chosen),
        }
    )


def tenant_of(store: Store, project_id: int) -> TenantDocument:
    """What is remembered of a project; raises Problem for an unknown one."""
    found = store.tenants.find_one("project", project_id)
    if found is None:
        raise Problem("unknown_project", f"There is no project {project_id}.", field="project_id")
    return found


def add_user(store: Store, project_id: int, user_id: int) -> None:
    """Remember that a user was made for a project after its beginning."""
    tenant = tenant_of(store, project_id)
    store.tenants.amend(tenant["id"], {"users": [*tenant["users"], user_id]})


def restore_tenant(store: Store, project_id: int) -> ProjectDocument:
    """Put a project back to what it began with, in one transaction."""
    with store.transaction():
        tenant = tenant_of(store, project_id)
        _drop_content(store, tenant)
        for name, documents in tenant["baseline"].items():
            table = store.table(name)
            for document in documents:
                table.apply(cast("int", document["id"]), cast("Fields", document))
        kept = [cast("int", user["id"]) for user in tenant["baseline"]["users"]]
        store.tenants.amend(tenant["id"], {"users": kept})
    project = store.projects.fetch(project_id)
    if project is None:
        raise Problem("unknown_project", f"There is no project {project_id}.", field="project_id")
    return project


def drop_tenant(store: Store, project_id: int) -> None:
    """Remove a project and all that was made for it, in one transaction."""
    with store.transaction():
        tenant = tenant_of(store, project_id)
        _drop_content(store, tenant)
        store.projects.drop(project_id)
        store.tenants.drop(tenant["id"])
        for organization_id in tenant["organizations"]:
            if not store.projects.find_ids("organization", organization_id):
                for membership_id in store.memberships.find_ids("organization", organization_id):
                    store.memberships.drop(membership_id)
                store.organizations.drop(organization_id)
        for user in list(store.users.documents().values()):
            if user["current_project_id"] == project_id:
                store.users.amend(user["id"], {"current_project_id": None})


def _drop_content(store: Store, tenant: TenantDocument) -> None:
    """All documents of a project and the accounts that were made for it, and keys to it alone."""
    project_id = tenant["project_id"]
    for name in PROJECT_TABLES:
        if name != "tenants":
            table = store.table(name)
            for document_id in table.find_ids("project", project_id):
                table.drop(document_id)
    for name in ACCOUNT_TABLES:
        for document in list(_of_users(store, name, tenant["users"])):
            store.table(name).drop(cast("int", document["id"]))
    for user_id in tenant["users"]:
        store.users.drop(user_id)
    for key in list(store.personal_api_keys.documents().values()):
        if key["scoped_teams"] == [project_id]:
            store.personal_api_keys.drop(key["id"])


def _of_users(store: Store, name: str, users: Iterable[int]) -> Iterator[Fields]:
    table = store.table(name)
    for user_id in users:
        yield from table.find("user", user_id)


def _documents(found: Iterable[Fields]) -> list[JSONObject]:
    return [cast("JSONObject", document) for document in found]


def _fields(store: Store, name: str, document_id: int) -> JSONObject:
    found = store.table(name).fetch(document_id)
    if found is None:
        raise KeyError(f"{name}/{document_id}")
    return cast("JSONObject", found)
