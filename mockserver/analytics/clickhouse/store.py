"""One project's events and people in ClickHouse."""

from __future__ import annotations

import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from mockserver.analytics.clickhouse.batch import ClickHouseBatch
from mockserver.analytics.clickhouse.client import Client
from mockserver.analytics.clickhouse.tables import TABLES, literal, names
from mockserver.analytics.clickhouse.writing import Writer, first_ids
from mockserver.analytics.columns import EventColumns, PersonColumns
from mockserver.analytics.encoding import text_column
from mockserver.analytics.interface import Batch, IngestCounts, Row, StoreCounts
from mockserver.analytics.model import JSONObject
from mockserver.analytics.storage import EMPTY_CATALOG, OWNERS, Catalog, Owner, PropertyColumn

if TYPE_CHECKING:
    from sqlglot import exp

ADMINISTRATION_SECONDS = 600.0


class ClickHouseEvents:
    """A project's tables in a database, all named with one prefix; made at first use.

    One process writes to them: numbers of events and people are given out here.
    """

    def __init__(self, client: Client, database: str, prefix: str = "") -> None:
        self.client = client
        self.tables = names(database, prefix)
        self._lock = threading.RLock()
        self._is_open = False
        self._scratch: Path | None = None
        self._catalogs: Mapping[Owner, Catalog] = {"events": EMPTY_CATALOG, "persons": EMPTY_CATALOG}
        self._next_number = 0
        self._next_actor = 0
        self._revision = 0
        self._version = 0
        self._loads = 0
        self._bounds: tuple[int, tuple[datetime, datetime] | None] | None = None

    @property
    def revision(self) -> int:
        """A number that grows with each change."""
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

    def answer(self, query: exp.Expr, seconds: float) -> list[Row]:
        """All rows of a compiled query, in ClickHouse's dialect."""
        from mockserver.analytics.clickhouse.translation import written

        self._open()
        return self.client.rows(written(query, self.tables), seconds)

    def ask(self, statement: str) -> list[Row]:
        """Rows of a statement of the store's own."""
        return self.client.rows(statement, ADMINISTRATION_SECONDS)

    def load_columns(self, persons: PersonColumns | None, events: EventColumns | None) -> None:
        """Add many people and events at once, people first; people must be new."""
        with self._lock:
            writer = self._writer("load.parquet")
            first_actor, catalogs = self._next_actor, dict(self._catalogs)
            if persons is not None and len(persons):
                catalogs["persons"] = writer.persons(catalogs["persons"], persons, first_actor)
                self._next_actor += len(persons)
            if events is not None and len(events):
                if events.person is not None:
                    if persons is None:
                        raise ValueError("events name people by index but no people are loaded with them")
                    actors = [first_actor + place for place in events.person]
                    events = first_ids(events, persons)
                elif events.distinct_id is not None:
                    actors = self._actors_of(writer, events)
                else:
                    raise ValueError("events need either person or distinct_id")
                catalogs["events"] = writer.events(catalogs["events"], events, self._next_number, actors)
                self._next_number += len(events)
            self._catalogs = catalogs
            self._revision += 1

    def ingest(self, rows: Sequence[JSONObject], now: datetime) -> IngestCounts:
        """Take events as PostHog's capture endpoints do; raises QueryError for one that cannot be read."""
        from mockserver.analytics.ingest import ingest_rows

        return ingest_rows(self, rows, now)

    @contextmanager
    def batch(self) -> Iterator[Batch]:
        """One change of several steps: it is written when it is known whole, people before events.

        ClickHouse has no transactions over tables: a batch that fails half-way is found again in full by
        writing it once more, since newer rows stand for older ones.
        """
        with self._lock:
            self._open()
            yield ClickHouseBatch(self)
            self._revision += 1

    def keep(self, catalogs: Mapping[Owner, Catalog], events: int, next_actor: int) -> None:
        """Note what a batch has added; for the batch itself."""
        self._catalogs = catalogs
        self._next_number += events
        self._next_actor = next_actor

    def writer(self) -> Writer:
        """Writes the next change; for the batch itself."""
        return self._writer("batch.parquet")

    def version(self) -> int:
        """A number greater than those of all rows before; for the batch itself."""
        self._version += 1
        return self._version

    @property
    def next_number(self) -> int:
        """The number the next event gets."""
        return self._next_number

    @property
    def catalogs(self) -> Mapping[Owner, Catalog]:
        """The columns of events' and people's properties."""
        return self._catalogs

    def counts(self) -> StoreCounts:
        """How many events, people and distinct ids there are."""
        self._open()
        counted = ", ".join(
            f"(SELECT count() FROM {self.tables[name]})"  # noqa: S608
            for name in ("events", "persons", "distinct_ids")
        )
        events, persons, ids = self.ask(f"SELECT {counted}")[0]
        return StoreCounts(cast("int", events), cast("int", persons), cast("int", ids))

    def bounds(self) -> tuple[datetime, datetime] | None:
        """The earliest and the latest moment in the store, UTC; None when it is empty."""
        known, revision = self._bounds, self._revision
        if known is not None and known[0] == revision:
            return known[1]
        self._open()
        first, last = self.ask(
            "SELECT min(moment), max(moment) FROM ("  # noqa: S608
            f"SELECT arrayJoin([min(timestamp), max(timestamp)]) AS moment FROM {self.tables['events']} "
            f"UNION ALL SELECT arrayJoin([min(created_at), max(created_at)]) FROM {self.tables['persons']})"
        )[0]
        found = None
        if isinstance(first, datetime) and isinstance(last, datetime):
            found = (first.replace(tzinfo=UTC), last.replace(tzinfo=UTC))
        self._bounds = (revision, found)
        return found

    def clear(self) -> None:
        """Forget all events, people and groups."""
        with self._lock:
            for table in self.tables.values():
                self.client.run(f"DROP TABLE IF EXISTS {table} SYNC")
            self._is_open = False
            self._open()
            self._revision += 1

    def resume(self, loads: Callable[[], Sequence[str]]) -> int:
        """How many of these loads, in order, the tables hold already.

        Tables that hold anything else, or a load by half, are emptied first.
        """
        with self._lock:
            self._open()
            noted = self.ask(
                f"SELECT what, max(done) FROM {self.tables['taken_in']} GROUP BY place, what ORDER BY place"  # noqa: S608
            )
            held = [str(what) for what, _ in noted]
            if all(done for _, done in noted) and held == list(loads())[: len(held)]:
                self._loads = len(held)
                return len(held)
            self.clear()
            self._loads = 0
            return 0

    @contextmanager
    def loading(self, name: Callable[[], str]) -> Iterator[None]:
        """A load under its name: noted before and after, so that one that was cut short can be told."""
        with self._lock:
            self._open()
            what = literal(name())
            self._note(what, 0)
            yield
            self._note(what, 1)
            self._loads += 1

    def discard(self) -> None:
        """Drop the tables."""
        with self._lock:
            for table in self.tables.values():
                self.client.run(f"DROP TABLE IF EXISTS {table} SYNC")
            self._is_open = False
            self.close()

    def close(self) -> None:
        """Let go of what is beside the tables; these stay."""
        with self._lock:
            if self._scratch is not None:
                shutil.rmtree(self._scratch, ignore_errors=True)
                self._scratch = None

    def _open(self) -> None:
        with self._lock:
            if self._is_open:
                return
            for name, table in self.tables.items():
                self.client.run(f"CREATE TABLE IF NOT EXISTS {table} {TABLES[name]}")
            self._catalogs = {owner: self._catalog(owner) for owner in OWNERS}
            numbers = self.ask(
                "SELECT "  # noqa: S608
                f"(SELECT coalesce(max(number) + 1, 0) FROM {self.tables['events']}), greatest("
                f"(SELECT coalesce(max(actor) + 1, 0) FROM {self.tables['distinct_ids']}), "
                f"(SELECT coalesce(max(number) + 1, 0) FROM {self.tables['persons']})), greatest("
                f"(SELECT coalesce(max(version) + 1, 0) FROM {self.tables['distinct_ids']}), "
                f"(SELECT coalesce(max(version) + 1, 0) FROM {self.tables['groups']}), "
                f"(SELECT coalesce(max(version) + 1, 0) FROM {self.tables['persons']}))"
            )[0]
            self._next_number, self._next_actor, self._version = (int(str(each)) for each in numbers)
            self._is_open = True

    def _note(self, what: str, done: int) -> None:
        self.client.run(
            f"INSERT INTO {self.tables['taken_in']} VALUES ({self._loads}, {what}, {done})"  # noqa: S608
        )

    def _catalog(self, owner: Owner) -> Catalog:
        rows = self.ask(
            f"SELECT name, physical, kind FROM {self.tables['property_columns']} "  # noqa: S608
            f"WHERE owner = '{owner}' ORDER BY toUInt32(substring(physical, 2))"
        )
        return MappingProxyType(
            {str(name): PropertyColumn(str(physical), kind) for name, physical, kind in rows}  # type: ignore[arg-type]
        )

    def _writer(self, file: str) -> Writer:
        self._open()
        if self._scratch is None:
            self._scratch = Path(tempfile.mkdtemp(prefix="mockserver-events-"))
            weakref.finalize(self, shutil.rmtree, self._scratch, ignore_errors=True)
        return Writer(self.client, self.tables, self._scratch / file, self.version())

    def _actors_of(self, writer: Writer, events: EventColumns) -> list[int]:
        """The actor of each event, new ones for ids that nobody has yet."""
        from mockserver.analytics.clickhouse.batch import actors_of

        ids = text_column(events.distinct_id or ())
        wanted = [each or "" for each in ids.values]
        known = actors_of(self, wanted)
        new = [each for each in dict.fromkeys(wanted) if each not in known]
        known.update({each: self._next_actor + place for place, each in enumerate(new)})
        writer.ids(new, [known[each] for each in new])
        self._next_actor += len(new)
        return [known[wanted[code]] for code in ids.codes]
