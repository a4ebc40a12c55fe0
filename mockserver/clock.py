"""Virtual time: the only module of the program that reads the system's clock."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class ClockState:
    """All that a clock is beside its source: at real time `since` it showed `anchor`."""

    anchor: datetime
    since: datetime
    frozen: bool
    rate: float


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
        """Jump ahead by `seconds`, frozen or not; raises OverflowError past the year 9999."""
        self.set(now=self.now() + timedelta(seconds=seconds))

    def run_real(self) -> None:
        """Show real time again."""
        self._since = self._anchor = self._source.now()
        self.frozen = False
        self.rate = 1.0

    @property
    def state(self) -> ClockState:
        """What `load` takes to make another clock of the same source show the same."""
        return ClockState(self._anchor, self._since, self.frozen, self.rate)

    def load(self, state: ClockState) -> None:
        """Become the clock that `state` was read from."""
        self._anchor, self._since = state.anchor, state.since
        self.frozen, self.rate = state.frozen, state.rate

    def twin(self) -> Clock:
        """A clock of its own that goes on from here."""
        made = Clock(self._source)
        made.load(self.state)
        return made


class Clocks:
    """The server's clock and those of projects that have one of their own; the others follow the server's."""

    def __init__(self, main: Clock) -> None:
        self.main = main
        self._start = main.state
        self._own: dict[int, Clock] = {}

    def of(self, project_id: int | None) -> Clock:
        """The clock that a project follows; the server's for None."""
        return self.main if project_id is None else self._own.get(project_id, self.main)

    def own(self, project_id: int | None) -> Clock:
        """A project's own clock, made now if it had none: it goes on from the server's."""
        if project_id is None:
            return self.main
        return self._own.setdefault(project_id, self.main.twin())

    def has_own(self, project_id: int) -> bool:
        """Whether a project has left the server's clock."""
        return project_id in self._own

    def owners(self) -> Iterator[int]:
        """The projects with a clock of their own."""
        return iter(tuple(self._own))

    def forget(self, project_id: int | None) -> None:
        """Let a project follow the server's clock again; for None, set that one as it was at the start."""
        if project_id is None:
            self.main.load(self._start)
        else:
            self._own.pop(project_id, None)

    def start_now(self) -> datetime:
        """What the server's clock would show if nobody had touched it."""
        untouched = self.main.twin()
        untouched.load(self._start)
        return untouched.now()

    def forget_all(self) -> None:
        """Back to how the server started."""
        self._own.clear()
        self.forget(None)


def real_pause(seconds: float) -> None:
    """Wait in real time, for somebody else's server; nothing of the fake itself waits by it."""
    time.sleep(seconds)


def perf_seconds() -> float:
    """A monotonic reading in seconds, for durations that are reported and never decide anything."""
    return time.perf_counter()
