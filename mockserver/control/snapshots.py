"""Snapshots: the whole state by name.

Documents are never changed in place, so taking one costs next to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ..store import JSON, JSONObject, wire
from ..store.storage import Contents
from .problems import Problem, invalid

CURRENT: Final = "current"
FORMAT: Final = "mockserver-snapshot"
VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One state, and when it was taken by the server's clock."""

    name: str
    created_at: datetime
    contents: Contents

    def shape(self) -> JSONObject:
        """The snapshot as lists show it."""
        projects: list[JSON] = [
            {"id": str_id, "name": str(project["name"])}
            for str_id, project in sorted(self.contents.tables["projects"].items())
        ]
        return {
            "name": self.name,
            "created_at": wire(self.created_at),
            "projects": projects,
            "counts": counts(self.contents),
        }


def counts(contents: Contents) -> JSONObject:
    """Numbers of documents by table."""
    return {name: len(documents) for name, documents in contents.tables.items() if name != "meta"}


def check_name(name: str, *, taken: bool) -> None:
    """Raise Problem for a name that is another snapshot's, or can't be one's."""
    if name == CURRENT:
        raise invalid("name", f"`{CURRENT}` is the present state.")
    if taken:
        raise Problem("name_taken", f"There is a snapshot {name!r} already.", field="name")


class Snapshots:
    """The snapshots of one server, oldest first."""

    def __init__(self) -> None:
        self._kept: dict[str, Snapshot] = {}

    def shapes(self) -> list[JSONObject]:
        """Each of them as lists show it."""
        return [snapshot.shape() for snapshot in self._kept.values()]

    def find(self, name: str) -> Snapshot:
        """One by name; raises Problem."""
        found = self._kept.get(name)
        if found is None:
            raise Problem("unknown_snapshot", f"There is no snapshot {name!r}.", field="name")
        return found

    def keep(self, snapshot: Snapshot, *, replace: bool) -> None:
        """Take one in; raises Problem where its name is taken or can't be."""
        check_name(snapshot.name, taken=snapshot.name in self._kept and not replace)
        self._kept.pop(snapshot.name, None)
        self._kept[snapshot.name] = snapshot

    def forget(self, name: str) -> None:
        """Let go of one; raises Problem."""
        self.find(name)
        del self._kept[name]
