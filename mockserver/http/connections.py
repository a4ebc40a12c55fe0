"""Broken connections: reset, empty, truncate, garbage, dribble.

A reset, an empty and a garbage answer come before the request is worked on; the other two break the true
answer. Without a connection of its own (inside a test client) a break is a ConnectionResetError.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from types import MappingProxyType
from typing import Any, Final, Protocol, cast

from ..randomness import Randomness
from .exchange import exchange_of

TRANSPORT: Final = "mockserver.transport"
GARBAGE_BYTES: Final = 512
PIECES: Final = 20
PIECE_SECONDS: Final = 0.025

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Breakable(Protocol):
    """A connection that can be broken."""

    def reset(self) -> None:
        """Break it at once."""
        ...

    def close(self) -> None:
        """End it."""
        ...

    def write(self, data: bytes) -> None:
        """Send bytes as they are."""
        ...


class Broken:
    """One request whose connection is to be broken."""

    def __init__(self, app: App, scope: Scope, receive: Receive, send: Send, random: Randomness) -> None:
        self.app = app
        self.scope = scope
        self.receive = receive
        self.send = send
        self.random = random
        self.connection = cast("Breakable | None", scope.get("extensions", {}).get(TRANSPORT))

    async def answer(self) -> tuple[Message, bytes]:
        """The true answer: how it starts, and its whole body."""
        held: list[Message] = []

        async def hold(message: Message) -> None:
            held.append(message)

        await self.app(self.scope, self.receive, hold)
        return held[0], b"".join(message.get("body", b"") for message in held[1:])

    async def end(self, *, reset: bool = False) -> None:
        """Break the connection and wait until it is gone, so that nothing more is sent."""
        exchange_of(self.scope).notes["broken"] = "yes"
        if self.connection is None:
            raise ConnectionResetError("the connection was broken by a fault rule")
        if reset:
            self.connection.reset()
        else:
            self.connection.close()
        while (await self.receive())["type"] != "http.disconnect":
            continue


async def _reset(broken: Broken) -> None:
    await broken.end(reset=True)


async def _empty(broken: Broken) -> None:
    await broken.end()


async def _garbage(broken: Broken) -> None:
    if broken.connection is not None:
        # no HTTP begins with a control character
        noise = bytes(broken.random.below(256) for _ in range(GARBAGE_BYTES))
        broken.connection.write(b"\x00\x16" + noise)
    await broken.end()


async def _truncate(broken: Broken) -> None:
    start, body = await broken.answer()
    await broken.send(start)
    await broken.send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
    await broken.end()


async def _dribble(broken: Broken) -> None:
    start, body = await broken.answer()
    await broken.send(start)
    size = max(1, -(-len(body) // PIECES))
    for place in range(0, len(body), size):
        piece = body[place : place + size]
        await broken.send({"type": "http.response.body", "body": piece, "more_body": True})
        await asyncio.sleep(PIECE_SECONDS)
    await broken.send({"type": "http.response.body", "body": b""})


BREAKS: Final[Mapping[str, Callable[[Broken], Awaitable[None]]]] = MappingProxyType(
    {"reset": _reset, "empty": _empty, "truncate": _truncate, "garbage": _garbage, "dribble": _dribble}
)
