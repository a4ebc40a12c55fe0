"""What the engine tells while it runs; the command line and the reports listen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from ..findings import Finding, Severity


class Outcome(StrEnum):
    """How a rule ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


def outcome_of(findings: Iterable[Finding]) -> Outcome:
    """How a rule ended that has these findings; notes alone do not fail it."""
    worse = any(finding.severity is not Severity.NOTE for finding in findings)
    return Outcome.FAILED if worse else Outcome.PASSED


@dataclass(frozen=True, slots=True)
class RuleResult:
    """How one rule went; `reason` for a skipped one."""

    rule_id: str
    title: str
    source: str
    outcome: Outcome
    seconds: float
    requests: int = 0
    reason: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The probe is done and this many rules follow."""

    rules: int
    profile: str


@dataclass(frozen=True, slots=True)
class RuleFinished:
    """A rule has ended."""

    result: RuleResult


@dataclass(frozen=True, slots=True)
class PhaseStarted:
    """The generated part has come to another phase."""

    name: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a person should know and that is no finding."""

    text: str


@dataclass(frozen=True, slots=True)
class RunFinished:
    """All is done."""

    seconds: float
    stopped: str = field(default="")


Event = RunStarted | RuleFinished | PhaseStarted | Notice | RunFinished
Listener = Callable[[Event], None]
