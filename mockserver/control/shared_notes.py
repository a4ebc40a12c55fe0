"""Snapshots, explanations and answers of servers that share a store."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, cast

import orjson

from ..store import Contents, JSONObject, from_stored, to_stored
from ..store.indexes import Fields
from ..store.notes import Notes
from .explanations import KEPT, Explanations
from .journal import Entry
from .problems import Problem
from .responses import Headers, Recorded, Responses, record
from .snapshots import Snapshot, Snapshots, check_name

SNAPSHOT: Final = "snapshot"
EXPLANATION: Final = "explanation"
RESPONSE: Final = "response"
RESPONSES_KEPT: Final = 200
TRIMMED_EVERY: Final = 16


class SharedSnapshots(Snapshots):
    """Snapshots as notes in the store; how each is listed is kept beside it."""

    def __init__(self, notes: Notes) -> None:
        super().__init__()
        self._notes = notes

    def shapes(self) -> list[JSONObject]:
        """Each of them as lists show it."""
        return [orjson.loads(note.head) for note in self._notes.heads(SNAPSHOT)]

    def find(self, name: str) -> Snapshot:
        """One by name; raises Problem."""
        note = self._notes.find(SNAPSHOT, name)
        if note is None:
            raise Problem("unknown_snapshot", f"There is no snapshot {name!r}.", field="name")
        kept = orjson.loads(note.body)
        tables: dict[str, dict[int, Fields]] = {
            table: {document["id"]: document for document in documents}
            for table, documents in kept["tables"].items()
        }
        return Snapshot(name, from_stored(kept["created_at"]), Contents(tables, kept["last_ids"]))

    def keep(self, snapshot: Snapshot, *, replace: bool) -> None:
        """Take one in; raises Problem where its name is taken or can't be."""
        taken = any(note.key == snapshot.name for note in self._notes.heads(SNAPSHOT))
        check_name(snapshot.name, taken=taken and not replace)
        body = {
            "created_at": to_stored(snapshot.created_at),
            "last_ids": dict(snapshot.contents.last_ids),
            "tables": {name: list(held.values()) for name, held in snapshot.contents.tables.items()},
        }
        self._notes.remove(SNAPSHOT, key=snapshot.name)
        self._notes.add(
            SNAPSHOT,
            snapshot.name,
            orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS),
            head=orjson.dumps(snapshot.shape()),
        )

    def forget(self, name: str) -> None:
        """Let go of one; raises Problem."""
        self.find(name)
        self._notes.remove(SNAPSHOT, key=name)


class SharedExplanations(Explanations):
    """Explanations as notes in the store."""

    def __init__(self, notes: Notes) -> None:
        super().__init__()
        self._notes = notes

    def add(self, request_id: str, explanation: JSONObject) -> None:
        """Tell one; the oldest goes where there are too many."""
        number = self._notes.add(EXPLANATION, request_id, orjson.dumps(explanation))
        if number % TRIMMED_EVERY == 0:
            self._notes.trim(EXPLANATION, KEPT)

    def find(self, request_id: str) -> JSONObject | None:
        """That of a request, if it is still there."""
        found = self._notes.find(EXPLANATION, request_id)
        return cast("JSONObject", orjson.loads(found.body)) if found else None

    def clear(self) -> None:
        """Forget all."""
        self._notes.remove(EXPLANATION)


class SharedResponses(Responses):
    """Answers as notes in the store, under their request's id."""

    def __init__(self, notes: Notes) -> None:
        super().__init__()
        self._notes = notes

    def add(self, entry: Entry, headers: Headers, chunks: Iterable[bytes]) -> None:
        """Tell the answer to an entry's request; the oldest goes where there are too many."""
        told = record(headers, chunks)
        body = None if told.body is None else told.body.decode("latin-1")
        note = orjson.dumps({"headers": dict(told.headers), "body": body, "size": told.size})
        number = self._notes.add(RESPONSE, entry.request_id, note)
        if number % TRIMMED_EVERY == 0:
            self._notes.trim(RESPONSE, RESPONSES_KEPT)

    def find(self, entry: Entry) -> Recorded | None:
        """An entry's answer, if it is still there."""
        found = self._notes.find(RESPONSE, entry.request_id)
        if found is None:
            return None
        told = orjson.loads(found.body)
        body = None if told["body"] is None else told["body"].encode("latin-1")
        return Recorded(told["headers"], body, told["size"])
