"""Tells the story to both servers, a step at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from mockserver.traffic import TrafficChecker

from ..contract import Contract
from ..core import exchange as core
from ..core.events import Outcome, RuleResult, outcome_of
from ..core.shown import shown
from ..coverage import Coverage
from ..errors import Skip
from ..findings import Finding, merge
from ..redaction import Redaction
from ..traffic.converted import without_secrets
from .normal import normal
from .reading import READ_ONLY
from .side import Side
from .step import Step
from .verdicts import TITLES, Found, Judge
from .writing import WRITING

LONGEST_SHOWN = 1500


@dataclass
class Telling:
    """A story that is told, and what it has shown so far."""

    left: Side
    right: Side
    contract: Contract
    checker: TrafficChecker
    has_same_data: bool
    is_wanted: Callable[[str, str], bool] = lambda *_: True
    coverage: Coverage = field(default_factory=Coverage)
    results: list[RuleResult] = field(default_factory=list)

    @property
    def findings(self) -> list[Finding]:
        """What was found, one for each class, operation and place."""
        return merge([finding for result in self.results for finding in result.findings])

    def tell(self, steps: tuple[Step, ...]) -> None:
        """Tell steps in their order."""
        for step in steps:
            self.results.append(self._told(step))

    def _told(self, step: Step) -> RuleResult:
        started = time.monotonic()
        reason, findings = "", []
        try:
            answers = self.left.tell(step), self.right.tell(step)
        except Skip as skip:
            reason = str(skip)
        else:
            for answer in answers:
                self.coverage.add(answer)
            findings = self._compared(step, *answers)
            for side, answer in zip((self.left, self.right), answers, strict=True):
                side.keep(step, answer)
        outcome = Outcome.SKIPPED if reason else outcome_of(findings)
        return RuleResult(
            rule_id=f"drift.{step.name.replace(' ', '_').replace(chr(39), '')}",
            title=f"Both servers answer alike: {step.name}.",
            source="drift",
            outcome=outcome,
            seconds=round(time.monotonic() - started, 3),
            requests=0 if reason else 2 * step.times,
            reason=reason,
            findings=tuple(findings),
        )

    def _compared(self, step: Step, left: core.Exchange, right: core.Exchange) -> list[Finding]:
        judge = Judge(self.checker, self.contract)
        values = step.is_own or self.has_same_data
        found = judge.found(left, right, (self.left, self.right), values=values)
        findings = [self._finding(step, one, left, right) for one in found]
        return merge([one for one in findings if self.is_wanted(one.rule_id, one.operation_id or step.name)])

    def _finding(self, step: Step, found: Found, left: core.Exchange, right: core.Exchange) -> Finding:
        redact = Redaction((*self.left.target.secrets, *self.right.target.secrets))
        title, severity = TITLES[found.kind]
        operation = left.operation_id or right.operation_id
        answers = [_shown(name, answer, redact) for name, answer in (("left", left), ("right", right))]
        return Finding(
            rule_id=f"drift.{found.kind.value}",
            title=title,
            message=redact(f"{step.name}: {found.message}"),
            operation_id=operation,
            request=redact(without_secrets(left).curl),
            response="\n\n".join(answers),
            contract_line=found.line or self.contract.line(operation),
            severity=severity,
            source="drift",
            place=found.place if found.is_of_shape else f"{found.place} ({step.name})",
        )


def _shown(name: str, answer: core.Exchange, redact: Redaction) -> str:
    text = redact(shown(without_secrets(answer)))
    return f"{name}: {text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + '…'}"


def story(kind: str) -> tuple[Step, ...]:
    """The steps of a story: `read-only`, or `full` with those that write."""
    return READ_ONLY if kind == "read-only" else (*READ_ONLY, *WRITING)


def has_same_data(left: Side, right: Side) -> bool:
    """Whether both servers hold the same insights, as two fakes of one seed do."""
    pages = [side.caller.get("insights", basic="true", order="id", limit=100).json for side in (left, right)]
    first, second = (normal(page, {}) if isinstance(page, dict) else None for page in pages)
    if first is None or second is None:
        return False
    return [first.get("count"), _names(first)] == [second.get("count"), _names(second)]


def _names(page: dict[str, list[dict[str, object]]]) -> list[object]:
    return [row.get("name") for row in page.get("results", [])]
