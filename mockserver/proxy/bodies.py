"""Copies of bodies that pass by: of bounded size each, and all of them together."""

from __future__ import annotations

import threading
from enum import StrEnum


class Lost(StrEnum):
    """Why there is no copy of a body."""

    TOO_LARGE = "larger than the limit"
    NO_MEMORY = "too large for the memory left"


class Budget:
    """Bytes that all copies share; safe to use from several threads."""

    def __init__(self, total: int) -> None:
        self._lock = threading.Lock()
        self._left = total

    def take(self, size: int) -> bool:
        """Whether there were so many bytes left, which are taken now."""
        with self._lock:
            if size > self._left:
                return False
            self._left -= size
            return True

    def give_back(self, size: int) -> None:
        """Let others have them."""
        with self._lock:
            self._left += size

    @property
    def left(self) -> int:
        """How many bytes are left."""
        return self._left


class Copy:
    """A body as far as it has passed by; it lets go of everything once it gets too large."""

    def __init__(self, budget: Budget, limit: int) -> None:
        self._budget = budget
        self._limit = limit
        self._chunks: list[bytes] = []
        self.size = 0
        self.lost: Lost | None = None

    def add(self, chunk: bytes) -> None:
        """Keep a part."""
        if self.lost is not None:
            return
        if self.size + len(chunk) > self._limit:
            self._lose(Lost.TOO_LARGE)
        elif not self._budget.take(len(chunk)):
            self._lose(Lost.NO_MEMORY)
        else:
            self._chunks.append(chunk)
            self.size += len(chunk)

    def _lose(self, reason: Lost) -> None:
        self.release()
        self.lost = reason

    @property
    def body(self) -> bytes | None:
        """The body, or None where it is lost."""
        return None if self.lost is not None else b"".join(self._chunks)

    def release(self) -> None:
        """Let go of it; nothing is added afterwards."""
        self._budget.give_back(self.size)
        self._chunks, self.size = [], 0
