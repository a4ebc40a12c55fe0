"""How long a background query takes and how it ends."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal, cast

from ..store import JSONObject

PolicyMode = Literal["instant", "time", "polls", "manual"]
Outcome = Literal["complete", "error"]


@dataclass(frozen=True, slots=True)
class RefreshPolicy:
    """The timing of jobs.

    `instant` is done at once; `time` by the clock, after `queue_seconds` and `run_seconds`; `polls` after
    `polls` reads of the status; `manual` only by a call.
    """

    mode: PolicyMode = "time"
    queue_seconds: float = 1.0
    run_seconds: float = 3.0
    polls: int = 3
    jitter: float = 0.0
    outcome: Outcome = "complete"
    error_message: str | None = None
    error_code: str | None = None

    def as_document(self) -> JSONObject:
        """The policy as a job keeps it."""
        return asdict(self)

    @classmethod
    def from_document(cls, document: JSONObject) -> RefreshPolicy:
        """The policy that a job was made with."""
        return cls(**cast("dict[str, object]", document))  # type: ignore[arg-type]
