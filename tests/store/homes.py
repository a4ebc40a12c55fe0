"""Where a store can live: each opens it, and opens it again as a restart would."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from mockserver.store import JournalDocuments, SharedStore, Store


class Home(Protocol):
    """A place for one store's documents; the caller closes what it opens."""

    def open(self) -> Store:
        """The store as it is kept there."""
        ...


class MemoryHome:
    """Nowhere: what is opened again is empty."""

    def open(self) -> Store:
        return Store()


class FolderHome:
    """A journal in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self) -> Store:
        return Store(JournalDocuments(self._folder))


class DatabaseHome:
    """A PostgreSQL database, which may be opened by several at once."""

    def __init__(self, address: str) -> None:
        self.address = address

    def open(self) -> SharedStore:
        from mockserver.store.postgres.documents import PostgresDocuments

        return SharedStore(PostgresDocuments(self.address))
