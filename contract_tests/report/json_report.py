"""The run as one JSON document."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from ..findings import Finding
from ..verdict import Verdict
from .account import Account

FORMAT = 1


def finding_shape(finding: Finding) -> dict[str, Any]:
    """A finding as JSON."""
    return {**asdict(finding), "severity": finding.severity.value, "fingerprint": finding.fingerprint}


def report_shape(account: Account, verdict: Verdict) -> dict[str, Any]:
    """The run: what it was of, verdict, findings, rules, coverage. Times are seconds, `*_ms` milliseconds."""
    return {
        "format": FORMAT,
        "tool": {"name": "contract-tests", "version": tool_version()},
        "started_at": datetime.fromtimestamp(account.started_at, UTC).isoformat(timespec="seconds"),
        "seconds": round(account.seconds, 3),
        **account.head,
        "passed": verdict.passed,
        "stopped": account.stopped,
        "requests": account.requests,
        "findings": [finding_shape(finding) for finding in verdict.counted],
        "known": [finding_shape(finding) for finding in verdict.known],
        "baseline": {"unused": list(verdict.unused), "expired": list(verdict.expired)},
        "rules": [
            {
                "rule": result.rule_id,
                "title": result.title,
                "source": result.source,
                "outcome": result.outcome.value,
                "seconds": result.seconds,
                "requests": result.requests,
                "reason": result.reason,
                "findings": [finding.rule_id for finding in result.findings],
            }
            for result in sorted(account.results, key=lambda one: one.rule_id)
        ],
        "coverage": [asdict(one) for one in account.coverage],
    }


def json_report(account: Account, verdict: Verdict) -> str:
    """The run as text."""
    return json.dumps(report_shape(account, verdict), indent=2, ensure_ascii=False) + "\n"


def tool_version() -> str:
    """The version of the installed package."""
    try:
        return version("posthog-insights-mock")
    except PackageNotFoundError:
        return "unknown"
