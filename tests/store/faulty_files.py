"""A file layer whose calls fail when a test says so."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mockserver.store.files import DiskFiles

KINDS = ("short", "ENOSPC", "EIO", "part ENOSPC", "part EIO")


class FaultyFiles(DiskFiles):
    """Counts its calls by name; `fail` lists calls (name, how many of them pass first) and how they fail."""

    def __init__(self) -> None:
        self.calls: dict[str, int] = {}
        self.plan: dict[tuple[str, int], str] = {}
        self.always: dict[str, str] = {}

    def fail(self, name: str, kind: str, *, after: int = 0) -> None:
        """Have the call `name` fail once, after `after` more of them."""
        self.plan[name, self.calls.get(name, 0) + after] = kind

    @contextmanager
    def failing(self, **kinds: str) -> Iterator[None]:
        """Have calls fail until the block ends."""
        self.always = kinds
        try:
            yield
        finally:
            self.always = {}

    def _kind(self, name: str) -> str | None:
        number = self.calls.get(name, 0)
        self.calls[name] = number + 1
        return self.plan.pop((name, number), None) or self.always.get(name)

    def _enter(self, name: str) -> None:
        kind = self._kind(name)
        if kind is not None:
            raise as_error(kind)

    def open(self, path: Path) -> int:
        self._enter("open")
        return super().open(path)

    def write(self, handle: int, data: bytes) -> int:
        kind = self._kind("write")
        if kind is None:
            return super().write(handle, data)
        if kind == "short":
            return super().write(handle, data[: max(1, len(data) // 2)])
        if kind.startswith("part"):
            super().write(handle, data[: len(data) // 2])
        raise as_error(kind)

    def sync(self, handle: int) -> None:
        self._enter("sync")
        super().sync(handle)

    def truncate(self, handle: int, size: int) -> None:
        self._enter("truncate")
        super().truncate(handle, size)

    def replace(self, source: Path, target: Path) -> None:
        self._enter("replace")
        super().replace(source, target)

    def sync_folder(self, folder: Path) -> None:
        self._enter("sync_folder")
        super().sync_folder(folder)


def as_error(kind: str) -> OSError:
    """The error of a kind."""
    number = getattr(errno, kind.rsplit(maxsplit=1)[-1])
    return OSError(number, os.strerror(number))
