"""What many calls add up to: counts, and one finding for each thing that is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from mockserver.traffic import Exchange, Severity, TrafficChecker
from mockserver.traffic.addresses import Place

from ..checks import OF_MEANING, judge
from ..contract import Contract
from ..core.events import RuleResult, outcome_of
from ..coverage import Coverage
from ..findings import Finding, merge
from ..redaction import Redaction
from .converted import NO_OPERATION, core_exchange, finding_of, finding_of_check, generalised

MOST_FINDINGS: Final = 5000


@dataclass
class Gathered:
    """The calls that were looked at so far."""

    checker: TrafficChecker
    contract: Contract
    is_wanted: Callable[[str, str], bool] = lambda *_: True
    coverage: Coverage = field(default_factory=Coverage)
    places: Counter[Place] = field(default_factory=Counter)
    unanswered: int = 0
    bodiless: int = 0
    dropped: int = 0
    _findings: dict[tuple[str, str, str], Finding] = field(default_factory=dict)
    _calls: Counter[str] = field(default_factory=Counter)
    _seconds: dict[str, float] = field(default_factory=dict)
    _redact: Redaction = field(default_factory=Redaction)

    @property
    def calls(self) -> int:
        """All calls, those of other APIs too."""
        return self.places.total()

    @property
    def of_contract(self) -> int:
        """The calls that the contract speaks of."""
        return sum(self.places[place] for place in (Place.OPERATION, Place.NO_PATH, Place.NO_METHOD))

    @property
    def findings(self) -> list[Finding]:
        """What is wrong, worst first."""
        return merge(list(self._findings.values()))

    def add_all(self, exchanges: Iterable[Exchange]) -> None:
        """Look at calls, one after the other."""
        for exchange in exchanges:
            self.add(exchange)

    def add(self, exchange: Exchange) -> None:
        """Look at a call."""
        checked = self.checker.judge(exchange)
        self.places[checked.place] += 1
        if not checked.is_of_contract:
            return
        call = core_exchange(exchange, checked.operation_id)
        self.coverage.add(call)
        name = checked.operation_id or NO_OPERATION
        self._calls[name] += 1
        self._seconds[name] = self._seconds.get(name, 0.0) + call.seconds
        for violation in checked.violations:
            place = generalised(violation.pointer)
            self._note(violation.kind.name, name, place, partial(finding_of, violation, call, self._redact))
        response = exchange.response
        self.unanswered += response is None
        self.bodiless += response is not None and response.body is None
        is_whole = response is not None and response.body is not None
        if is_whole and not any(one.severity is Severity.ERROR for one in checked.violations):
            for broken in judge(call, self.contract, checks=OF_MEANING):
                make = partial(finding_of_check, broken, call, self.contract, self._redact)
                self._note(broken.check.rule_id, name, "", make)

    def _note(self, rule_id: str, operation: str, place: str, make: Callable[[], Finding]) -> None:
        if not self.is_wanted(rule_id, operation):
            return
        key = (rule_id, operation, place)
        held = self._findings.get(key)
        if held is not None:
            self._findings[key] = replace(held, count=held.count + 1)
        elif len(self._findings) < MOST_FINDINGS:
            self._findings[key] = make()
        else:
            self.dropped += 1

    def results(self) -> list[RuleResult]:
        """One result for each operation that was called."""
        found: dict[str, list[Finding]] = {}
        for finding in self.findings:
            found.setdefault(finding.operation_id or NO_OPERATION, []).append(finding)
        return [
            RuleResult(
                rule_id=f"traffic.{name}",
                title=f"Calls to {name} keep to the contract.",
                source="traffic",
                outcome=outcome_of(found.get(name, ())),
                seconds=round(self._seconds[name], 3),
                requests=number,
                findings=tuple(found.get(name, ())),
            )
            for name, number in sorted(self._calls.items())
        ]
