"""Laying out the seed: a new server, one more project, and back to the beginning."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from ..randomness import Randomness
from ..seeding.loader import ProjectChoices, SeededProject, seed_project, seed_store
from ..store import JSONObject, Store
from ..store.documents import ProjectDocument
from .clock_keeping import START, load_clocks
from .fixture_shelf import FixtureShelf
from .tenants import Origin, note_tenant, restore_tenant

if TYPE_CHECKING:
    from ..services import Services

SEED: Final = "seed"


def seed_document(store: Store) -> JSONObject:
    """What the store was seeded from, and the seeded project's credentials."""
    found = store.meta.find_one("name", SEED)
    if found is None:
        raise LookupError("the store was never seeded")
    return cast("JSONObject", found)


def lay_out(store: Store, fixtures: FixtureShelf, *, fixture: str, seed: str, now: datetime) -> None:
    """Fill an empty store, in one transaction; raises StartError for a fixture that can't be used."""
    found = fixtures.fixture(fixture)
    with store.transaction():
        seeded = seed_store(store, found, seed=seed, now=now, random=Randomness(seed))
        for project in (seeded.primary, *seeded.neighbours):
            owned = [
                each["user_id"] for each in store.memberships.find("organization", project.organization_id)
            ]
            origin = Origin(project.named, project.root)
            note_tenant(store, project.project_id, owned, [project.organization_id], origin)
        store.meta.add(
            {
                "id": store.meta.new_id(),
                "name": SEED,
                "seed": seed,
                "fixture": fixture,
                "digest": seeded.digest,
                "project_id": seeded.primary.project_id,
                "api_key": seeded.primary.api_key,
                "email": seeded.primary.email,
                "password": seeded.primary.password,
            }
        )


def start_over(services: Services, fixture: str | None = None, seed: str | None = None) -> None:
    """Bring a server back to its seed, or to another; raises StartError and changes nothing where it can't.

    Clocks, policies, faults and the journal go back too; snapshots stay.
    """
    held = seed_document(services.store)
    fixture = fixture or cast("str", held["fixture"])
    seed = seed or cast("str", held["seed"])
    fresh = Store()
    lay_out(fresh, services.control.fixtures, fixture=fixture, seed=seed, now=services.clocks.start_now())
    start = services.store.meta.find_one("name", START)
    if start is not None:
        fresh.meta.add({**start, "id": fresh.meta.new_id()})
    services.store.replace(fresh.contents())
    services.control.journal.clear()
    services.control.explanations.clear()
    settle(services)


def settle(services: Services) -> None:
    """Bring what follows from documents in line with them, after they were put in place as a whole."""
    load_clocks(services)
    services.refresh.calculator.events.align()
    services.random = Randomness(cast("str", seed_document(services.store)["seed"])).stream("live")


def new_project(
    services: Services,
    *,
    fixture: str,
    seed: str | None,
    join: ProjectDocument | None,
    choices: ProjectChoices,
) -> SeededProject:
    """Add one more tenant; with `join`, in that project's organisation. Raises StartError."""
    store = services.store
    found = services.control.fixtures.fixture(fixture)
    first_user = store.users.last_id + 1
    with store.transaction():
        made = seed_project(
            store,
            found,
            seed=seed or cast("str", seed_document(store)["seed"]),
            now=services.clock.now(),
            random=services.random,
            choices=choices,
        )
        users: Sequence[int] = range(first_user, store.users.last_id + 1)
        origin = Origin(made.named, made.root, choices.taken())
        note_tenant(store, made.project_id, users, [] if join else [made.organization_id], origin)
    return made


def reset_project(services: Services, project_id: int) -> ProjectDocument:
    """Put a project back to what it began with; its id, keys and first users stay valid."""
    project = restore_tenant(services.store, project_id)
    services.clocks.forget(project_id)
    services.control.journal.clear(project_id)
    services.refresh.calculator.events.align()
    return project
