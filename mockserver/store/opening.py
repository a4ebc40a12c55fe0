"""The store that settings ask for."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from ..errors import StartError
from ..settings import Settings
from .journal import JournalDocuments
from .shared_store import SharedStore
from .storage import Durability
from .store import Store


def open_store(settings: Settings) -> Store:
    """The store that the settings ask for: in memory, in a folder, or in a database that others share.

    Raises StartError where there can be none.
    """
    check_sharing(settings)
    durability = cast("Durability", settings.durability)
    if settings.store is not None:
        from .postgres.documents import PostgresDocuments

        return SharedStore(PostgresDocuments(settings.store, durability))
    return Store(None if settings.data is None else JournalDocuments(Path(settings.data), durability))


def check_sharing(settings: Settings) -> None:
    """Raise StartError for settings that can't stand together, as to who keeps the state."""
    if settings.workers > 1 and settings.store is None:
        raise StartError(
            f"--workers {settings.workers}: each process would have a state of its own, and clients would "
            "see now one, now another; name a database that they share: --store postgresql://..."
        )
    if settings.store is not None and settings.data is not None:
        raise StartError("--store and --data exclude each other: the state is kept in one place")
    if settings.store is not None and settings.events != "duckdb":
        raise StartError(
            "--store and --events exclude each other: the events in ClickHouse are those of one server"
        )
