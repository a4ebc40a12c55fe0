"""Findings as annotations of GitHub Actions."""

from __future__ import annotations

from ..contract import SHOWN_PATH
from ..findings import Severity
from ..verdict import Verdict


def github_annotations(verdict: Verdict) -> str:
    """Workflow commands, one a finding."""
    commands = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
    return "".join(
        f"::{commands[one.severity]} file={SHOWN_PATH},line={one.contract_line or 1},"
        f"title={_property(one.rule_id)}::{_data(one.operation_id or '')}: {_data(one.message)}\n"
        for one in verdict.counted
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
