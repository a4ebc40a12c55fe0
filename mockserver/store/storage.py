"""Where tables live: in memory, or in memory with a journal on disk that outlives the process.

The journal is one file of lines, `<crc32 of the rest, 8 hex digits> <JSON>`. The first line is a header
`{"format": 1, "last_ids": {...}}`; each further line is one transaction, a list of
`[table, id, document or null]`. A line is written whole before an answer is sent.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, Protocol

import orjson
from tinydb.storages import Storage

from ..errors import StartError
from .indexes import Fields

FORMAT: Final = 1
FILE_NAME: Final = "store.journal"

Durability = Literal["fsync", "os", "none"]
Change = tuple[str, int, Fields | None]


@dataclass(slots=True)
class Loaded:
    """What a storage held when it was opened. `cut_bytes` is a torn tail that was left out."""

    tables: dict[str, dict[int, Fields]] = field(default_factory=dict)
    last_ids: dict[str, int] = field(default_factory=dict)
    transactions: int = 0
    cut_bytes: int = 0


class DocumentStorage(Protocol):
    """What the store asks of its storage, beside TinyDB's own `read`, `write`, `close`."""

    def load(self) -> Loaded:
        """All that was kept."""
        ...

    def append(self, changes: list[Change]) -> None:
        """Keep one transaction; when this returns it is written as far as the durability promises."""
        ...

    def rewrite(self, tables: Mapping[str, Mapping[int, Fields]], last_ids: Mapping[str, int]) -> None:
        """Replace all that is kept, at once or not at all."""
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

    def append(self, changes: list[Change]) -> None:
        """Nothing to keep."""

    def rewrite(self, tables: Mapping[str, Mapping[int, Fields]], last_ids: Mapping[str, int]) -> None:
        """Nothing to keep."""


def _line(value: object) -> bytes:
    body = orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)
    return b"%08x %s\n" % (zlib.crc32(body), body)


def _parse(line: bytes) -> Any:
    """The value of a whole line; raises ValueError where the checksum does not fit."""
    if len(line) < 10 or line[8:9] != b" ":
        raise ValueError("not a journal line")
    body = line[9:].rstrip(b"\n")
    if int(line[:8], 16) != zlib.crc32(body):
        raise ValueError("checksum does not match")
    return orjson.loads(body)


class JournalDocuments(MemoryDocuments):
    """An append-only, checksummed journal in `folder`, locked against a second process."""

    def __init__(self, folder: Path, durability: Durability = "os") -> None:
        super().__init__()
        self.path = folder / FILE_NAME
        self._durability = durability
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = _lock(folder)
            self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            raise StartError(f"cannot use data folder {folder}: {error.strerror}") from error

    def load(self) -> Loaded:
        """Read the journal; a torn last line is cut off, a damaged one before it is refused.

        Raises StartError for a damaged middle or a format that this version does not know.
        """
        content = self.path.read_bytes()
        loaded = Loaded()
        position = number = 0
        while position < len(content):
            end = content.find(b"\n", position) + 1
            line = content[position:end] if end else content[position:]
            number += 1
            try:
                value = _parse(line) if end else _torn()
            except ValueError as error:
                if end and end < len(content):
                    raise StartError(
                        f"{self.path} is damaged at line {number} (byte {position}): {error}"
                    ) from None
                loaded.cut_bytes = len(content) - position
                os.truncate(self.path, position)
                break
            if number == 1:
                self._header(value, loaded)
            else:
                _replay(value, loaded)
            position = end
        if not content or (number == 1 and loaded.cut_bytes):
            self._write(_line({"format": FORMAT, "last_ids": {}}))
        return loaded

    def _header(self, value: Any, loaded: Loaded) -> None:
        version = value.get("format") if isinstance(value, dict) else None
        if version != FORMAT:
            raise StartError(f"{self.path} has format {version}; this version reads format {FORMAT}")
        loaded.last_ids.update(value["last_ids"])

    def append(self, changes: list[Change]) -> None:
        """Write one transaction as one line."""
        self._write(_line(changes))

    def _write(self, line: bytes) -> None:
        before = os.fstat(self._file).st_size
        try:
            written = 0
            while written < len(line):
                written += os.write(self._file, line[written:])
            if self._durability == "fsync":
                os.fsync(self._file)
        except OSError:
            os.ftruncate(self._file, before)
            raise

    def rewrite(self, tables: Mapping[str, Mapping[int, Fields]], last_ids: Mapping[str, int]) -> None:
        """Write a new journal beside the old one and put it in its place."""
        fresh = self.path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(_line({"format": FORMAT, "last_ids": dict(last_ids)}))
            for name, documents in tables.items():
                for document_id, document in documents.items():
                    file.write(_line([[name, document_id, document]]))
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
        os.close(self._file)
        self._file = os.open(self.path, os.O_RDWR | os.O_APPEND)

    def close(self) -> None:
        """Flush and let go of the file and its lock."""
        if self._durability != "none":
            os.fsync(self._file)
        os.close(self._file)
        os.close(self._lock)


def _torn() -> Any:
    raise ValueError("the line has no end")


def _replay(changes: list[Change], loaded: Loaded) -> None:
    for name, document_id, document in changes:
        table = loaded.tables.setdefault(name, {})
        loaded.last_ids[name] = max(loaded.last_ids.get(name, 0), document_id)
        if document is None:
            table.pop(document_id, None)
        else:
            table[document_id] = document
    loaded.transactions += 1


def _lock(folder: Path) -> int:
    import fcntl

    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise StartError(f"data folder {folder} is in use by another mockserver") from None
    return handle
