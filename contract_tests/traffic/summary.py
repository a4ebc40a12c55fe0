"""The end of a look at recorded calls, in words."""

from __future__ import annotations

from mockserver.traffic.addresses import Place

from ..report.terminal import baseline_lines, finding_text
from ..verdict import Verdict
from .gathering import Gathered


def summary(gathered: Gathered, verdict: Verdict, seconds: float, *, verbose: bool = False) -> str:
    """Findings, what could not be looked at, counts, verdict."""
    lines = [finding_text(finding, verbose=verbose) for finding in verdict.counted]
    lines += baseline_lines(verdict)
    if gathered.dropped:
        lines.append(f"{gathered.dropped} more violations are not shown; --only and --exclude choose")
    lines += _aside(gathered)
    called = {name.rule_id for name in gathered.results()}
    called.discard("traffic.no_operation")
    lines.append(
        f"{gathered.of_contract} calls to {len(called)} of {len(gathered.contract.operations)} operations; "
        f"{len(verdict.counted)} findings in {seconds:.1f} s"
    )
    lines.append("PASSED" if verdict.passed else "FAILED")
    return "\n".join(lines) + "\n"


def _aside(gathered: Gathered) -> list[str]:
    counts = (
        (gathered.places[Place.ELSEWHERE], "not of this contract"),
        (gathered.places[Place.PREFLIGHT], "preflights of browsers"),
        (gathered.places[Place.WEBSOCKET], "websockets"),
        (gathered.unanswered, "without an answer"),
        (gathered.bodiless, "whose answer's body was not recorded, or not whole"),
    )
    return [f"{number:5} {what}" for number, what in counts if number]
