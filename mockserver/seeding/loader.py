"""From a fixture to a store full of documents, and to a project full of events.

`load_fixture` reads a file, `seed_store` fills a new store, `seed_project` adds one more tenant,
`seed_events` fills a project's event store when a query first asks, `dataset_digest` names the whole dataset.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import StartError
from ..randomness import Randomness
from ..store import Store
from ..store.documents import OrganizationDocument, ProjectDocument
from . import reading
from .contents import add_content
from .digest import dataset_digest, known_digest
from .ground import Ground, Named
from .hashes import Hashes
from .people import Account, add_keys, add_organization, add_people, add_project
from .reading import Fixture
from .shapes import TenantEntry
from .templates import NAMES_NOTHING, TemplateError
from .tenants import FilledTenants, filled_tenants, pools_of

if TYPE_CHECKING:
    from ..analytics.interface import Events, StoreCounts

__all__ = [
    "Fixture",
    "ProjectChoices",
    "Seeded",
    "SeededProject",
    "dataset_digest",
    "load_fixture",
    "seed_events",
    "seed_project",
    "seed_store",
]


@dataclass(frozen=True, slots=True)
class SeededProject:
    """One tenant as it was made; `password` and key values are readable here only. `keys` are by label.

    `named` are the ids of its documents by table and name, `root` the source of chance that they came from.
    """

    project_id: int
    organization_id: int
    user_id: int
    first_name: str
    email: str
    password: str | None
    api_key: str
    keys: dict[str, str]
    named: Named
    root: str


@dataclass(frozen=True, slots=True)
class Seeded:
    """A store as it was filled: the project that the fixture is about, and those of its neighbours."""

    primary: SeededProject
    neighbours: tuple[SeededProject, ...]
    digest: str

    @property
    def project_ids(self) -> tuple[int, ...]:
        """Every project, the primary one first."""
        return (self.primary.project_id, *(each.project_id for each in self.neighbours))


@dataclass(frozen=True, slots=True)
class ProjectChoices:
    """What whoever asks for a project may choose; None leaves it to the fixture.

    `organization` is the one that the project joins (None makes a new one), `features` the new one's plan.
    """

    name: str | None = None
    timezone: str | None = None
    week_start_day: int | None = None
    profile: str | None = None
    organization: OrganizationDocument | None = None
    features: list[str] | None = field(default=None)

    def taken(self) -> tuple[str, ...]:
        """The fields of the project that are chosen, and so not the fixture's to decide."""
        return tuple(_chosen_fields(self))


def load_fixture(name_or_path: str, folder: Path | None = None) -> Fixture:
    """The fixture called `demo` (in `folder`, by default the shipped ones) or in the file `my/own.yaml`.

    Raises StartError with one line: the file, the place in it, what is there and what should be.
    """
    return reading.load_fixture(name_or_path, folder)


def seed_store(
    store: Store, fixture: Fixture, *, seed: int | str, now: datetime, random: Randomness
) -> Seeded:
    """Fill a new store with a fixture's tenants, as if its history ended at `now`, in one transaction."""
    primary, *neighbours = add_tenants(store, fixture, seed=seed, now=now, random=random)
    return Seeded(primary, tuple(neighbours), known_digest(fixture, seed) or dataset_digest(fixture, seed))


def add_tenants(
    store: Store,
    fixture: Fixture,
    *,
    seed: int | str,
    now: datetime,
    random: Randomness,
    hashes: Hashes | None = None,
) -> list[SeededProject]:
    """Add a fixture's own tenant and then its neighbours, in one transaction."""
    tenants = filled(fixture, seed)
    with store.transaction():
        return [
            _add_tenant(
                store,
                fixture,
                tenant,
                seed=seed,
                now=now,
                random=random,
                hashes=hashes,
                has_events=place == 0 and _has_events(fixture),
                is_neighbour=place > 0,
            )
            for place, tenant in enumerate((tenants.own, *tenants.neighbours))
        ]


