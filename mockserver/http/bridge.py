"""From ASGI to Flask without a thread: handlers never block, so they run in the event loop.

a2wsgi, Connexion's own bridge, hands each request to a thread pool, which costs more than the handlers
do. Only a request that may compute a query's result goes to a thread, so that it holds up nobody.
"""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import Executor
from typing import Any

from .exchange import KEY, Exchange, exchange_of

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]
WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class InlineBridge:
    """An ASGI app around a WSGI one."""

    def __init__(self, app: WsgiApp, *, executor: Executor, may_compute: Callable[[Exchange], bool]) -> None:
        self.app = app
        self._executor = executor
        self._may_compute = may_compute

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        exchange = exchange_of(scope)
        environ = build_environ(scope, exchange)
        if self._may_compute(exchange):
            loop = asyncio.get_running_loop()
            status, headers, body = await loop.run_in_executor(self._executor, run_wsgi, self.app, environ)
        else:
            status, headers, body = run_wsgi(self.app, environ)
        if exchange.wait_seconds > 0:
            await asyncio.sleep(exchange.wait_seconds)
        if exchange.stream is None:
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": body})
        else:
            headers = [(name, value) for name, value in headers if name != b"content-length"]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send_stream(exchange.stream, receive, send)


async def send_stream(stream: AsyncIterator[bytes], receive: Receive, send: Send) -> None:
    """Send what comes until it ends or nobody listens any more."""
    gone = asyncio.create_task(disconnected(receive))
    try:
        async for chunk in stream:
            if gone.done():
                return
            if chunk:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()


async def disconnected(receive: Receive) -> None:
    """Wait until the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


def run_wsgi(app: WsgiApp, environ: dict[str, Any]) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Call a WSGI app and collect its whole answer: status, headers, body."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _: Any = None) -> Callable[[bytes], None]:
        started.append((status, headers))
        return lambda _data: None

    chunks = app(environ, start_response)
    try:
        body = b"".join(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()
    status, headers = started[-1]
    encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return int(status[:3]), encoded, body


def build_environ(scope: MutableMapping[str, Any], exchange: Exchange) -> dict[str, Any]:
    """The WSGI environment (PEP 3333) of an ASGI scope whose body has been read."""
    server = scope.get("server") or ("localhost", 80)
    environ: dict[str, Any] = {
        KEY: exchange,
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": scope.get("root_path", ""),
        "PATH_INFO": scope["path"].encode("utf-8").decode("latin-1"),
        "QUERY_STRING": exchange.query_string,
        "SERVER_PROTOCOL": f"HTTP/{scope.get('http_version', '1.1')}",
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 0),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": exchange.scheme,
        "wsgi.input": io.BytesIO(exchange.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "CONTENT_LENGTH": str(len(exchange.body)),
    }
    client = scope.get("client")
    if client:
        environ["REMOTE_ADDR"] = client[0]
    for name, value in exchange.headers.items():
        if name == "content-type":
            environ["CONTENT_TYPE"] = value
        elif name != "content-length":
            environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
    return environ
