"""uvicorn's HTTP protocol, with the connection put where ASGI layers find it.

ASGI has no way to break a connection, so faults that do it need the transport itself. It is put into the
scope as the extension `mockserver.transport`; a layer that finds none runs inside a test client.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import MutableMapping
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .connections import TRANSPORT

NO_LINGER: Final = struct.pack("ii", 1, 0)


class ExposingProtocol(HttpToolsProtocol):
    """HttpToolsProtocol whose requests know their connection."""

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        scope: MutableMapping[str, Any] = self.scope  # type: ignore[assignment]
        scope["extensions"] = {TRANSPORT: Connection(self.transport)}


class Connection:
    """What faults may do to a connection."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def reset(self) -> None:
        """Send RST: the client's read fails."""
        held = self._transport.get_extra_info("socket")
        if held is not None:
            held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        self._transport.abort()

    def close(self) -> None:
        """Send what was written, then FIN."""
        self._transport.close()

    def write(self, data: bytes) -> None:
        """Send bytes as they are, HTTP or not."""
        self._transport.write(data)
