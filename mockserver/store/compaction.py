"""Writing a journal anew: each document once, whole and on the device before it takes the old one's place."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .files import Files, write_all
from .journal_lines import FORMAT, body_of, encode, encode_raw
from .storage import Contents

CHUNK: Final = 1 << 20


class Cancelled(Exception):
    """A compaction that nobody needs any more."""


@dataclass(slots=True)
class Snapshot:
    """A journal under construction: its handle, its length, the number of its next line."""

    files: Files
    handle: int
    length: int = 0
    next_number: int = 0

    def write(self, data: bytes, lines: int) -> None:
        """Append `lines` whole lines."""
        write_all(self.files, self.handle, data)
        self.length += len(data)
        self.next_number += lines

    def write_contents(self, contents: Contents, is_cancelled: Callable[[], bool] = bool) -> None:
        """The header and each document once; raises Cancelled where it is told to stop."""
        pending = [encode(0, {"format": FORMAT, "last_ids": dict(contents.last_ids)})]
        size = len(pending[0])
        for name, documents in contents.tables.items():
            for document_id, document in documents.items():
                line = encode(self.next_number + len(pending), [[name, document_id, document]])
                pending.append(line)
                size += len(line)
                if size > CHUNK:
                    self.write(b"".join(pending), len(pending))
                    pending, size = [], 0
                    if is_cancelled():
                        raise Cancelled
        self.write(b"".join(pending), len(pending))


def write_snapshot(files: Files, path: Path, contents: Contents) -> Snapshot:
    """Write a whole journal to `path` and the device; raises OSError, with the handle closed."""
    files.remove(path)
    snapshot = Snapshot(files, files.open(path))
    try:
        snapshot.write_contents(contents)
        files.sync(snapshot.handle)
    except BaseException:
        files.close(snapshot.handle)
        raise
    return snapshot


class Compaction:
    """A journal written anew in a thread while the old one goes on growing from `start`.

    `compact_length` is what the documents took that were held when it began.
    """

    def __init__(self, files: Files, path: Path, contents: Contents, *, start: int) -> None:
        self._files = files
        self._path = path
        self._contents = contents
        self._snapshot: Snapshot | None = None
        self._thread: threading.Thread | None = None
        self._cancel = threading.Event()
        self.position = start
        self.compact_length = 0

    @property
    def is_cancelled(self) -> bool:
        """Whether it was told to stop."""
        return self._cancel.is_set()

    def begin(self, work: Callable[[Compaction], None]) -> None:
        """Run `work` in a thread of its own."""
        self._thread = threading.Thread(target=self._run, args=(work,), name="compaction", daemon=True)
        self._thread.start()

    def _run(self, work: Callable[[Compaction], None]) -> None:
        try:
            work(self)
        except Cancelled:
            return

    def cancel(self) -> None:
        """Have it stop, and wait until it has."""
        self._cancel.set()
        self.join()

    def join(self) -> None:
        """Wait until it has ended."""
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def write(self) -> None:
        """Write what was held when it began; raises OSError or Cancelled."""
        self._files.remove(self._path)
        self._snapshot = Snapshot(self._files, self._files.open(self._path))
        self._snapshot.write_contents(self._contents, self._cancel.is_set)
        self._files.sync(self._snapshot.handle)
        self.compact_length = self._snapshot.length

    def copy(self, source: int, end: int) -> None:
        """Add the lines that the old file has got since, up to byte `end`, under new numbers."""
        rest = b""
        snapshot = self._made()
        while self.position < end:
            piece = self._files.read(source, min(CHUNK, end - self.position), self.position)
            if not piece:
                raise OSError("the journal is shorter than what was written to it")
            self.position += len(piece)
            *lines, rest = (rest + piece).split(b"\n")
            made = [encode_raw(snapshot.next_number + at, body_of(line)) for at, line in enumerate(lines)]
            snapshot.write(b"".join(made), len(made))

    def _made(self) -> Snapshot:
        if self._snapshot is None:
            raise RuntimeError("a compaction is written first")
        return self._snapshot

    def sync(self) -> None:
        """Have the device keep the new file."""
        self._files.sync(self._made().handle)

    def release(self) -> tuple[int, int, int]:
        """Handle, length and next number of the new journal, which is the caller's from now on."""
        made, self._snapshot = self._made(), None
        return made.handle, made.length, made.next_number

    def abandon(self) -> bool:
        """Close what was not released; whether there was such a file."""
        made, self._snapshot = self._snapshot, None
        if made is not None:
            self._files.close(made.handle)
        return made is not None
