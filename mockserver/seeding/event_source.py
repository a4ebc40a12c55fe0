"""Projects' event stores, with the events that their fixtures lay out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..store import from_stored
from ..store.documents import ProjectDocument
from .loader import seed_events
from .reading import Fixture

if TYPE_CHECKING:
    from ..analytics.interface import Events
    from ..analytics.opening import EventStores


class SeededEvents:
    """Opens stores, and seeds them as they would have been when their project was."""

    def __init__(self, stores: EventStores, fixture: Callable[[str], Fixture]) -> None:
        self._stores = stores
        self._fixture = fixture

    def open(self, project: ProjectDocument) -> Events:
        """The project's store, empty or as an earlier server left it."""
        return self._stores.open(project["id"])

    def origin(self, project: ProjectDocument) -> str:
        """The fixture's content, the seed and the moment, which decide every event."""
        content = json.dumps(self._fixture(project["fixture"]).content, sort_keys=True, default=str)
        digest = hashlib.sha256(content.encode()).hexdigest()
        given = (project["fixture"], project["seed"], project["seeded_at"], project["ingested_event"])
        return json.dumps([*given, digest])

    def seed(self, events: Events, project: ProjectDocument) -> None:
        """Lay out the events of the project's fixture."""
        seed_events(
            events,
            self._fixture(project["fixture"]),
            seed=project["seed"],
            now=from_stored(project["seeded_at"]),
            project=project,
        )

    def close(self) -> None:
        """Let go of what all stores share."""
        self._stores.close()
