"""What a report tells, whatever kind of run it is of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..core.events import RuleResult
from ..coverage import OperationCoverage

if TYPE_CHECKING:
    from ..engine import RunReport


@dataclass(frozen=True, slots=True)
class Account:
    """A run as reports read it.

    `subject` is what was looked at; `head` goes into the JSON as it is and `facts` onto the page; times are
    seconds, `started_at` since 1970.
    """

    title: str
    subject: str
    head: Mapping[str, Any]
    facts: Mapping[str, object]
    results: Sequence[RuleResult]
    coverage: Sequence[OperationCoverage]
    requests: int
    started_at: float
    seconds: float
    stopped: str = ""


def account_of(report: RunReport) -> Account:
    """The account of a run against a server."""
    target = report.target
    shown = {
        "project": target.project,
        "mode": target.mode.value,
        "profile": report.probe.profile,
    }
    settings = {"seed": report.options.seed, "depth": report.options.depth.value}
    return Account(
        title="Contract tests",
        subject=target.base_url,
        head={"target": {"url": target.base_url, **shown}, **settings},
        facts={**shown, **settings},
        results=report.results,
        coverage=list(report.coverage.operations(report.contract)),
        requests=report.coverage.requests,
        started_at=report.started_at,
        seconds=report.seconds,
        stopped=report.stopped,
    )
