"""What servers tell each other beside documents: requests that came, snapshots that were taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Note:
    """One thing told: its number grows with time, `key` names it, `body` is JSON or empty where not asked.

    `seconds` is when it was told, by the one clock that all servers share; only differences mean anything.
    """

    number: int
    key: str
    seconds: float
    head: bytes
    body: bytes


class Notes(Protocol):
    """Notes by kind. All raise StoreUnavailable where they can't be reached."""

    def add(
        self, kind: str, key: str, body: bytes, *, head: bytes = b"null", project_id: int | None = None
    ) -> int:
        """Tell one; gives its number."""
        ...

    def trim(self, kind: str, most: int, *, project_id: int | None = None) -> None:
        """Forget a project's oldest where there are more than `most`."""
        ...

    def find(self, kind: str, key: str) -> Note | None:
        """The newest with this key."""
        ...

    def heads(self, kind: str) -> list[Note]:
        """All of a kind, oldest first, without their bodies."""
        ...

    def after(self, kind: str, number: int = 0, *, project_id: int | None = None) -> list[Note]:
        """Those of a project, or of all, that were told after `number`, oldest first."""
        ...

    def last_number(self, kind: str) -> int:
        """The newest number of a kind, 0 before the first."""
        ...

    def remove(self, kind: str, *, key: str | None = None, project_id: int | None = None) -> None:
        """Forget those of a key, of a project, or all of a kind."""
        ...
