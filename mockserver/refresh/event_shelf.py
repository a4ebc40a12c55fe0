"""The event stores of all projects: each is its seed's events and the batches taken in since.

An event store can be made anew from documents at any time, so it is opened when first needed, kept in
memory only, and thrown away where a snapshot or a reset puts the documents back.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from ..store import JSONObject, Store, from_stored, to_stored
from ..store.documents import ProjectDocument
from ..store.steering import BatchDocument

if TYPE_CHECKING:
    from ..analytics.interface import Events

OpenEvents = Callable[[ProjectDocument], "Events"]


@dataclass(slots=True)
class Shelved:
    """An open event store, what it was seeded from and the batches that it has taken in."""

    events: Events
    origin: tuple[str, str, str]
    batches: list[BatchDocument] = field(default_factory=list)


class EventShelf:
    """Event stores by project; safe to use from several threads."""

    def __init__(self, store: Store, open_events: OpenEvents) -> None:
        self._store = store
        self._open = open_events
        self._shelved: dict[int, Shelved] = {}
        self._opening = threading.Lock()

    def of(self, project: ProjectDocument) -> Events:
        """The project's events, with every batch that it has taken in."""
        with self._store.lock:
            batches = self._store.batches.find("project", project["id"])
        with self._opening:
            held = self._shelved.get(project["id"])
            if held is None:
                held = self._shelved[project["id"]] = Shelved(self._open(project), origin_of(project))
            for batch in batches[len(held.batches) :]:
                _apply(held.events, batch)
                held.batches.append(batch)
        return held.events

    def take_in(
        self,
        project: ProjectDocument,
        now: datetime,
        *,
        persons: Sequence[JSONObject] = (),
        rows: Sequence[JSONObject] = (),
    ) -> tuple[int, int]:
        """Take in people, then events as PostHog's capture endpoints do: how many people it made, and events.

        Raises QueryError for an event that can't be read; nothing is kept then.
        """
        events = self.of(project)
        batch: BatchDocument = {
            "id": self._store.batches.new_id(),
            "project_id": project["id"],
            "taken_at": to_stored(now),
            "persons": list(persons),
            "rows": list(rows),
        }
        with self._opening:
            made, kept = _apply(events, batch)
            try:
                self._store.batches.add(batch)
            except BaseException:
                # the documents decide: what they do not hold must not stay here either
                del self._shelved[project["id"]]
                raise
            self._shelved[project["id"]].batches.append(batch)
        return made, kept

    def forget(self, project_id: int) -> None:
        """Let go of a project's events."""
        with self._opening:
            self._shelved.pop(project_id, None)

    def align(self) -> None:
        """After documents were put back: let go of each event store that they no longer describe."""
        with self._opening:
            for project_id, held in list(self._shelved.items()):
                project = self._store.projects.fetch(project_id)
                batches = self._store.batches.find("project", project_id)
                same = len(held.batches) <= len(batches) and all(
                    one is other for one, other in zip(held.batches, batches, strict=False)
                )
                if project is None or origin_of(project) != held.origin or not same:
                    del self._shelved[project_id]

    def close(self) -> None:
        """Let go of all events."""
        with self._opening:
            for held in self._shelved.values():
                held.events.close()
            self._shelved.clear()


def origin_of(project: ProjectDocument) -> tuple[str, str, str]:
    """What a project's seeded events depend on."""
    return project["fixture"], project["seed"], project["seeded_at"]


def _apply(events: Events, batch: BatchDocument) -> tuple[int, int]:
    """Take in a batch whole or not at all, as far as one of the two halves is concerned."""
    from ..analytics.ingest import check_rows
    from ..analytics.introduce import introduce

    moment = from_stored(batch["taken_at"])
    check_rows(batch["rows"], moment)
    made = introduce(events, batch["persons"], moment) if batch["persons"] else 0
    counted = events.ingest(batch["rows"], moment) if batch["rows"] else None
    return made + (counted.persons_created if counted else 0), counted.events if counted else 0
