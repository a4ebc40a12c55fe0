"""A violation before it is known whose it is and on which line it stands."""

from __future__ import annotations

from dataclasses import dataclass

from .faults import Fault
from .kinds import Severity, Where, kind_of, schema_kind


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong: the kind's name, the pointer or name, words, and the pointer into the contract."""

    kind: str
    pointer: str
    expected: str
    seen: str
    schema: str = ""
    times: int = 1
    severity: Severity | None = None

    @classmethod
    def of_fault(cls, where: Where, fault: Fault, name: str = "") -> Wrong:
        """A schema's fault in a part of a call. `name` is that of the parameter or header."""
        severity = None
        if fault.rule == "undocumented" and where is Where.REQUEST_BODY:
            # the schema is closed: it does not only not know the field, it forbids it
            severity = Severity.ERROR
        known = fault.rule == "undocumented" and where in (Where.REQUEST_BODY, Where.RESPONSE_BODY)
        prefix = "request_body" if where is Where.REQUEST_BODY else "response_body"
        kind = kind_of(f"{prefix}.undocumented") if known else schema_kind(where, fault.rule)
        pointer = f"{name}{fault.pointer}"
        return cls(kind.name, pointer, fault.expected, fault.seen, fault.schema, fault.times, severity)
