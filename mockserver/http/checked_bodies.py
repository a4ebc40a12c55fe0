"""Answers that have been checked before, byte for byte."""

from __future__ import annotations

from typing import Final

LARGEST: Final = 512 * 1024
TOTAL: Final = 8 * 1024 * 1024


class CheckedBodies:
    """Remembers bodies that kept to the contract, so that the very same bytes are not checked twice.

    Kept by schema and whole content, not by a digest, so that nothing is ever taken for something else.
    `TOTAL` bytes at most; the oldest go first.
    """

    def __init__(self) -> None:
        self._held: dict[tuple[str, bytes], None] = {}
        self._bytes = 0

    def has(self, place: str, body: bytes) -> bool:
        """Whether this body has been found to fit the schema at `place`."""
        return (place, body) in self._held

    def add(self, place: str, body: bytes) -> None:
        """Remember a body that fits."""
        if len(body) > LARGEST:
            return
        self._held[place, body] = None
        self._bytes += len(body)
        while self._bytes > TOTAL:
            oldest = next(iter(self._held))
            del self._held[oldest]
            self._bytes -= len(oldest[1])
