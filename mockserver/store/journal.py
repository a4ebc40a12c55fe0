"""An append-only, checksummed journal behind the tables, for `--data`.

Each transaction is one line, written before the answer to it is sent. A write that fails is taken back; a
file that can't be trusted after a failure is written anew, beside the old one, from what memory holds,
before anything more is acknowledged. The file is also written anew, in the background, when it has grown
to a multiple of what it holds, so that its size is bounded by the documents and not by how often they
changed.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ..errors import StartError
from .compaction import Compaction, write_snapshot
from .files import DiskFiles, Files, lock_folder, write_all
from .journal_lines import FORMAT, encode
from .journal_reading import Reading, read_journal
from .storage import Change, Contents, Durability, Loaded, MemoryDocuments

FILE_NAME: Final = "store.journal"
COMPACT_ABOVE: Final = 16 * 1024 * 1024
COMPACT_FACTOR: Final = 3
BUFFER_BYTES: Final = 256 * 1024

logger = logging.getLogger("mockserver.store")


class JournalDocuments(MemoryDocuments):
    """The journal in `folder`, which no second process may open at the same time.

    `durability` says when a transaction counts as kept: `fsync` when the device has it, `os` when the
    operating system has it (it outlives the process, not a power cut), `none` when it is noted (what was
    noted last may be lost with the process). `compact_above` bytes the file is let grow to in any case.
    """

    def __init__(
        self,
        folder: Path,
        durability: Durability = "os",
        *,
        files: Files | None = None,
        compact_above: int = COMPACT_ABOVE,
    ) -> None:
        super().__init__()
        self.path = folder / FILE_NAME
        self._durability = durability
        self._files = files or DiskFiles()
        self._floor = compact_above
        self._bound = compact_above
        self._mutex = threading.Lock()
        self._buffer = bytearray()
        self._length = self._next_number = 0
        self._is_suspect = False
        self._compaction: Compaction | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = lock_folder(folder)
            self._handle = self._files.open(self.path)
        except OSError as error:
            raise StartError(f"cannot use data folder {folder}: {error.strerror}") from error

    def load(self) -> Loaded:
        """Read the journal; a torn tail is cut off and kept aside, an older format is written in the new.

        Raises StartError for a damaged middle, or a format that this version does not know.
        """
        reading = read_journal(self.path)
        try:
            self._files.remove(self._fresh)
            self._settle(reading)
        except OSError as error:
            raise StartError(f"cannot write {self.path}: {error.strerror}") from error
        return reading.loaded

    def _settle(self, reading: Reading) -> None:
        loaded = reading.loaded
        self._length, self._next_number = reading.end, reading.next_number
        if loaded.cut_bytes:
            self._cut_tail(reading)
        if loaded.migrated_from is not None:
            self._keep_aside(f"{FILE_NAME}.format-{loaded.migrated_from}", 0, reading.end)
            logger.warning("%s is brought from format %d to %d", self.path, loaded.migrated_from, FORMAT)
            self.rewrite(Contents(loaded.tables, loaded.last_ids))
        elif reading.format is None:
            self._write(encode(0, {"format": FORMAT, "last_ids": {}}))
        else:
            self._raise_bound(reading.end * loaded.live // max(1, loaded.changes))

    def _cut_tail(self, reading: Reading) -> None:
        name = f"{FILE_NAME}.torn"
        self._keep_aside(name, reading.end, reading.end + reading.loaded.cut_bytes)
        self._files.truncate(self._handle, reading.end)
        logger.warning(
            "%s ended in %d bytes of a change that was never acknowledged; they are cut off and kept in %s",
            self.path,
            reading.loaded.cut_bytes,
            name,
        )

    def _keep_aside(self, name: str, start: int, end: int) -> None:
        path = self.path.with_name(name)
        self._files.remove(path)
        handle = self._files.open(path)
        try:
            while start < end:
                piece = self._files.read(self._handle, min(1 << 20, end - start), start)
                if not piece:
                    break
                write_all(self._files, handle, piece)
                start += len(piece)
            self._files.sync(handle)
        finally:
            self._files.close(handle)

    def append(self, changes: list[Change], contents: Callable[[], Contents]) -> None:
        """Write one transaction as one line; raises OSError, and keeps nothing of it, where that fails."""
        if self._is_suspect:
            self.rewrite(contents())
            return
        with self._mutex:
            line = encode(self._next_number, changes)
            if self._durability == "none":
                self._note(line)
            else:
                self._write(line)
        if self._length > self._bound:
            if self._compaction is None:
                self._begin_compaction(contents())
            elif self._length > 2 * self._bound:
                # whoever writes faster than the file is written anew waits for it, or it would grow on
                self.wait()

    def _note(self, line: bytes) -> None:
        if len(self._buffer) + len(line) > BUFFER_BYTES:
            self._flush()
        self._buffer += line
        self._next_number += 1

    def _flush(self) -> None:
        if self._buffer:
            data, number = bytes(self._buffer), self._next_number
            self._write(data)
            self._buffer.clear()
            self._next_number = number

    def _write(self, data: bytes) -> None:
        try:
            write_all(self._files, self._handle, data)
        except OSError:
            self._take_back()
            raise
        if self._durability == "fsync":
            try:
                self._files.sync(self._handle)
            except OSError:
                # what the device has after a failed fsync nobody knows, and a second one may lie
                self._is_suspect = True
                raise
        self._length += len(data)
        self._next_number += 1

    def _take_back(self) -> None:
        try:
            self._files.truncate(self._handle, self._length)
        except OSError:
            self._is_suspect = True

    def rewrite(self, contents: Contents) -> None:
        """Write a new journal beside the old one and put it in its place."""
        self._end_compaction()
        with self._mutex:
            try:
                snapshot = write_snapshot(self._files, self._fresh, contents)
                try:
                    self._files.replace(self._fresh, self.path)
                except OSError:
                    self._files.close(snapshot.handle)
                    raise
            except OSError:
                self._discard()
                raise
            self._adopt(snapshot.handle, snapshot.length, snapshot.next_number)
            self._raise_bound(snapshot.length)
            self._buffer.clear()
            self._sync_folder()

    def _sync_folder(self) -> None:
        # until the folder is on the device too, a power cut may bring the old file back
        self._is_suspect = True
        self._files.sync_folder(self.path.parent)
        self._is_suspect = False

    def _adopt(self, handle: int, length: int, next_number: int) -> None:
        old, self._handle = self._handle, handle
        self._length, self._next_number = length, next_number
        self._files.close(old)

    def _raise_bound(self, compact_length: int) -> None:
        self._bound = max(self._floor, COMPACT_FACTOR * compact_length)

    @property
    def _fresh(self) -> Path:
        return self.path.with_suffix(".new")

    def _discard(self) -> None:
        try:
            self._files.remove(self._fresh)
        except OSError:
            logger.warning("%s is left over and could not be removed", self._fresh)

    def _begin_compaction(self, contents: Contents) -> None:
        with self._mutex:
            try:
                self._flush()
            except OSError as error:
                self._put_off_compaction(error)
                return
            self._compaction = Compaction(self._files, self._fresh, contents, start=self._length)
        self._compaction.begin(self._finish_compaction)

    def _put_off_compaction(self, error: OSError) -> None:
        # the old file goes on being right; try again when it has doubled
        logger.warning("%s could not be compacted: %s", self.path, error.strerror or error)
        self._bound = 2 * self._length

    def _finish_compaction(self, compaction: Compaction) -> None:
        """Bring a new file up to date and put it in the old one's place; runs in the compaction's thread."""
        try:
            compaction.write()
            while self._length - compaction.position > BUFFER_BYTES and not compaction.is_cancelled:
                compaction.copy(self._handle, self._length)
            with self._mutex:
                if compaction.is_cancelled:
                    return
                self._flush()
                compaction.copy(self._handle, self._length)
                compaction.sync()
                self._files.replace(self._fresh, self.path)
                self._adopt(*compaction.release())
                self._raise_bound(compaction.compact_length)
                self._sync_folder()
        except OSError as error:
            self._put_off_compaction(error)
        finally:
            if compaction.abandon():
                self._discard()
            self._compaction = None

    def _end_compaction(self) -> None:
        compaction = self._compaction
        if compaction is not None:
            compaction.cancel()

    def wait(self) -> None:
        """Wait until a compaction that runs in the background has ended."""
        compaction = self._compaction
        if compaction is not None:
            compaction.join()

    def close(self) -> None:
        """Flush and let go of the file and its lock; raises OSError where the flush fails."""
        self._end_compaction()
        try:
            with self._mutex:
                self._flush()
            if self._durability != "none":
                self._files.sync(self._handle)
        finally:
            self._files.close(self._handle)
            self._files.close(self._lock)
