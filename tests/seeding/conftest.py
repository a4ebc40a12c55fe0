"""Fixtures of the program under test, read and seeded once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from mockserver.analytics.events import EventStore
from mockserver.randomness import Randomness
from mockserver.seeding.loader import Fixture, Seeded, load_fixture, seed_events, seed_store
from mockserver.store import Store

NOW = datetime(2026, 6, 17, 12, 0, 0, tzinfo=UTC)  # a Wednesday


@dataclass(frozen=True, slots=True)
class Filled:
    """A store filled from a fixture."""

    store: Store
    seeded: Seeded
    fixture: Fixture


def fill(name: str = "demo", *, seed: str = "1", now: datetime = NOW) -> Filled:
    """A store of its own, filled."""
    store = Store()
    fixture = load_fixture(name)
    seeded = seed_store(store, fixture, seed=seed, now=now, random=Randomness(seed))
    return Filled(store, seeded, fixture)


@pytest.fixture(scope="session")
def demo() -> Filled:
    """The demo, which no test may change."""
    return fill()


@pytest.fixture(scope="session")
def demo_events(demo: Filled) -> Iterator[EventStore]:
    """The demo's events, which no test may change."""
    events = EventStore()
    project = demo.store.projects.fetch(demo.seeded.primary.project_id)
    assert project is not None
    seed_events(events, demo.fixture, seed="1", now=NOW, project=project)
    yield events
    events.close()


def rows(events: EventStore, sql: str) -> list[tuple[Any, ...]]:
    """What a question to the event store gives."""
    with events.reader() as cursor:
        return cursor.execute(sql).fetchall()
