"""Which operations, statuses and parameters a run has touched, and how long answers took."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from .contract import Contract
from .core.exchange import Exchange

LONGEST_KEPT = 2000


@dataclass(frozen=True, slots=True)
class OperationCoverage:
    """One operation: its statuses and parameters with how often each was seen; times in milliseconds."""

    operation_id: str
    method: str
    path: str
    statuses: dict[str, int]
    parameters: dict[str, int]
    requests: int
    median_ms: float
    slowest_ms: float


class Coverage:
    """Counts exchanges by operation; safe to use from several threads."""

    def __init__(self) -> None:
        self._statuses: dict[str, Counter[str]] = {}
        self._parameters: dict[str, Counter[str]] = {}
        self._times: dict[str, list[float]] = {}
        self._lock = threading.Lock()
        self.requests = 0

    def add(self, exchange: Exchange) -> None:
        """Count an exchange."""
        with self._lock:
            self.requests += 1
            name = exchange.operation_id
            if name is None:
                return
            self._statuses.setdefault(name, Counter())[str(exchange.status or "no answer")] += 1
            self._parameters.setdefault(name, Counter()).update(list(exchange.query))
            times = self._times.setdefault(name, [])
            if len(times) < LONGEST_KEPT:
                times.append(exchange.seconds * 1000)

    def operations(self, contract: Contract) -> Iterator[OperationCoverage]:
        """Every operation of the contract, those that were never called too."""
        for name, operation in contract.operations.items():
            times = sorted(self._times.get(name, []))
            known = dict.fromkeys(sorted(operation.responses), 0)
            queries = {one.name: 0 for one in operation.parameters if one.place == "query"}
            seen = self._parameters.get(name, Counter())
            yield OperationCoverage(
                name,
                operation.method.upper(),
                operation.path,
                {**known, **self._statuses.get(name, Counter())},
                {**queries, **{key: seen[key] for key in queries if key in seen}},
                len(times),
                round(times[len(times) // 2], 2) if times else 0.0,
                round(times[-1], 2) if times else 0.0,
            )
