"""One project's events and people in an embedded DuckDB.

Filling it, quickest first:

* `EventStore.load_columns(persons, events)`: many rows, one Python list (or `Coded` column) per field. About
  0.1 s for 100,000 events of 15 properties when columns are `Coded`, 0.25 s from plain lists.
* `EventStore.ingest(rows, now)`: events as PostHog's capture endpoints receive them, one mapping each, with
  `$identify`, `$create_alias`, `$set`, `$set_once`, `$unset` and `$groupidentify` applied to people and
  groups.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mockserver.analytics.columns import EventColumns, PersonColumns
from mockserver.analytics.interface import Batch, IngestCounts, Row, StoreCounts
from mockserver.analytics.model import JSONObject
from mockserver.analytics.storage import (
    EMPTY_CATALOG,
    OWNERS,
    TABLE_NAMES,
    Catalog,
    Owner,
    connect,
    read_catalog,
)

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from sqlglot import exp

    from mockserver.analytics.groups import GroupBook
    from mockserver.analytics.people import PersonBook


class EventStore:
    """One project's events, people and groups; in memory, or in a file when given a `path`.

    Safe to share between threads: queries read a consistent state through cursors of their own, changes wait
    for each other. The database is opened at first use, so an empty store costs nothing.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._connection: DuckDBPyConnection | None = None
        self._scratch: Path | None = None
        self._catalogs: Mapping[Owner, Catalog] = {"events": EMPTY_CATALOG, "persons": EMPTY_CATALOG}
        self._next_number = 0
        self._next_actor = 0
        self._revision = 0
        self._bounds: tuple[int, tuple[datetime, datetime] | None] | None = None

    @property
    def revision(self) -> int:
        """A number that grows with each change, for those who keep results."""
        return self._revision

    @property
    def event_properties(self) -> Catalog:
        """The event properties that have a column, by name."""
        self._open()
        return self._catalogs["events"]

    @property
    def person_properties(self) -> Catalog:
        """The person properties that have a column, by name."""
        self._open()
        return self._catalogs["persons"]

    @property
    def next_actor(self) -> int:
        """The number the next new actor gets."""
        self._open()
        return self._next_actor

    def load_columns(self, persons: PersonColumns | None, events: EventColumns | None) -> None:
        """Add many people and events at once, whole or not at all.

        People must be new: a distinct id may be in the store once only. Raises ValueError when columns differ
        in length or events name nobody.
        """
        from mockserver.analytics.loading import load_events, load_persons

        with self._change() as connection:
            catalogs = dict(self._catalogs)
            first_actor, next_actor = self._next_actor, self._next_actor
            file = self._scratch_file("load.parquet")
            if persons is not None and len(persons):
                catalogs["persons"] = load_persons(
                    connection, catalogs["persons"], persons, first_actor, file
                )
                next_actor += len(persons)
            if events is not None and len(events):
                catalogs["events"], added = load_events(
                    connection,
                    catalogs["events"],
                    events,
                    persons,
                    self._next_number,
                    first_actor,
                    next_actor,
                    file,
                )
                next_actor += added
        self._catalogs = catalogs
        self._next_actor = next_actor
        self._next_number += len(events) if events is not None else 0

    def ingest(self, rows: Sequence[JSONObject], now: datetime) -> IngestCounts:
        """Take events as PostHog's capture endpoints do.

        Each row: `event`, `distinct_id` (or `properties.distinct_id`), `properties`, `timestamp` (ISO 8601;
        `now` without one), `uuid`, and `$set` / `$set_once` beside or inside `properties`. Raises
        QueryError when a row has no event name or distinct id, or a timestamp that cannot be read; nothing
        is kept then.
        """
        from mockserver.analytics.ingest import ingest_rows

        with self._lock:
            return ingest_rows(self, rows, now)

    def answer(self, query: exp.Expr, seconds: float) -> list[Row]:
        """All rows of a compiled query.

        Raises QueryTimeout past so many seconds, QueryError for what the database cannot run.
        """
        from mockserver.analytics.duckdb_answers import answer

        with self.reader() as cursor:
            return answer(cursor, query.sql(dialect="duckdb"), seconds)

    @contextmanager
    def batch(self) -> Iterator[Batch]:
        """One change of several steps, undone as a whole if it fails; for `ingest` and `introduce`."""
        with self._lock, self._change() as connection:
            yield DuckDBBatch(self, connection)

    def append_captured(
        self, connection: DuckDBPyConnection, people: PersonBook, columns: EventColumns, actors: Sequence[int]
    ) -> None:
        """Write what a batch of captured events left behind; inside a `change`."""
        from mockserver.analytics.loading import load_captured

        self._catalogs = load_captured(
            connection,
            self._catalogs,
            people,
            columns,
            actors,
            self._next_number,
            self._scratch_file("ingest.parquet"),
        )
        self._next_number += len(columns)
        self._next_actor = people.next_actor

    @contextmanager
    def reader(self) -> Iterator[DuckDBPyConnection]:
        """A cursor for one query, on the state as it is now."""
        cursor = self._open().cursor()
        try:
            yield cursor
        finally:
            cursor.close()

    @contextmanager
    def change(self) -> Iterator[DuckDBPyConnection]:
        """A transaction for the store's own modules; undone as a whole if it fails."""
        with self._change() as connection:
            yield connection

    def counts(self) -> StoreCounts:
        """How many events, people and distinct ids there are."""
        with self.reader() as cursor:
            row = cursor.execute(
                "SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM persons), "
                "(SELECT count(*) FROM distinct_ids)"
            ).fetchall()[0]
        return StoreCounts(*row)

    def bounds(self) -> tuple[datetime, datetime] | None:
        """The earliest and the latest moment in the store, UTC; None when it is empty."""
        known = self._bounds
        if known is not None and known[0] == self._revision:
            return known[1]
        revision = self._revision
        with self.reader() as cursor:
            first, last = cursor.execute(
                "SELECT min(moment), max(moment) FROM ("
                "SELECT unnest([min(timestamp), max(timestamp)]) AS moment FROM events "
                "UNION ALL SELECT unnest([min(created_at), max(created_at)]) FROM persons)"
            ).fetchall()[0]
        found = (first.replace(tzinfo=UTC), last.replace(tzinfo=UTC)) if first is not None else None
        self._bounds = (revision, found)
        return found

    def clear(self) -> None:
        """Forget all events, people and groups."""
        with self._change() as connection:
            for table in TABLE_NAMES:
                connection.execute(f"DELETE FROM {table}")  # noqa: S608
            for owner in OWNERS:
                for column in self._catalogs[owner].values():
                    connection.execute(f"ALTER TABLE {owner} DROP COLUMN {column.physical}")
        self._settle()

    def resume(self, loads: Callable[[], Sequence[str]]) -> int:  # noqa: ARG002
        """How many of these loads the store holds from an earlier time: none, since it is made anew."""
        return 0

    @contextmanager
    def loading(self, name: Callable[[], str]) -> Iterator[None]:  # noqa: ARG002
        """A load under its name; nothing is noted of it, since nothing is kept."""
        yield

    def discard(self) -> None:
        """Nothing: memory forgets the events when nobody holds the store any more."""

    def save(self, path: Path) -> None:
        """Write the whole store to `path`, a DuckDB file that `EventStore(path)` and `restore` read."""
        with self._lock:
            connection = self._open()
            file = self._scratch_file("snapshot.duckdb")
            database = connection.execute("SELECT current_database()").fetchall()[0][0]
            connection.execute(f"ATTACH '{_quoted(file)}' AS snapshot")
            try:
                connection.execute(f'COPY FROM DATABASE "{database}" TO snapshot')
            finally:
                connection.execute("DETACH snapshot")
            shutil.move(file, path)

    def restore(self, path: Path) -> None:
        """Become what `save` wrote to `path`."""
        with self._lock:
            self.clear()
            file = self._scratch_file("restore.duckdb")
            shutil.copyfile(path, file)
            connection = self._open()
            connection.execute(f"ATTACH '{_quoted(file)}' AS snapshot (READ_ONLY)")
            try:
                for table in TABLE_NAMES:
                    self._copy_table(connection, table)
            finally:
                connection.execute("DETACH snapshot")
                file.unlink()
            self._revision += 1
            self._settle()

    def fork(self, path: Path | None = None) -> EventStore:
        """A store of its own with the same content; what happens to one does not reach the other."""
        twin = EventStore(path)
        if self._connection is None and self._path is None:
            return twin
        with self._lock:
            self._open()
            file = self._scratch_file("fork.duckdb")
            self.save(file)
        try:
            twin.restore(file)
        finally:
            file.unlink()
        return twin

    def close(self) -> None:
        """Shut the database; a file keeps its content, memory forgets it."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
            if self._scratch is not None:
                shutil.rmtree(self._scratch, ignore_errors=True)
                self._scratch = None

    def _open(self) -> DuckDBPyConnection:
        if self._connection is not None:
            return self._connection
        with self._lock:
            if self._connection is None:
                scratch = Path(tempfile.mkdtemp(prefix="mockserver-events-"))
                weakref.finalize(self, shutil.rmtree, scratch, ignore_errors=True)
                self._scratch = scratch
                connection = connect(self._path, scratch)
                self._catalogs = {owner: read_catalog(connection, owner) for owner in OWNERS}
                self._connection = connection
                self._settle()
            return self._connection

    @contextmanager
    def _change(self) -> Iterator[DuckDBPyConnection]:
        with self._lock:
            connection = self._open()
            connection.execute("BEGIN TRANSACTION")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                self._settle()
                raise
            connection.execute("COMMIT")
            self._revision += 1

    def _settle(self) -> None:
        """Read from the database what is kept beside it."""
        connection = self._open()
        self._catalogs = {owner: read_catalog(connection, owner) for owner in OWNERS}
        self._next_number, self._next_actor = connection.execute(
            "SELECT (SELECT coalesce(max(number) + 1, 0) FROM events), greatest("
            "(SELECT coalesce(max(actor) + 1, 0) FROM distinct_ids), "
            "(SELECT coalesce(max(number) + 1, 0) FROM persons))"
        ).fetchall()[0]

    def _copy_table(self, connection: DuckDBPyConnection, table: str) -> None:
        names = [
            row[0]
            for row in connection.execute(
                "SELECT column_name FROM duckdb_columns() "
                "WHERE database_name = 'snapshot' AND table_name = ? "
                "ORDER BY column_index",
                [table],
            ).fetchall()
        ]
        if table in OWNERS:
            present = {row[0] for row in connection.execute(f"DESCRIBE {table}").fetchall()}
            for name in names:
                if name not in present:
                    connection.execute(f"ALTER TABLE {table} ADD COLUMN {name} VARCHAR")
        listed = ", ".join(names)
        connection.execute(f"INSERT INTO {table} ({listed}) SELECT {listed} FROM snapshot.{table}")  # noqa: S608

    def _scratch_file(self, name: str) -> Path:
        self._open()
        if self._scratch is None:
            raise RuntimeError("the event store is closed")
        return self._scratch / name


class DuckDBBatch:
    """A transaction of the store's."""

    def __init__(self, store: EventStore, connection: DuckDBPyConnection) -> None:
        self._store = store
        self._connection = connection

    def people(self, ids: Sequence[str]) -> PersonBook:
        """Who stands behind some distinct ids."""
        from mockserver.analytics.people import PersonBook

        return PersonBook.load(self._connection, self._store.person_properties, ids, self._store.next_actor)

    def groups(self) -> GroupBook:
        """The group types there are."""
        from mockserver.analytics.groups import GroupBook

        return GroupBook.load(self._connection)

    def write(
        self, people: PersonBook, groups: GroupBook | None, columns: EventColumns, actors: Sequence[int]
    ) -> None:
        """Keep the batch's events, and the people and groups it changed."""
        self._store.append_captured(self._connection, people, columns, actors)
        if groups is not None:
            groups.save(self._connection)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
