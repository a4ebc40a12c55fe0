"""What the proxy answers itself, under `/_mock/proxy`: the operations of `spec/proxy.yaml`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qsl

import orjson

from ..control.page_headers import PAGE_HEADERS
from ..control.problems import Problem
from ..errors import StartError
from ..http.contract import Contract
from ..http.control_guard import ControlGuard, send_problem
from ..http.exchange import KEY, Exchange
from ..http.path_tree import PathTree
from .call import Receive, Scope, Send
from .recorder import Recorder
from .state import ProxyState

PREFIX: Final = "/_mock/proxy"
PAGE: Final = Path(__file__).resolve().parent.parent / "templates" / "proxy" / "page.html"
OPEN: Final = frozenset(("proxy_health", "proxy_file", "proxy_folder_file"))
TICK_SECONDS: Final = 0.3
SILENT_TICKS: Final = 50
USUAL_LIMIT: Final = 100

FILES: Final = frozenset(
    (
        ("", "base.css"),
        ("", "console.css"),
        ("", "icon.svg"),
        ("lib", "theme.js"),
        ("lib", "dom.js"),
        ("proxy", "proxy.js"),
        ("vendor", "inter.woff2"),
        ("vendor", "plex-mono.woff2"),
    )
)
"""What the page loads, by folder and name."""


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """An answer of the proxy's own: a body, or a stream without end."""

    body: bytes
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    stream: AsyncIterator[bytes] | None = None


@dataclass(frozen=True, slots=True)
class OwnCall:
    """A call of the proxy's own routes."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    state: ProxyState


Handler = Callable[[OwnCall], OwnAnswer]


def proxy_health(_call: OwnCall) -> OwnAnswer:
    """The proxy answers."""
    return _json({"status": "ok", "version": version("posthog-insights-mock")})


def proxy_counts(call: OwnCall) -> OwnAnswer:
    """What has passed by."""
    return _json(call.state.shape())


def proxy_violations(call: OwnCall) -> OwnAnswer:
    """What is wrong."""
    given = call.query.get("limit", str(USUAL_LIMIT))
    if not given.isdecimal() or not 1 <= int(given) <= 1000:
        raise Problem("invalid_parameter", f"Expected a number from 1 to 1000, not {given!r}.", field="limit")
    return _json(call.state.tally.violations(int(given)))


def proxy_page(_call: OwnCall) -> OwnAnswer:
    """The page; what it shows comes by its script."""
    return OwnAnswer(PAGE.read_bytes(), "text/html; charset=utf-8", PAGE_HEADERS)


def proxy_file(call: OwnCall) -> OwnAnswer:
    """One of the page's files."""
    return _file(call, "")


def proxy_folder_file(call: OwnCall) -> OwnAnswer:
    """One in a folder."""
    return _file(call, call.path["folder"])


def _file(call: OwnCall, folder: str) -> OwnAnswer:
    name = call.path["name"]
    found = call.state.static.find(folder, name) if (folder, name) in FILES else None
    if found is None:
        raise Problem("not_found", f"There is no file {name!r}.", field="name")
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return OwnAnswer(found.plain, found.media_type, headers)


def proxy_events(call: OwnCall) -> OwnAnswer:
    """What happens, as it happens."""
    return OwnAnswer(b"", "text/event-stream", {"Cache-Control": "no-store"}, _events(call.state))


async def _events(state: ProxyState) -> AsyncIterator[bytes]:
    seen, silent = -1, 0
    yield b"retry: 1000\n\n"
    while not state.is_ending:
        if state.tally.revision != seen:
            seen, silent = state.tally.revision, 0
            yield b"event: counts\ndata: " + orjson.dumps(state.shape()) + b"\n\n"
        elif silent >= SILENT_TICKS:
            silent = 0
            yield b": still here\n\n"
        silent += 1
        await asyncio.sleep(TICK_SECONDS)


def proxy_recording(call: OwnCall) -> OwnAnswer:
    """What has been recorded so far."""
    return _json(_recorder(call).shape())


def proxy_recording_write(call: OwnCall) -> OwnAnswer:
    """Write the fixture now."""
    recorder = _recorder(call)
    call.state.settle()
    try:
        made = recorder.write()
    except StartError as error:
        raise Problem("not_written", f"{error}.") from None
    return _json({**recorder.shape(), "left_out": made.left_out})


def _recorder(call: OwnCall) -> Recorder:
    if call.state.recorder is None:
        raise Problem("not_recording", "Start the proxy with --record NAME to make a fixture.")
    return call.state.recorder


HANDLERS: Final[Mapping[str, Handler]] = MappingProxyType(
    {
        made.__name__: made
        for made in (
            proxy_page,
            proxy_file,
            proxy_folder_file,
            proxy_events,
            proxy_health,
            proxy_counts,
            proxy_violations,
            proxy_recording,
            proxy_recording_write,
        )
    }
)


class OwnRoutes:
    """The app of the proxy's own routes. `token` is None where none is asked for."""

    def __init__(self, contract: Contract, state: ProxyState, token: str | None) -> None:
        self._tree = PathTree(contract.operations.values())
        self._state = state
        self._guarded = ControlGuard(self._answer, token=token)
        self._open = ControlGuard(self._answer, token=None) if token is None else self._answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        path = scope["path"].rstrip("/")
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        exchange = Exchange(
            request_id="",
            method=scope["method"],
            path=path,
            raw_path=path,
            query_string=scope["query_string"].decode("latin-1"),
            headers=headers,
            scheme=scope.get("scheme", "http"),
            host=headers.get("host", ""),
        )
        found = self._tree.find(scope["method"], path)
        app = self._open if found is not None and found.operation_id in OPEN else self._guarded
        await app({**scope, "path": path, KEY: exchange}, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if scope["method"] == "POST":
                # writing takes its time, in which calls are to be passed on
                answer = await asyncio.to_thread(self._found, scope)
            else:
                answer = self._found(scope)
        except Problem as problem:
            await send_problem(send, problem, scope["path"])
            return
        headers = [(b"content-type", answer.media_type.encode())]
        headers += [(name.lower().encode(), value.encode()) for name, value in answer.headers.items()]
        if answer.stream is None:
            headers.append((b"content-length", str(len(answer.body)).encode()))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        if answer.stream is not None:
            await _stream(answer.stream, receive, send)
        await send({"type": "http.response.body", "body": answer.body if scope["method"] != "HEAD" else b""})

    def _found(self, scope: Scope) -> OwnAnswer:
        place = self._tree.place(scope["path"])
        if place is None:
            raise Problem("not_found", f"The proxy has nothing at {scope['path']}.")
        operation = place.operations.get(scope["method"])
        if operation is None:
            allowed = ", ".join(sorted(place.operations))
            text = f"{scope['path']} has no {scope['method']}."
            raise Problem("method_not_allowed", text, headers={"Allow": allowed})
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        return HANDLERS[operation.operation_id](OwnCall(place.parameters, query, self._state))


async def _stream(chunks: AsyncIterator[bytes], receive: Receive, send: Send) -> None:
    """Send chunks until they end or the client has gone."""

    async def listen() -> None:
        while (await receive())["type"] != "http.disconnect":
            continue

    gone = asyncio.create_task(listen())
    async for chunk in chunks:
        if gone.done():
            return
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    gone.cancel()


def is_own(path: str) -> bool:
    """Whether a path is the proxy's own, and not one of the upstream's."""
    return path == PREFIX or path.startswith(PREFIX + "/")


def _json(value: object) -> OwnAnswer:
    return OwnAnswer(orjson.dumps(value), headers={"Cache-Control": "no-store"})
