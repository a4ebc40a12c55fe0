"""The outermost layer: what every request goes through before it is routed.

Paths are brought to one form (a trailing slash and `environments` make no difference, and are never
answered by a redirect), the body is read whole, and each answer gets its id and its line in the log.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from typing import Any, Final

import orjson

from ..clock import perf_seconds
from ..control.redaction import redact_path
from ..errors import ApiError, api_error
from ..randomness import Randomness
from .capture_bodies import CAPTURE_PREFIXES, decode_capture, is_capture
from .control_answers import as_problem, is_control
from .control_guard import send_problem
from .exchange import KEY, Exchange

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Observer = Callable[[Exchange, int, float], None]
AsgiApp = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

BODY_LIMIT: Final = 32 * 1024 * 1024
NORMALISED: Final = ("/api/", "/shared/", "/embedded/", "/shared_dashboard/", "/_", *CAPTURE_PREFIXES)
ALIASES: Final = (("/api/environments/", "/api/projects/"), ("/shared_dashboard/", "/shared/"))

logger = logging.getLogger("mockserver.requests")
failures = logging.getLogger("mockserver")


class Front:
    """ASGI middleware around everything else."""

    def __init__(
        self,
        app: AsgiApp,
        *,
        random: Randomness,
        log_requests: bool,
        observers: Sequence[Observer] = (),
    ) -> None:
        self._app = app
        self._prefix = random.stream("request ids").text(8)
        self._count = 0
        self._log = log_requests
        self._observers = observers

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_seconds()
        exchange = self._exchange(scope)
        path = normalise(scope["path"])
        inner = {**scope, "path": path, "raw_path": path.encode(), KEY: exchange}
        status = 0

        async def tell(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                operation = exchange.operation
                message["headers"] = [
                    *message["headers"],
                    (b"x-request-id", exchange.request_id.encode()),
                    *([(b"x-mock-operation", operation.operation_id.encode())] if operation else []),
                ]
            await send(message)

        try:
            exchange.body = await read_body(receive)
            if is_capture(exchange):
                decode_capture(exchange)
        except ApiError as error:
            if is_control(path):
                await send_problem(tell, as_problem(error, path), path)
            else:
                await answer_error(tell, error)
        else:
            if not exchange.body:
                # what nothing claims to be does not matter: axios calls an empty body a form
                inner["headers"] = without_content_type(scope["headers"])
            elif is_capture(exchange):
                inner["headers"] = [
                    *without_content_type(scope["headers"]),
                    (b"content-type", b"application/json"),
                ]
            await self._pass_on(inner, replay(exchange.body, receive), tell, lambda: status)
        seconds = perf_seconds() - started
        for observe in self._observers:
            observe(exchange, status, seconds)
        if self._log:
            self._write_line(exchange, status, seconds)

    async def _pass_on(
        self, scope: MutableMapping[str, Any], receive: Receive, send: Send, status: Callable[[], int]
    ) -> None:
        """Let the layers answer; a crash of one of them is a 500 in the dialect of the path."""
        try:
            await self._app(scope, receive, send)
        except ConnectionResetError:
            raise
        except Exception:
            failures.exception("%s %s failed", scope["method"], scope["path"])
            if status():
                raise
            error = api_error("server_error")
            if is_control(scope["path"]):
                await send_problem(send, as_problem(error, scope["path"]), scope["path"])
            else:
                await answer_error(send, error)

    def _exchange(self, scope: MutableMapping[str, Any]) -> Exchange:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        self._count += 1
        server = scope.get("server") or ("localhost", 80)
        return Exchange(
            request_id=headers.get("x-request-id", f"{self._prefix}-{self._count}")[:200],
            method=scope["method"],
            path=normalise(scope["path"]),
            raw_path=scope["path"],
            query_string=scope["query_string"].decode("latin-1"),
            headers=headers,
            scheme=scope.get("scheme", "http"),
            host=headers.get("host", f"{server[0]}:{server[1]}"),
        )

    def _write_line(self, exchange: Exchange, status: int, seconds: float) -> None:
        name = exchange.operation.operation_id if exchange.operation else "-"
        path = redact_path(exchange.raw_path)
        logger.info(
            "%s %s %d %.1f ms %s",
            exchange.method,
            path,
            status,
            seconds * 1000,
            name,
            extra={
                "request": {
                    "request_id": exchange.request_id,
                    "method": exchange.method,
                    "path": path,
                    "status": status,
                    "milliseconds": round(seconds * 1000, 3),
                    "operation_id": name,
                    **({"trace_id": exchange.notes["trace_id"]} if "trace_id" in exchange.notes else {}),
                }
            },
        )


def without_content_type(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Headers but for the one that says what the body is."""
    return [pair for pair in headers if pair[0] != b"content-type"]


def normalise(path: str) -> str:
    """A path without its trailing slash and with the vendor's aliases resolved."""
    if not path.startswith(NORMALISED):
        return path
    for alias, name in ALIASES:
        if path.startswith(alias):
            path = name + path[len(alias) :]
    if path == "/_mock/" or path.startswith("/_mock/docs"):
        # pages, whose relative addresses hang on the slash
        return path
    return path.rstrip("/") or "/"


async def read_body(receive: Receive) -> bytes:
    """The whole body; raises ApiError where it is larger than the server takes."""
    chunks: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            break
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > BODY_LIMIT:
            raise api_error("request_too_large", limit=BODY_LIMIT)
        more = message.get("more_body", False)
    return b"".join(chunks)


def replay(body: bytes, receive: Receive) -> Receive:
    """A receive channel that gives the body once, then whatever comes (a disconnect)."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def answer_error(send: Send, error: ApiError) -> None:
    """Send an error answer from outside the framework."""
    body = b"" if error.body is None else orjson.dumps(dict(error.body))
    headers = [(b"content-length", str(len(body)).encode())]
    if body:
        headers.append((b"content-type", b"application/json"))
    headers += [(name.lower().encode(), value.encode()) for name, value in error.headers.items()]
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
