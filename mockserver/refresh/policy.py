"""How long a background query takes and how it ends."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Literal, cast

from ..randomness import Randomness
from ..store import JSONObject

PolicyMode = Literal["instant", "time", "polls", "manual"]
Outcome = Literal["complete", "error"]


@dataclass(frozen=True, slots=True)
class RefreshPolicy:
    """The timing of jobs.

    `instant` is done at once; `time` by the clock, after `queue_seconds` and `run_seconds`; `polls` after
    `polls` reads of the status; `manual` only by a call. `jitter` is the share by which both spans may be
    longer or shorter. A job whose outcome is `error` ends after reading `progress` (0 to 1) of its rows.
    """

    mode: PolicyMode = "time"
    queue_seconds: float = 1.0
    run_seconds: float = 3.0
    polls: int = 3
    jitter: float = 0.0
    outcome: Outcome = "complete"
    error_message: str | None = None
    error_code: str | None = None
    progress: float = 1.0

    @property
    def share_at_end(self) -> float:
        """How much of its rows a job has read when it ends."""
        return self.progress if self.outcome == "error" else 1.0

    def settled(self, random: Randomness) -> RefreshPolicy:
        """The policy of one job: its spans drawn within the jitter."""
        if not self.jitter:
            return self
        queue, run = (1 + self.jitter * (2 * random.random() - 1) for _ in range(2))
        return replace(
            self, queue_seconds=self.queue_seconds * queue, run_seconds=self.run_seconds * run, jitter=0.0
        )

    def as_document(self) -> JSONObject:
        """The policy as a job keeps it."""
        return asdict(self)

    @classmethod
    def from_document(cls, document: JSONObject) -> RefreshPolicy:
        """The policy that a job was made with."""
        return cls(**cast("dict[str, object]", document))  # type: ignore[arg-type]
