"""The documents of some servers in one PostgreSQL database.

Each document is a row of JSONB with the revision that it was last changed in. A server remembers the newest
revision that it has seen, and asks for what came after. Changing something takes the one row of
`mockserver.state`, which makes changes come one after the other; their revision and their documents are
committed together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Final

import orjson

from ...errors import StartError
from ..indexes import Fields
from ..shared_storage import News, StoreUnavailable
from ..storage import Change, Contents, Durability, Loaded, MemoryDocuments
from .connection import Connection, Row
from .encoding import decode, encode
from .notes import PostgresNotes
from .tables import make_tables

REVISION: Final = "select revision from mockserver.state"
HOLD: Final = "begin; select revision from mockserver.state for update"
STATE: Final = "select revision, last_ids::text from mockserver.state"
WHOLE: Final = """
select kind, id, document::text from mockserver.documents where document is not null order by id
"""
# the upper bound has the planner expect few rows, whatever it knows of the table
SINCE: Final = """
select s.revision, s.last_ids::text, s.whole_since, d.kind, d.id, d.document::text
from mockserver.state s
left join mockserver.documents d on d.revision > %s and d.revision < 9223372036854775807
order by d.revision, d.id
"""
PUT: Final = """
insert into mockserver.documents (kind, id, document, revision)
select kind, id, document, %s
from jsonb_to_recordset(%s::jsonb) as given (kind text, id bigint, document jsonb)
on conflict (kind, id) do update set document = excluded.document, revision = excluded.revision
"""
GONE: Final = "select count(*) from mockserver.documents where document is null"
DROP_GONE: Final = "delete from mockserver.documents where document is null"
MARK_WHOLE: Final = "update mockserver.state set whole_since = %s"
SETTLE: Final = "update mockserver.state set revision = {revision}, last_ids = '{last_ids}'; commit"
AT_ONCE: Final = 2000


class PostgresDocuments(MemoryDocuments):
    """Documents behind `--store postgresql://...`.

    Each method raises StoreUnavailable where the database is gone, and the constructor and `load` StartError.
    `durability` none lets the database answer before a change is on its device.
    """

    def __init__(self, address: str, durability: Durability = "os") -> None:
        super().__init__()
        self._connection = Connection(address, is_durable=durability != "none")
        self.notes = PostgresNotes(Connection(address, is_durable=False))
        self._seen: int | None = None
        self._last_ids: dict[str, int] = {}
        self._has_written = False
        try:
            make_tables(self._connection)
            self.server_number = int(self._connection.execute("select nextval('mockserver.servers')")[0][0])
        except StoreUnavailable as error:
            self.close()
            raise StartError(f"--store: cannot use {error}") from None
        except BaseException:
            self.close()
            raise

    def load(self) -> Loaded:
        """All documents."""
        try:
            news = self._all()
            loaded = Loaded(last_ids=dict(news.last_ids))
            for name, document_id, document in news.changes:
                if document is not None:
                    loaded.tables.setdefault(name, {})[document_id] = document
            self._drop_gone(loaded.live)
        except StoreUnavailable as error:
            raise StartError(f"--store: cannot use {error}") from None
        return loaded

    def _drop_gone(self, live: int) -> None:
        """Let go of the rows of documents that are gone, where they are more than half of all."""
        if self._connection.execute(GONE)[0][0] > live and self.hold():
            self._connection.execute(DROP_GONE)
            self._connection.execute(MARK_WHOLE, (self._next,))
            self._has_written = True
            self.settle(self._last_ids)
        self._connection.roll_back()

    def news(self) -> News | None:
        """What was changed since the last news, None where nothing was."""
        if self._seen is None:
            return self._all()
        if self._connection.execute(REVISION) == [(self._seen,)]:
            return None
        rows = self._connection.execute(SINCE, (self._seen,))
        revision, last_ids, whole_since = rows[0][:3]
        if whole_since > self._seen:
            return self._all()
        changes = [_change(row[3:]) for row in rows if row[3] is not None]
        return self._noted(revision, last_ids, changes, is_whole=False)

    def _all(self) -> News:
        is_alone = not self._connection.is_in_transaction
        if is_alone:
            self._connection.execute("begin isolation level repeatable read read only")
        revision, last_ids = self._connection.execute(STATE)[0]
        changes = [_change(row) for row in self._connection.stream(WHOLE)]
        if is_alone:
            self._connection.execute("commit")
        return self._noted(revision, last_ids, changes, is_whole=True)

    def _noted(self, revision: int, last_ids: str, changes: list[Change], *, is_whole: bool) -> News:
        self._seen, self._last_ids = revision, orjson.loads(last_ids)
        return News(changes, self._last_ids, is_whole=is_whole)

    def hold(self) -> bool:
        """Keep all others from changing anything until `settle` or `abandon`; whether there is no news."""
        self._has_written = False
        return self._connection.script(HOLD) == [(self._seen,)]

    def append(self, changes: list[Change], contents: Callable[[], Contents]) -> None:  # noqa: ARG002
        """Write documents, within what `hold` began."""
        self._put(changes)

    def _put(self, changes: Iterable[Change]) -> None:
        rest = iter(changes)
        while some := list(islice(rest, AT_ONCE)):
            self._write(PUT, (self._next, f"[{','.join(map(_row, some))}]"))

    def _write(self, statement: str, values: tuple[object, ...] = ()) -> None:
        if not self._connection.is_in_transaction:
            raise StoreUnavailable(f"{self._connection.place}: an earlier change could not be kept")
        self._has_written = True
        self._connection.execute(statement, values)

    @property
    def _next(self) -> int:
        return (self._seen or 0) + 1

    def rewrite(self, contents: Contents) -> None:
        """Replace all documents, within what `hold` began."""
        self._write("delete from mockserver.documents")
        self._write(MARK_WHOLE, (self._next,))
        for name, documents in contents.tables.items():
            self._put((name, number, document) for number, document in documents.items())

    def settle(self, last_ids: Mapping[str, int]) -> None:
        """Commit what `hold` began; where it raises, nothing was kept, or it comes as news."""
        if not self._connection.is_in_transaction:
            raise StoreUnavailable(f"{self._connection.place}: an earlier change could not be kept")
        if not self._has_written and last_ids == self._last_ids:
            self._connection.roll_back()
            return
        told = orjson.dumps(last_ids).decode()
        self._connection.script(SETTLE.format(revision=self._next, last_ids=told))
        self._seen, self._last_ids = self._next, dict(last_ids)

    def abandon(self) -> None:
        """Roll back what `hold` began."""
        self._connection.roll_back()

    def forget(self) -> None:
        """Let the next news be all that there is."""
        self._seen = None

    def close(self) -> None:
        """End the connections."""
        self._connection.close()
        self.notes.close()


def _row(change: Change) -> str:
    kind, number, document = change
    held = "null" if document is None else encode(document)
    return f'{{"kind":"{kind}","id":{number},"document":{held}}}'


def _change(row: Row) -> Change:
    kind, number, document = row
    held: Fields | None = None if document is None else decode(document)
    return kind, number, held
