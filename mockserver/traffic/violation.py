"""One thing that is wrong with a call."""

from __future__ import annotations

from dataclasses import dataclass

from .kinds import REQUEST_SIDE, Kind, Severity, Where


@dataclass(frozen=True, slots=True)
class Violation:
    """Where a call leaves the contract. Secrets are taken out of `seen` already.

    `pointer` is a JSON pointer (RFC 6901) into the body, or the name of the parameter or header;
    `contract_line` the line of `spec/openapi.yaml`; `times` how often the same is wrong in the same body.
    """

    kind: Kind
    severity: Severity
    operation_id: str | None
    pointer: str
    expected: str
    seen: str
    contract_line: int | None = None
    times: int = 1

    @property
    def where(self) -> Where:
        """The part of the call."""
        return self.kind.where

    @property
    def is_of_request(self) -> bool:
        """Whether the caller is at fault, not the server."""
        return self.kind.where in REQUEST_SIDE

    @property
    def message(self) -> str:
        """The violation in a sentence."""
        place = f"{self.where} {self.pointer}" if self.pointer else self.where.value
        more = f" ({self.times} places)" if self.times > 1 else ""
        return f"{place}: expected {self.expected}, saw {self.seen}{more}"

    def shape(self) -> dict[str, str | int | None]:
        """The violation as JSON."""
        return {
            "kind": self.kind.name,
            "severity": self.severity.value,
            "operation_id": self.operation_id,
            "where": self.where.value,
            "pointer": self.pointer,
            "contract_line": self.contract_line,
            "expected": self.expected,
            "seen": self.seen,
            "times": self.times,
        }
