"""What a run says is wrong: one finding a broken rule and place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from typing import Final


class Severity(StrEnum):
    """How bad a finding is, worst first in the table of ranks."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """Higher is worse."""
        return RANKS.index(self)


RANKS: Final = (Severity.NOTE, Severity.WARNING, Severity.ERROR)


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken rule: what the rule is, what was found, and the request and answer that show it.

    `place` tells findings of the same rule and operation apart where one can be broken in several ways.
    """

    rule_id: str
    title: str
    message: str
    operation_id: str | None
    request: str
    response: str
    contract_line: int | None
    severity: Severity = Severity.ERROR
    source: str = "scenario"
    count: int = 1
    known: str | None = None
    place: str = ""

    @property
    def fingerprint(self) -> str:
        """What stays the same from run to run: the rule, the operation and the place."""
        place = f"|{self.place}" if self.place else ""
        return sha256(f"{self.rule_id}|{self.operation_id or ''}{place}".encode()).hexdigest()[:16]


def merge(findings: list[Finding]) -> list[Finding]:
    """One finding for each rule, operation and place, the first found, with how often it was found."""
    merged: dict[str, Finding] = {}
    for finding in findings:
        held = merged.get(finding.fingerprint)
        merged[finding.fingerprint] = (
            finding if held is None else replace(held, count=held.count + finding.count)
        )
    return sorted(merged.values(), key=lambda one: (-one.severity.rank, one.rule_id, one.operation_id or ""))