def seed_project(
    store: Store,
    fixture: Fixture,
    *,
    seed: int | str,
    now: datetime,
    random: Randomness,
    choices: ProjectChoices | None = None,
) -> SeededProject:
    """Add one more tenant with what a fixture holds for its own one, in one transaction.

    Its key has scope `*` and reaches this project alone; an email that is taken gets the project's number.
    """
    own = filled(fixture, seed).own
    with store.transaction():
        return _add_tenant(
            store,
            fixture,
            own,
            seed=seed,
            now=now,
            random=random,
            has_events=_has_events(fixture),
            choices=choices or ProjectChoices(),
        )


def filled(fixture: Fixture, seed: int | str) -> FilledTenants:
    """A fixture's tenants with their templates filled in; raises StartError."""
    try:
        return filled_tenants(fixture.content, fixture.names(seed))
    except TemplateError as error:
        raise StartError(f"{fixture.path}: {error.text!r} {NAMES_NOTHING}") from None


def _has_events(fixture: Fixture) -> bool:
    return bool(fixture.content.get("population"))


def _add_tenant(
    store: Store,
    fixture: Fixture,
    tenant: TenantEntry,
    *,
    seed: int | str,
    now: datetime,
    random: Randomness,
    has_events: bool = False,
    is_neighbour: bool = False,
    choices: ProjectChoices | None = None,
    hashes: Hashes | None = None,
) -> SeededProject:
    chosen = choices or ProjectChoices()
    organization = chosen.organization or add_organization(
        store, random, now, tenant["organization"], chosen.features
    )
    project = add_project(
        store,
        random,
        now,
        tenant["project"],
        organization_id=organization["id"],
        fixture="empty" if is_neighbour else fixture.name,
        seed=seed,
        ingested_event=has_events,
        profile=chosen.profile,
    )
    project = store.projects.amend(project["id"], _chosen_fields(chosen)) if choices else project
    ground = Ground(
        store=store,
        random=random,
        now=now,
        tenant=tenant,
        project_id=project["id"],
        hashes=hashes or fixture.hashes(seed),
    )
    account = add_people(
        ground, organization["id"], first_signs_in=not is_neighbour, limit_key=choices is not None
    )
    keys = add_keys(ground)
    population = fixture.content.get("population") if has_events else None
    add_content(ground, population, seed, fixture.content.get("recorded"))
    return _seeded(account, keys, project, organization, ground)


def _chosen_fields(chosen: ProjectChoices) -> dict[str, object]:
    fields = {"name": chosen.name, "timezone": chosen.timezone, "week_start_day": chosen.week_start_day}
    return {name: value for name, value in fields.items() if value is not None}


def _seeded(
    account: Account,
    keys: dict[str, str],
    project: ProjectDocument,
    organization: OrganizationDocument,
    ground: Ground,
) -> SeededProject:
    return SeededProject(
        project_id=project["id"],
        organization_id=organization["id"],
        user_id=account.user_id,
        first_name=account.first_name,
        email=account.email,
        password=account.password,
        api_key=account.api_key,
        keys=keys,
        named=ground.named,
        root=str(ground.random.seed),
    )


def seed_events(
    events: Events,
    fixture: Fixture,
    *,
    seed: int | str,
    now: datetime,
    project: ProjectDocument,
) -> StoreCounts:
    """Load a project's events and people, as they would be at `now`, into its empty event store.

    `now` is the moment at which the project was seeded, so that documents and events agree. Some 0.3 s for
    70,000 events. A fixture without a population loads nothing, nor does a project that has never had events.
    """
    population = fixture.content.get("population")
    if population and project["ingested_event"]:
        from .crowd import person_columns
        from .dataset import build_dataset

        dataset = build_dataset(population, seed)
        pools = pools_of(fixture.content, fixture.names(seed))
        events.load_columns(person_columns(population, dataset, pools, seed, now), dataset.moved(now))
    return events.counts()
