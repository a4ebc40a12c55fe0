"""Virtual time: the only module of the program that reads the system's clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class TimeSource(Protocol):
    """Where real time comes from; tests hand in one of their own."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemTime:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.fromtimestamp(time.time(), UTC)


class Clock:
    """Time as the fake sees it: real, frozen, shifted or at another rate.

    A clock reads `anchor + (source.now() - since) * rate`; a frozen one stands still at its anchor.
    """

    def __init__(self, source: TimeSource | None = None) -> None:
        self._source = source or SystemTime()
        self._since = self._source.now()
        self._anchor = self._since
        self.frozen = False
        self.rate = 1.0

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        if self.frozen:
            return self._anchor
        if self.rate == 1.0:
            return self._anchor + (self._source.now() - self._since)
        return self._anchor + (self._source.now() - self._since) * self.rate

    def set(
        self, *, now: datetime | None = None, frozen: bool | None = None, rate: float | None = None
    ) -> None:
        """Move the clock to `now` and change how it runs; what is not given stays as it is."""
        self._anchor = (now or self.now()).astimezone(UTC)
        self._since = self._source.now()
        self.frozen = self.frozen if frozen is None else frozen
        self.rate = self.rate if rate is None else rate

    def advance(self, seconds: float) -> None:
        """Jump ahead by `seconds`, frozen or not."""
        self.set(now=self.now() + timedelta(seconds=seconds))


def perf_seconds() -> float:
    """A monotonic reading in seconds, for durations that are reported and never decide anything."""
    return time.perf_counter()
