"""A request's body as it comes in, and whether whoever sent it is still there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from types import TracebackType
from typing import Any, Final

from .bodies import Copy

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]

CHUNKS_AHEAD: Final = 2
"""How many chunks may wait for the upstream; more stay with the client."""


class ClientGone(Exception):
    """Nobody waits for the answer any more."""


class Inflow:
    """Reads the channel of one ASGI call; inside its context a client that leaves raises ClientGone."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._chunks: asyncio.Queue[bytes | None] = asyncio.Queue(CHUNKS_AHEAD)
        self._owner: asyncio.Task[Any] | None = None
        self._pump: asyncio.Task[None] | None = None
        self._is_answered = False
        self._is_gone = False

    async def __aenter__(self) -> Inflow:
        """Begin to read."""
        self._owner = asyncio.current_task()
        self._pump = asyncio.create_task(self._run())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Read no more."""
        if self._pump is not None:
            self._pump.cancel()
        if self._is_gone and self._owner is not None and kind is asyncio.CancelledError:
            self._owner.uncancel()
            raise ClientGone from None

    async def chunks(self, copy: Copy | None) -> AsyncIterator[bytes]:
        """The body, a chunk at a time; each goes into `copy` too."""
        while (chunk := await self._chunks.get()) is not None:
            if copy is not None:
                copy.add(chunk)
            yield chunk

    def answered(self) -> None:
        """The answer is whole: the client may go."""
        self._is_answered = True

    async def _run(self) -> None:
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                if not self._is_answered and self._owner is not None:
                    self._is_gone = True
                    self._owner.cancel()
                return
            if message.get("body"):
                await self._chunks.put(message["body"])
            if not message.get("more_body", False):
                await self._chunks.put(None)
