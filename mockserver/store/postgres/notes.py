"""What servers tell each other, in the database: over a connection of its own, outside any transaction."""

from __future__ import annotations

import threading
from typing import Final

from ..notes import Note
from .connection import Connection, Row

FIELDS: Final = "number, key, seconds, head::text, body::text"
# the key's hash is what is indexed, as a key may be of any length
WITH_KEY: Final = "kind = %s and md5(key) = md5(%s) and key = %s"


class PostgresNotes:
    """Notes as rows; safe to use from several threads."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._mutex = threading.Lock()

    def _execute(self, statement: str, *values: object) -> list[Row]:
        with self._mutex:
            return self._connection.execute(statement, values)

    def add(
        self, kind: str, key: str, body: bytes, *, head: bytes = b"null", project_id: int | None = None
    ) -> int:
        """Tell one; gives its number."""
        rows = self._execute(
            "insert into mockserver.notes (kind, key, project_id, head, body) "
            "values (%s, %s, %s, %s::json, %s::json) returning number",
            kind,
            _key(key),
            project_id,
            head.decode(),
            body.decode(),
        )
        return int(rows[0][0])

    def trim(self, kind: str, most: int, *, project_id: int | None = None) -> None:
        """Forget a project's oldest where there are more than `most`."""
        self._execute(
            "delete from mockserver.notes where kind = %s and project_id is not distinct from %s::bigint "
            "and number <= (select number from mockserver.notes where kind = %s "
            "and project_id is not distinct from %s::bigint order by number desc offset %s limit 1)",
            kind,
            project_id,
            kind,
            project_id,
            most,
        )

    def find(self, kind: str, key: str) -> Note | None:
        """The newest with this key."""
        rows = self._execute(
            f"select {FIELDS} from mockserver.notes where {WITH_KEY} order by number desc limit 1",  # noqa: S608
            kind,
            _key(key),
            _key(key),
        )
        return _note(rows[0]) if rows else None

    def heads(self, kind: str) -> list[Note]:
        """All of a kind, oldest first, without their bodies."""
        rows = self._execute(
            "select number, key, seconds, head::text, '' from mockserver.notes "
            "where kind = %s order by number",
            kind,
        )
        return [_note(row) for row in rows]

    def after(self, kind: str, number: int = 0, *, project_id: int | None = None) -> list[Note]:
        """Those of a project, or of all, that were told after `number`, oldest first."""
        rows = self._execute(
            f"select {FIELDS} from mockserver.notes where kind = %s and number > %s "  # noqa: S608
            "and (%s::bigint is null or project_id = %s) order by number",
            kind,
            number,
            project_id,
            project_id,
        )
        return [_note(row) for row in rows]

    def last_number(self, kind: str) -> int:
        """The newest number of a kind, 0 before the first."""
        rows = self._execute("select max(number) from mockserver.notes where kind = %s", kind)
        return int(rows[0][0] or 0)

    def remove(self, kind: str, *, key: str | None = None, project_id: int | None = None) -> None:
        """Forget those of a key, of a project, or all of a kind."""
        self._execute(
            "delete from mockserver.notes where kind = %s and (%s::text is null or key = %s) "
            "and (%s::bigint is null or project_id = %s)",
            kind,
            key,
            key,
            project_id,
            project_id,
        )

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


def _key(text: str) -> str:
    # PostgreSQL's texts hold no NUL
    return text.replace("\0", "\ufffd")


def _note(row: Row) -> Note:
    number, key, seconds, head, body = row
    return Note(number, key, seconds, head.encode(), body.encode())
