"""The journal of servers that share a store: what any of them was asked, all of them tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime
from typing import Final

import orjson

from ..store.notes import Note, Notes
from .journal import Entry, Journal

KIND: Final = "request"
TRIMMED_EVERY: Final = 64


class SharedJournal(Journal):
    """Entries as notes in the store; each is told before its answer is."""

    def __init__(self, size: int, notes: Notes) -> None:
        super().__init__(size)
        self._notes = notes

    def new_id(self) -> int:
        """The store numbers entries when they are added."""
        return 0

    @property
    def last_id(self) -> int:
        """The newest id ever given, 0 before the first."""
        return self._notes.last_number(KIND)

    def add(self, entry: Entry) -> None:
        """Tell an entry; the project's oldest one goes where there are too many."""
        number = self._notes.add(
            KIND, entry.request_id, orjson.dumps(asdict(entry)), project_id=entry.project_id
        )
        if number % TRIMMED_EVERY == 0:
            self._notes.trim(KIND, self._size, project_id=entry.project_id)

    def entries(self, project_id: int | None = None) -> Iterable[Entry]:
        """Entries of a project, or of all, oldest first."""
        found = [_entry(note) for note in self._notes.after(KIND, project_id=project_id)]
        kept: dict[int | None, int] = {}
        newest = []
        for entry in reversed(found):
            kept[entry.project_id] = kept.get(entry.project_id, 0) + 1
            if kept[entry.project_id] <= self._size:
                newest.append(entry)
        return newest[::-1]

    def find(self, request_id: str) -> Entry | None:
        """The newest entry of a request."""
        found = self._notes.find(KIND, request_id)
        return _entry(found) if found else None

    def clear(self, project_id: int | None = None) -> None:
        """Forget a project's entries, or all."""
        self._notes.remove(KIND, project_id=project_id)


def _entry(note: Note) -> Entry:
    fields = orjson.loads(note.body)
    fields["at"] = datetime.fromisoformat(fields["at"])
    fields["faults"] = tuple(fields["faults"])
    # seconds of different machines' clocks can't be compared, but those of the store's can
    return replace(Entry(**fields), id=note.number, real=note.seconds)
