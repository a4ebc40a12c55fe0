"""One call on its way through the proxy."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any, Final

from ..clock import perf_seconds
from ..traffic.addresses import Address, Place
from ..traffic.seen import shown_path
from .bodies import Copy
from .headers import Pair
from .passed import Passed
from .tally import NO_OPERATION

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

ASIDE: Final = (Place.ELSEWHERE, Place.PREFLIGHT)


@dataclass(slots=True)
class Call:
    """What is known of a call so far; `target` is path and query as they came."""

    method: str
    target: str
    headers: list[Pair]
    address: Address
    sent: Copy
    received: Copy
    started: float
    status: int = 0
    answer_headers: list[Pair] = field(default_factory=list)
    has_begun: bool = False
    was_judged: bool = False

    @property
    def shown(self) -> str:
        """The path as logs may show it."""
        return shown_path(self.target)

    @property
    def name(self) -> str:
        """The operation that it is for."""
        return self.address.operation.operation_id if self.address.operation else NO_OPERATION

    @property
    def is_of_contract(self) -> bool:
        """Whether the contract speaks of it, so that it is worth looking at."""
        return self.address.place not in ASIDE

    async def begin(self, send: Send) -> None:
        """Tell the client how the answer begins."""
        self.has_begun = True
        await send({"type": "http.response.start", "status": self.status, "headers": self.answer_headers})

    async def pass_on(self, chunk: bytes, send: Send) -> None:
        """Give the client a part of the answer, and keep it to be looked at."""
        if self.is_of_contract:
            self.received.add(chunk)
        await send({"type": "http.response.body", "body": chunk, "more_body": True})

    def passed(self) -> Passed:
        """The call as it is looked at."""
        return Passed(
            self.method,
            self.target,
            self.headers,
            self.sent,
            self.status,
            self.answer_headers,
            self.received,
            self.seconds,
        )

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return perf_seconds() - self.started

    def release(self) -> None:
        """Let go of the bodies, unless somebody who looks at them does so."""
        if self.was_judged:
            return
        self.sent.release()
        self.received.release()
