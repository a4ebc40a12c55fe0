"""What has passed by, counted."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Final

from ..clock import Clock
from ..store import JSON, JSONObject, wire
from ..traffic import Checked, Exchange, Severity, Violation
from ..traffic.addresses import Place
from ..traffic.seen import shown_path

MOST_KINDS: Final = 1000
NO_OPERATION: Final = "no operation"
NUMBER: Final = re.compile(r"(?<=/)\d+(?=/|$)")


@dataclass(slots=True)
class OperationCounts:
    """One operation: its calls, and what was wrong with them."""

    calls: int = 0
    errors: int = 0
    warnings: int = 0
    notes: int = 0


@dataclass(slots=True)
class Noted:
    """A violation and how often it was seen; `path` is that of its first call."""

    violation: Violation
    method: str
    path: str
    status: int | None
    first: datetime
    times: int = 0

    def shape(self) -> JSONObject:
        """As JSON."""
        return {
            **self.violation.shape(),
            "message": self.violation.message,
            "times": self.times,
            "first_seen": wire(self.first),
            "method": self.method,
            "path": self.path,
            "status": self.status,
        }


@dataclass(slots=True)
class Tally:
    """All counts of one proxy; safe to use from several threads. `revision` grows with each change.

    `on_new` hears of each violation that was not seen before.
    """

    clock: Clock
    on_new: Callable[[Noted], None] = lambda _: None
    operations: dict[str, OperationCounts] = field(default_factory=dict)
    noted: dict[tuple[str, str, str], Noted] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)
    unchecked: Counter[str] = field(default_factory=Counter)
    passed: int = 0
    elsewhere: int = 0
    abandoned: int = 0
    dropped: int = 0
    revision: int = 0
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def count_passed(self, place: Place) -> None:
        """A call went through, whole."""
        with self._lock:
            self.passed += 1
            self.elsewhere += place in (Place.ELSEWHERE, Place.PREFLIGHT)
            self.revision += 1

    def count_failure(self, name: str) -> None:
        """The proxy answered itself, or broke an answer off."""
        with self._lock:
            self.failures[name] += 1
            self.revision += 1

    def count_abandoned(self) -> None:
        """A client has gone before its answer was whole."""
        with self._lock:
            self.abandoned += 1
            self.revision += 1

    def count_unchecked(self, reason: str) -> None:
        """A call was not looked at, or not at its bodies."""
        with self._lock:
            self.unchecked[reason] += 1
            self.revision += 1

    def add(self, exchange: Exchange, checked: Checked) -> None:
        """Count a call that was looked at."""
        name = checked.operation_id or NO_OPERATION
        with self._lock:
            self.revision += 1
            if not checked.is_of_contract:
                return
            counts = self.operations.setdefault(name, OperationCounts())
            counts.calls += 1
            for violation in checked.violations:
                counts.errors += violation.severity is Severity.ERROR
                counts.warnings += violation.severity is Severity.WARNING
                counts.notes += violation.severity is Severity.NOTE
                self._note(violation, exchange, name)

    def _note(self, violation: Violation, exchange: Exchange, name: str) -> None:
        key = (violation.kind.name, name, NUMBER.sub("*", violation.pointer))
        held = self.noted.get(key)
        if held is None:
            if len(self.noted) >= MOST_KINDS:
                self.dropped += 1
                return
            status = exchange.response.status if exchange.response else None
            path = shown_path(exchange.request.url)
            held = Noted(violation, exchange.request.method, path, status, self.clock.now())
            self.noted[key] = held
            self.on_new(held)
        held.times += 1

    def worst(self) -> Severity | None:
        """How bad the worst violation is."""
        with self._lock:
            seen = {one.violation.severity for one in self.noted.values()}
        return next((each for each in Severity if each in seen), None)

    def violations(self, limit: int | None = None) -> list[JSON]:
        """What is wrong, newest kind first."""
        with self._lock:
            shown = list(self.noted.values())[::-1][:limit]
            return [one.shape() for one in shown]

    def shape(self) -> JSONObject:
        """The counts as JSON."""
        with self._lock:
            operations: JSONObject = {
                name: asdict(counts) for name, counts in sorted(self.operations.items())
            }
            return {
                "calls": {
                    "passed": self.passed,
                    "not_of_the_contract": self.elsewhere,
                    "failed": self.failures.total(),
                    "abandoned": self.abandoned,
                },
                "violations": {
                    "errors": sum(one.errors for one in self.operations.values()),
                    "warnings": sum(one.warnings for one in self.operations.values()),
                    "notes": sum(one.notes for one in self.operations.values()),
                },
                "operations": operations,
                "failures": dict(self.failures),
                "unchecked": dict(self.unchecked),
            }
