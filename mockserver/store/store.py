"""The store: every table by name, changes kept together, one lock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Final, TypeVar, cast

from tinydb import TinyDB

from . import documents as shape
from . import steering
from .indexes import Fields
from .schema import SCHEMA
from .storage import Change, Contents, DocumentStorage, MemoryDocuments
from .table import DocumentTable

D = TypeVar("D")
Result = TypeVar("Result")
# what was changed: table, id, the document before and after
Recorded = tuple[str, int, Fields | None, Fields | None]
FREE: Final = nullcontext()


class Store:
    """All documents of one server.

    Reads are plain; changes inside `transaction()` are kept all together or not at all. `lock` is held by
    whoever runs a handler, and let go by `unlocked()` while a long computation runs.
    """

    is_shared = False

    def __init__(self, storage: DocumentStorage | None = None) -> None:
        self._storage: DocumentStorage = storage or MemoryDocuments()
        self.database = TinyDB(storage=lambda: self._storage)
        self.lock = threading.RLock()
        self._pending: list[Recorded] | None = None
        self._depth = 0
        self._tables: dict[str, DocumentTable[Fields]] = {}
        self.database.table_class = DocumentTable  # type: ignore[assignment]
        for name, rules in SCHEMA.items():
            table = self.database.table(name, recorder=self, rules=rules)
            self._tables[name] = cast("DocumentTable[Fields]", table)
        self.organizations = self._as(shape.OrganizationDocument, "organizations")
        self.users = self._as(shape.UserDocument, "users")
        self.memberships = self._as(shape.MembershipDocument, "memberships")
        self.projects = self._as(shape.ProjectDocument, "projects")
        self.personal_api_keys = self._as(shape.PersonalApiKeyDocument, "personal_api_keys")
        self.sessions = self._as(shape.SessionDocument, "sessions")
        self.insights = self._as(shape.InsightDocument, "insights")
        self.dashboards = self._as(shape.DashboardDocument, "dashboards")
        self.tiles = self._as(shape.TileDocument, "tiles")
        self.sharing = self._as(shape.SharingDocument, "sharing")
        self.share_passwords = self._as(shape.SharePasswordDocument, "share_passwords")
        self.activities = self._as(shape.ActivityDocument, "activities")
        self.views = self._as(shape.ViewDocument, "views")
        self.variables = self._as(shape.VariableDocument, "variables")
        self.actions = self._as(shape.ActionDocument, "actions")
        self.cohorts = self._as(shape.CohortDocument, "cohorts")
        self.alerts = self._as(shape.AlertDocument, "alerts")
        self.cached_results = self._as(shape.CachedResultDocument, "cached_results")
        self.jobs = self._as(shape.JobDocument, "jobs")
        self.clocks = self._as(steering.ClockDocument, "clocks")
        self.refresh_policies = self._as(steering.PolicyDocument, "refresh_policies")
        self.faults = self._as(steering.FaultDocument, "faults")
        self.tenants = self._as(steering.TenantDocument, "tenants")
        self.batches = self._as(steering.BatchDocument, "batches")
        self.meta = self._tables["meta"]
        self.cut_bytes = 0
        self.revision = 0
        self._load()

    def _as(self, _: type[D], name: str) -> DocumentTable[D]:
        return cast("DocumentTable[D]", self._tables[name])

    def _load(self) -> None:
        try:
            loaded = self._storage.load()
        except BaseException:
            self.close()
            raise
        self.cut_bytes = loaded.cut_bytes
        for name, table in self._tables.items():
            if name in loaded.tables or name in loaded.last_ids:
                table.load(loaded.tables.get(name, {}), loaded.last_ids.get(name, 0))

    def contents(self) -> Contents:
        """What is held now; what is changed later does not reach it."""
        with self.lock:
            return Contents(
                {name: dict(table.documents()) for name, table in self._tables.items()},
                {name: table.last_id for name, table in self._tables.items()},
            )

    def replace(self, contents: Contents) -> None:
        """Hold these documents and no others, at once or (raising) not at all."""
        with self.lock:
            if self._pending is not None:
                raise RuntimeError("a transaction is open: replace before or after it")
            tables = {name: contents.tables.get(name, {}) for name in self._tables}
            last_ids = {name: contents.last_ids.get(name, 0) for name in self._tables}
            self._storage.rewrite(Contents(tables, last_ids))
            self.revision += 1
            for name, table in self._tables.items():
                table.load(tables[name], last_ids[name])

    def compact(self) -> None:
        """Rewrite what is kept so that it holds each document once."""
        self._storage.rewrite(self.contents())

    def table(self, name: str) -> DocumentTable[Fields]:
        """A table by name; raises KeyError for one that the schema does not have."""
        return self._tables[name]

    def tables(self) -> Mapping[str, DocumentTable[Fields]]:
        """All tables by name."""
        return self._tables

    def catch_up(self) -> None:
        """Bring in what others have changed: nothing, where nobody else can."""

    def run(self, work: Callable[[], Result]) -> Result:
        """Do `work` while nothing else changes; it may be begun anew as long as it has changed nothing."""
        with self.locked():
            return work()

    def changing(self) -> AbstractContextManager[None]:
        """Held while a table changes."""
        return FREE

    def record(self, table: str, document_id: int, before: Fields | None, after: Fields | None) -> None:
        """A table reports a change; outside a transaction it is kept at once."""
        if self._pending is None:
            self._keep([(table, document_id, before, after)])
        else:
            self._pending.append((table, document_id, before, after))

    def _keep(self, changes: list[Recorded]) -> None:
        self.revision += 1
        last: dict[tuple[str, int], Fields | None] = {(change[0], change[1]): change[3] for change in changes}
        kept: list[Change] = [(table, document_id, after) for (table, document_id), after in last.items()]
        try:
            self._storage.append(kept, self.contents)
        except BaseException:
            self._undo(changes)
            raise

    def _undo(self, changes: list[Recorded]) -> None:
        for table, document_id, before, _ in reversed(changes):
            self._tables[table].apply(document_id, before, silent=True)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Changes made inside are kept together; an exception undoes them all. Nests."""
        with self.lock:
            if self._pending is not None:
                yield
                return
            pending = self._pending = []
            try:
                yield
            except BaseException:
                self._pending = None
                self._undo(pending)
                raise
            self._pending = None
            if pending:
                self._keep(pending)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock, as handlers do while they run."""
        with self.lock:
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1

    @contextmanager
    def unlocked(self) -> Iterator[None]:
        """Let others at the store while something long runs; not inside a transaction."""
        if self._pending is not None:
            raise RuntimeError("a transaction is open: compute before or after it")
        depth, self._depth = self._depth, 0
        for _ in range(depth):
            self.lock.release()
        try:
            yield
        finally:
            for _ in range(depth):
                self.lock.acquire()
            self._depth = depth

    def close(self) -> None:
        """Let go of the storage."""
        self.database.close()
