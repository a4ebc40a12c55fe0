"""While tests run, the system's clock fails for all of the program but `mockserver/clock.py`."""

from __future__ import annotations

import functools
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

EXEMPT = "mockserver.clock"
READINGS = ("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns")


class SystemTimeRead(AssertionError):
    """A module of the program has read the machine's clock past the injected one."""


def guarded(name: str, reading: Callable[[], Any]) -> Callable[[], Any]:
    """A function of the module `time` that fails for the program."""

    @functools.wraps(reading)
    def guard() -> Any:
        caller = str(sys._getframe(1).f_globals.get("__name__", ""))
        if caller.partition(".")[0] == "mockserver" and caller != EXEMPT:
            raise SystemTimeRead(f"{caller} called time.{name}()")
        return reading()

    return guard


@pytest.fixture(scope="session", autouse=True)
def only_the_clock_reads_system_time() -> Iterator[None]:
    """Guard the module `time` for the whole run."""
    held = {name: getattr(time, name) for name in READINGS}
    for name, reading in held.items():
        setattr(time, name, guarded(name, reading))
    yield
    for name, reading in held.items():
        setattr(time, name, reading)
