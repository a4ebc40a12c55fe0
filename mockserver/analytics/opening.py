"""Where projects' events are kept: each in a DuckDB of its own, or all in one ClickHouse database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from mockserver.analytics.interface import Events

if TYPE_CHECKING:
    from mockserver.analytics.clickhouse.connection import Connection

DUCKDB = "duckdb"


class EventStores(Protocol):
    """Gives a project its events."""

    def open(self, project_id: int) -> Events:
        """The project's store, with what it holds from an earlier time."""
        ...

    def close(self) -> None:
        """Let go of what all stores share."""
        ...


class MemoryStores:
    """A DuckDB in memory for each project."""

    def open(self, project_id: int) -> Events:  # noqa: ARG002
        """An empty store."""
        from mockserver.analytics.events import EventStore

        return EventStore()

    def close(self) -> None:
        """Nothing is shared."""


class ClickHouseStores:
    """Tables in one database, named after their project."""

    def __init__(self, connection: Connection, database: str) -> None:
        self._connection = connection
        self._database = database

    def open(self, project_id: int) -> Events:
        """The project's tables, as an earlier server left them."""
        from mockserver.analytics.clickhouse.store import ClickHouseEvents

        return ClickHouseEvents(self._connection, self._database, f"project_{project_id}_")

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


def event_stores(address: str) -> EventStores:
    """Stores as `--events` asks for; raises StartError, in one line, where there can be none."""
    if address == DUCKDB:
        return MemoryStores()
    from mockserver.analytics.clickhouse.address import address_of
    from mockserver.analytics.clickhouse.connection import connect

    found = address_of(address)
    return ClickHouseStores(connect(found), found.database)
