"""The run on a terminal: progress while it goes on, then the findings by rule, then one verdict."""

from __future__ import annotations

import sys
from collections import Counter
from typing import Final, TextIO

from ..contract import SHOWN_PATH
from ..core.events import (
    Event,
    Notice,
    Outcome,
    PhaseStarted,
    RuleFinished,
    RunFinished,
    RunStarted,
)
from ..engine import RunReport
from ..findings import Finding, Severity
from ..verdict import Verdict

WIDTH = 28
MARKS: Final = {Severity.ERROR: "✗", Severity.WARNING: "!", Severity.NOTE: "·"}


class Progress:
    """Listens to a run; a bar on a terminal, a line a finding elsewhere."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._is_live = self._stream.isatty()
        self._total = 0
        self._done: Counter[Outcome] = Counter()
        self._phase = "scenarios"

    def __call__(self, event: Event) -> None:
        """Show an event."""
        match event:
            case RunStarted(rules=rules, profile=profile):
                self._total = rules
                self._line(f"profile {profile}, {rules} rules")
            case RuleFinished(result=result):
                self._done[result.outcome] += 1
                if result.outcome is Outcome.FAILED:
                    for finding in result.findings:
                        where = f" [{finding.operation_id}]" if finding.operation_id else ""
                        self._line(f"✗ {finding.rule_id}{where}: {finding.message[:160]}")
                self._draw()
            case PhaseStarted(name=name):
                self._phase = name
                self._line(f"  {name} …")
            case Notice(text=text):
                self._line(f"! {text}")
            case RunFinished():
                self._clear()

    def _draw(self) -> None:
        if not self._is_live:
            return
        done = sum(self._done.values())
        filled = WIDTH * done // max(1, self._total, done)
        bar = "█" * filled + "░" * (WIDTH - filled)
        failed = self._done[Outcome.FAILED]
        self._stream.write(f"\r{bar} {done}/{max(self._total, done)} {self._phase}, {failed} failed \x1b[K")
        self._stream.flush()

    def _clear(self) -> None:
        if self._is_live:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def _line(self, text: str) -> None:
        self._clear()
        self._stream.write(text + "\n")
        self._stream.flush()


def summary(report: RunReport, verdict: Verdict, *, verbose: bool = False) -> str:
    """The end of a run in words."""
    counts = Counter(result.outcome for result in report.results)
    lines = [finding_text(finding, verbose=verbose) for finding in verdict.counted]
    lines += baseline_lines(verdict)
    skipped = [result for result in report.results if result.outcome is Outcome.SKIPPED]
    if skipped:
        reasons = Counter(result.reason for result in skipped)
        lines.append("Skipped:")
        lines += [f"  {number:3} {reason}" for reason, number in reasons.most_common()]
    if report.leftovers:
        lines.append("Left behind (run `contract-tests clean`): " + ", ".join(report.leftovers[:10]))
    called = [one for one in report.coverage.operations(report.contract) if one.requests]
    stopped = f", {report.stopped}" if report.stopped else ""
    lines.append(
        f"{counts[Outcome.PASSED]} passed, {counts[Outcome.FAILED]} failed, {counts[Outcome.SKIPPED]} skipped"
        f"; {len(verdict.counted)} findings; {report.coverage.requests} requests to {len(called)} of"
        f" {len(report.contract.operations)} operations in {report.seconds:.1f} s{stopped}"
    )
    ended = "STOPPED before the end" if report.was_interrupted else "PASSED"
    lines.append(ended if verdict.passed else "FAILED")
    return "\n".join(lines) + "\n"


def baseline_lines(verdict: Verdict) -> list[str]:
    """What the baseline excused, and what is wrong with it."""
    lines = []
    if verdict.known:
        lines.append("Known, from the baseline: " + ", ".join(sorted({f.rule_id for f in verdict.known})))
    for entry in verdict.unused:
        lines.append(f"The baseline's entry for {entry} matches nothing any more; remove it.")
    for text in verdict.expired:
        lines.append(f"Expired in the baseline: {text}")
    return lines


def finding_text(finding: Finding, *, verbose: bool) -> str:
    """A finding in a few lines."""
    where = f"  {SHOWN_PATH}:{finding.contract_line}" if finding.contract_line else ""
    times = f" ({finding.count} times)" if finding.count > 1 else ""
    head = f"{MARKS[finding.severity]} {finding.rule_id}{times}"
    if finding.operation_id:
        head += f"  {finding.operation_id}"
    # a note is said in short: it is read for what it says, not for its proof
    is_short = finding.severity is Severity.NOTE and not verbose
    lines = [head, *(() if is_short else (f"  Rule      {finding.title}",)), f"  Found     {finding.message}"]
    if where:
        lines.append(f"  Contract {where[1:]}")
    if is_short:
        return "\n".join(lines) + "\n"
    if finding.request:
        lines.append(f"  Request   {finding.request}")
    if finding.response:
        shown = finding.response if verbose else finding.response[:600]
        lines.append("  Response  " + shown.replace("\n", "\n            "))
    return "\n".join(lines) + "\n"
