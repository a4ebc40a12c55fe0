"""The journal: the newest requests of each project, redacted, in memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from heapq import merge

from ..store import JSON, wire


@dataclass(frozen=True, slots=True)
class Entry:
    """One request and how it was answered. `at` is the project's time; `real` counts real seconds.

    Everything in it is redacted already. `status` is None where the connection was broken.
    """

    id: int
    request_id: str
    at: datetime
    real: float
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: JSON
    operation_id: str | None
    project_id: int | None
    caller: str
    status: int | None
    duration_ms: float
    error: JSON = None
    retry_after: int | None = None
    faults: tuple[int, ...] = ()

    def facts(self) -> dict[str, JSON]:
        """What rules look at."""
        return {
            "operation_id": self.operation_id,
            "method": self.method,
            "path": self.path,
            "project_id": self.project_id,
            "status": self.status,
            "query": dict(self.query),
            "headers": dict(self.headers),
            "body": self.body,
        }

    def shape(self) -> dict[str, JSON]:
        """The entry as the control plane answers it."""
        return {
            "id": self.id,
            "request_id": self.request_id,
            "at": wire(self.at),
            "method": self.method,
            "path": self.path,
            "query": dict(self.query),
            "headers": dict(self.headers),
            "body": self.body,
            "operation_id": self.operation_id,
            "project_id": self.project_id,
            "status": self.status,
            "duration_ms": round(self.duration_ms, 3),
            "error": self.error,
            "retry_after": self.retry_after,
            "faults": list(self.faults),
        }


class Journal:
    """Entries by project, so that a busy one does not push out another's."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._entries: dict[int | None, deque[Entry]] = {}
        self._last_id = 0

    def new_id(self) -> int:
        """The next entry's id; ids grow over all projects."""
        self._last_id += 1
        return self._last_id

    @property
    def last_id(self) -> int:
        """The newest id ever given, 0 before the first."""
        return self._last_id

    def add(self, entry: Entry) -> None:
        """Keep an entry; the project's oldest one goes where there are too many."""
        kept = self._entries.setdefault(entry.project_id, deque(maxlen=self._size))
        kept.append(entry)

    def entries(self, project_id: int | None = None) -> Iterable[Entry]:
        """Entries of a project, or of all, oldest first."""
        if project_id is not None:
            return tuple(self._entries.get(project_id, ()))
        return merge(*(tuple(kept) for kept in self._entries.values()), key=lambda entry: entry.id)

    def find(self, request_id: str) -> Entry | None:
        """The newest entry of a request."""
        found = [entry for entry in self.entries() if entry.request_id == request_id]
        return found[-1] if found else None

    def clear(self, project_id: int | None = None) -> None:
        """Forget a project's entries, or all."""
        if project_id is None:
            self._entries.clear()
        else:
            self._entries.pop(project_id, None)
