"""A call that has passed by, as far as it was kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..traffic import Exchange, Request, Response
from ..traffic.exchange import lower_headers
from .bodies import Copy, Lost
from .headers import Pair


@dataclass(frozen=True, slots=True)
class Passed:
    """A call and its answer with copies of both bodies, which whoever looks at it last releases."""

    method: str
    target: str
    headers: Sequence[Pair]
    sent: Copy
    status: int
    answer_headers: Sequence[Pair]
    received: Copy
    seconds: float

    @property
    def lost(self) -> Lost | None:
        """Why a body is not there to be looked at, where one is not."""
        return self.sent.lost or self.received.lost

    def exchange(self) -> Exchange:
        """The call as checkers read it."""
        return Exchange(
            Request(self.method, self.target, _headers(self.headers), self.sent.body),
            Response(self.status, _headers(self.answer_headers), self.received.body),
            self.seconds,
        )

    def release(self) -> None:
        """Let go of the bodies."""
        self.sent.release()
        self.received.release()


def _headers(pairs: Sequence[Pair]) -> dict[str, str]:
    return lower_headers((name.decode("latin-1"), value.decode("latin-1")) for name, value in pairs)
