"""A process that writes to a store until it is killed, and says what has been acknowledged.

It reads lines `<folder> <seed> <dying call> <where>`, forks for each, and the child writes: each transaction
adds one insight and counts in another. It prints `pid N`, `ack N` for each transaction that has been kept,
and `end` when the child is gone. A dying call of 0 or more is the call of the file layer at which the child
kills itself: `before`, `in` the middle of, or `after` it.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from mockserver.store import JournalDocuments, Store
from mockserver.store.files import DiskFiles
from tests.store.test_table import insight

COUNTER = 1
COMPACT_ABOVE = 40_000


class DyingFiles(DiskFiles):
    """Kills the process at one call."""

    def __init__(self, dying_call: int, where: str) -> None:
        self.calls = 0
        self._dying_call = dying_call
        self._where = where

    def _die(self, where: str) -> None:
        if 0 <= self._dying_call <= self.calls and where == self._where:
            os.kill(os.getpid(), signal.SIGKILL)

    def write(self, handle: int, data: bytes) -> int:
        self._die("before")
        if 0 <= self._dying_call <= self.calls and self._where == "in":
            super().write(handle, data[: len(data) // 2])
            self._die("in")
        written = super().write(handle, data)
        self._die("after")
        self.calls += 1
        return written

    def sync(self, handle: int) -> None:
        self._die("before")
        self._die("in")
        super().sync(handle)
        self._die("after")
        self.calls += 1

    def replace(self, source: Path, target: Path) -> None:
        self._die("before")
        self._die("in")
        super().replace(source, target)
        self._die("after")
        self.calls += 1


def write_on(folder: Path, durability: str, dying_call: int, where: str) -> None:
    """Write until killed."""
    files = DyingFiles(dying_call, where)
    journal = JournalDocuments(folder, durability, files=files, compact_above=COMPACT_ABOVE)  # type: ignore[arg-type]
    store = Store(journal)
    if store.insights.fetch(COUNTER) is None:
        store.insights.add(insight(COUNTER, filters={"count": COUNTER}))
    while True:
        number = store.insights.new_id()
        with store.transaction():
            store.insights.add(insight(number, name="x" * (number % 300)))
            store.insights.amend(COUNTER, {"filters": {"count": number}})
            if number > 40:
                store.insights.drop(number - 40 + 1)
        os.write(1, b"ack %d\n" % number)


def main() -> None:
    """Fork a writer for each line of the input."""
    for line in sys.stdin:
        folder, durability, dying_call, where = line.split()
        pid = os.fork()
        if pid == 0:
            try:
                os.write(1, b"pid %d\n" % os.getpid())
                write_on(Path(folder), durability, int(dying_call), where)
            finally:
                os._exit(1)
        os.waitpid(pid, 0)
        os.write(1, b"end\n")


if __name__ == "__main__":
    main()
