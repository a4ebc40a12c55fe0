"""The event stores of all projects: each is its seed's events and the batches taken in since.

An event store can be made anew from documents at any time, so it is opened when first needed, kept in
memory only, and thrown away where a snapshot or a reset puts the documents back.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Protocol

from ..store import JSONObject, Store, from_stored, to_stored
from ..store.documents import ProjectDocument
from ..store.steering import BatchDocument

if TYPE_CHECKING:
    from ..analytics.interface import Events


class EventSource(Protocol):
    """Gives a project its event store, and the events of its fixture."""

    def open(self, project: ProjectDocument) -> Events:
        """The project's store, empty or as an earlier server left it."""
        ...

    def origin(self, project: ProjectDocument) -> str:
        """What tells the events that `seed` lays out from any others."""
        ...

    def seed(self, events: Events, project: ProjectDocument) -> None:
        """Lay out the events of the project's fixture in its empty store."""
        ...

    def close(self) -> None:
        """Let go of what all stores share."""
        ...


@dataclass(slots=True)
class Shelved:
    """An open event store, what it was seeded from and the batches that it has taken in."""

    events: Events
    origin: tuple[str, str, str]
    batches: list[BatchDocument] = field(default_factory=list)


class EventShelf:
    """Event stores by project; safe to use from several threads."""

    def __init__(self, store: Store, source: EventSource) -> None:
        self._store = store
        self._source = source
        self._shelved: dict[int, Shelved] = {}
        self._opening = threading.Lock()

    def of(self, project: ProjectDocument) -> Events:
        """The project's events, with every batch that it has taken in."""
        with self._store.lock:
            batches = self._store.batches.find("project", project["id"])
        with self._opening:
            held = self._shelved.get(project["id"])
            if held is None:
                held = self._shelved[project["id"]] = self._opened(project, batches)
            for batch in batches[len(held.batches) :]:
                with held.events.loading(partial(name_of, batch)):
                    _apply(held.events, batch)
                held.batches.append(batch)
        return held.events

    def _opened(self, project: ProjectDocument, batches: Sequence[BatchDocument]) -> Shelved:
        """The project's store with its seeded events, and those batches that it holds already."""
        events = self._source.open(project)
        origin = partial(self._source.origin, project)
        held = events.resume(lambda: [origin(), *map(name_of, batches)])
        if held == 0:
            with events.loading(origin):
                self._source.seed(events, project)
            held = 1
        return Shelved(events, origin_of(project), list(batches[: held - 1]))

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
        check_rows_of(batch)
        with self._opening:
            try:
                with events.loading(partial(name_of, batch)):
                    made, kept = _apply(events, batch)
                    self._store.batches.add(batch)
            except BaseException:
                # the documents decide: what they do not hold must not stay here either
                self._shelved.pop(project["id"], None)
                raise
            self._shelved[project["id"]].batches.append(batch)
        return made, kept

    def forget(self, project_id: int) -> None:
        """Let go of a project's events."""
        with self._opening:
            held = self._shelved.pop(project_id, None)
            if held is not None:
                held.events.discard()

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
            self._source.close()


def origin_of(project: ProjectDocument) -> tuple[str, str, str]:
    """What a project's seeded events depend on."""
    return project["fixture"], project["seed"], project["seeded_at"]


def name_of(batch: BatchDocument) -> str:
    """What tells a batch from any other."""
    content = json.dumps([batch["persons"], batch["rows"]], sort_keys=True)
    return f"batch {batch['id']} {batch['taken_at']} {hashlib.sha256(content.encode()).hexdigest()}"


def check_rows_of(batch: BatchDocument) -> None:
    """Raise QueryError for the first event of a batch that cannot be read."""
    from ..analytics.ingest import check_rows

    check_rows(batch["rows"], from_stored(batch["taken_at"]))


def _apply(events: Events, batch: BatchDocument) -> tuple[int, int]:
    """Take in a batch whole or not at all, as far as one of the two halves is concerned."""
    from ..analytics.introduce import introduce

    moment = from_stored(batch["taken_at"])
    made = introduce(events, batch["persons"], moment) if batch["persons"] else 0
    counted = events.ingest(batch["rows"], moment) if batch["rows"] else None
    return made + (counted.persons_created if counted else 0), counted.events if counted else 0
