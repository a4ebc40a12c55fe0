"""Looks at calls after they were passed on, in a thread of its own, so that no client waits for it."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Sequence
from typing import Final, Protocol

from ..clock import perf_seconds
from ..traffic import Checked, Exchange, Request, Severity, TrafficChecker
from .passed import Passed
from .tally import Tally

QUEUE_FULL: Final = "too many calls waiting"
CRASHED: Final = "the check failed"
WARMING: Final = Request("GET", "/api/projects/1/insights?limit=1")

logger = logging.getLogger("mockserver.proxy")


class Listener(Protocol):
    """Hears of each call that was looked at, one at a time."""

    def __call__(self, exchange: Exchange, checked: Checked) -> None:
        """Do something with it; it is gone afterwards."""
        ...


class CheckDesk:
    """A bounded queue of calls, and the thread that holds each against the contract."""

    def __init__(
        self, checker: TrafficChecker, tally: Tally, listeners: Sequence[Listener], *, most_waiting: int
    ) -> None:
        self._checker = checker
        self._tally = tally
        self._listeners = tuple(listeners)
        self._waiting: queue.Queue[Passed | None] = queue.Queue(most_waiting)
        self._thread = threading.Thread(target=self._run, name="checks", daemon=True)
        self._telling = threading.Lock()

    @property
    def waiting(self) -> int:
        """How many calls wait."""
        return self._waiting.qsize()

    def start(self) -> None:
        """Begin; what the first check needs is imported at once."""
        self._thread.start()

    def offer(self, passed: Passed) -> None:
        """Have a call looked at; never waits, and gives it up where too many wait already."""
        try:
            self._waiting.put_nowait(passed)
        except queue.Full:
            self._tally.count_unchecked(QUEUE_FULL)
            passed.release()

    def settle(self) -> None:
        """Wait until every call that was offered by now has been looked at."""
        self._waiting.join()

    def judge(self, passed: Passed) -> Checked | None:
        """Look at a call at once, tell of it and let go of it; None where the check itself fails."""
        try:
            exchange = passed.exchange()
            if passed.lost is not None:
                self._tally.count_unchecked(f"body {passed.lost}")
            checked = self._checker.judge(exchange)
            with self._telling:
                for listener in self._listeners:
                    listener(exchange, checked)
        except Exception:
            logger.exception("a call to %s could not be looked at", passed.method)
            self._tally.count_unchecked(CRASHED)
            return None
        finally:
            passed.release()
        return checked

    def stop(self, seconds: float) -> int:
        """Look at what waits, for so long at most; how many calls were left."""
        end = perf_seconds() + seconds
        while True:
            try:
                self._waiting.put(None, timeout=max(0.0, end - perf_seconds()))
                break
            except queue.Full:
                return self.waiting
        self._thread.join(max(0.0, end - perf_seconds()))
        return max(0, self.waiting - 1) if self._thread.is_alive() else 0

    def _run(self) -> None:
        self._checker.judge(Exchange(WARMING))
        while (passed := self._waiting.get()) is not None:
            self.judge(passed)
            self._waiting.task_done()
        self._waiting.task_done()


def is_broken(checked: Checked) -> bool:
    """Whether a call breaks the contract, as far as errors go."""
    return any(one.severity is Severity.ERROR for one in checked.violations)
