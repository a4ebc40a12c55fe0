"""A server in this process, spoken to without a socket."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import httpx

LOCAL = "http://127.0.0.1:8129"


class InProcess(httpx.BaseTransport):
    """Calls an ASGI app in the caller's thread; each thread has an event loop of its own."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._local = threading.local()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        loop = getattr(self._local, "loop", None)
        if loop is None:
            loop = self._local.loop = asyncio.new_event_loop()
        status, headers, body = loop.run_until_complete(_call(self._app, request))
        return httpx.Response(status, headers=headers, content=body, request=request)


async def _call(app: Any, request: httpx.Request) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    url = request.url
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": url.scheme,
        "path": url.path,
        "raw_path": url.raw_path.split(b"?")[0],
        "query_string": url.query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": ("127.0.0.1", 50_000),
        "server": (url.host, url.port or 80),
        "state": {},
    }
    sent = [{"type": "http.request", "body": request.read(), "more_body": False}]
    started: list[Any] = []
    chunks: list[bytes] = []

    async def receive() -> Any:
        return sent.pop() if sent else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            started.append(message)
        elif message["type"] == "http.response.body":
            chunks.append(message.get("body", b""))

    await app(scope, receive, send)
    if not started:
        raise httpx.RemoteProtocolError("the app gave no answer", request=request)
    return int(started[0]["status"]), list(started[0]["headers"]), b"".join(chunks)
