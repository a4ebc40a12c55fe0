"""Where tables live: in memory, or in memory with something behind it that outlives the process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from tinydb.storages import Storage

from .indexes import Fields

Durability = Literal["fsync", "os", "none"]
Change = tuple[str, int, Fields | None]
Tables = Mapping[str, Mapping[int, Fields]]


@dataclass(slots=True)
class Loaded:
    """What a storage held when it was opened. `cut_bytes` is a torn tail that was left out.

    `migrated_from` is the older format that it was read from, None where it was of the present one.
    """

    tables: dict[str, dict[int, Fields]] = field(default_factory=dict)
    last_ids: dict[str, int] = field(default_factory=dict)
    changes: int = 0
    cut_bytes: int = 0
    migrated_from: int | None = None

    @property
    def live(self) -> int:
        """How many documents there are."""
        return sum(len(documents) for documents in self.tables.values())


@dataclass(frozen=True, slots=True)
class Contents:
    """All documents of a store by table, shared, not copied; and the newest id ever given in each."""

    tables: Tables
    last_ids: Mapping[str, int]


class DocumentStorage(Protocol):
    """What the store asks of its storage, beside TinyDB's own `read`, `write`, `close`."""

    def load(self) -> Loaded:
        """All that was kept."""
        ...

    def append(self, changes: list[Change], contents: Callable[[], Contents]) -> None:
        """Keep one transaction; when this returns it is written as far as the durability promises.

        `contents` gives all that is held, these changes included, where more than them is to be written.
        Raises OSError where the transaction can't be kept; it is then not kept at all.
        """
        ...

    def rewrite(self, contents: Contents) -> None:
        """Replace all that is kept, at once or (raising OSError) not at all."""
        ...


class MemoryDocuments(Storage):
    """Keeps nothing: the tables themselves are the memory."""

    def read(self) -> dict[str, dict[str, Any]] | None:
        """Nothing; tables hold their own documents."""
        return None

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Nothing to do; see `append`."""

    def load(self) -> Loaded:
        """Empty."""
        return Loaded()

    def append(self, changes: list[Change], contents: Callable[[], Contents]) -> None:
        """Nothing to keep."""

    def rewrite(self, contents: Contents) -> None:
        """Nothing to keep."""
