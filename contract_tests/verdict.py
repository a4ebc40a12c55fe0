"""From findings to a verdict: what is known, what counts, and whether the run has passed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from .baseline import Baseline
from .findings import Finding, Severity

NEVER = "never"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`counted` are the findings that are not known; `failing` those of them that are severe enough."""

    passed: bool
    counted: tuple[Finding, ...]
    known: tuple[Finding, ...]
    unused: tuple[str, ...]
    expired: tuple[str, ...]
    failing: tuple[Finding, ...] = ()


def judge_run(findings: Iterable[Finding], baseline: Baseline, today: date, fail_on: str) -> Verdict:
    """Weigh findings against a baseline. `fail_on` is a severity, or `never`."""
    counted: list[Finding] = []
    known: list[Finding] = []
    used: set[int] = set()
    expired: list[str] = []
    for finding in findings:
        number, entry = baseline.entry_for(finding)
        if entry is None:
            counted.append(finding)
            continue
        used.add(number)
        if entry.is_expired(today):
            expired.append(f"{entry.rule} ({entry.reason}, until {entry.expires})")
            counted.append(finding)
        else:
            known.append(replace(finding, known=entry.reason))
    unused = tuple(entry.rule for number, entry in enumerate(baseline.entries) if number not in used)
    failing = tuple(
        one for one in counted if fail_on != NEVER and one.severity.rank >= Severity(fail_on).rank
    )
    return Verdict(not failing, tuple(counted), tuple(known), unused, tuple(expired), failing)
