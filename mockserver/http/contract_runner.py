"""Runs a request through a named contract violation."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, MutableMapping
from typing import Any, cast
from urllib.parse import urlencode

import orjson

from ..services import Services
from ..store import JSON
from .contract_faults.model import Asked, ContractFault, Given
from .exchange import KEY, Exchange, exchange_of
from .front import replay
from .tenancy import tenant_of

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]


async def run_violation(
    services: Services, violation: object, app: Any, scope: Scope, receive: Any, send: Any
) -> None:
    """Answer a request as a server with this fault would."""
    fault = cast("ContractFault", violation)
    exchange = exchange_of(scope)
    operation_id = exchange.operation.operation_id if exchange.operation else None
    if not fault.fits(operation_id):
        await app(scope, receive, send)
        return
    with services.store.locked():
        asked = _asked(services, exchange, operation_id)
        seen = fault.on_request(asked) if fault.on_request else asked
        kept = fault.before(services, seen) if fault.before else None
    if fault.pause:
        await asyncio.sleep(fault.pause)
    held: list[Message] = []

    async def hold(message: Message) -> None:
        held.append(message)

    inner, again = _changed(scope, exchange, asked, seen, receive)
    try:
        await app(inner, again, hold)
    finally:
        # what the layers inside found out about the request belongs into the journal too
        twin = exchange_of(inner)
        exchange.operation, exchange.caller, exchange.project = twin.operation, twin.caller, twin.project
        if fault.after is not None:
            with services.store.locked():
                fault.after(services, seen, kept)
    given = _given(held)
    await _send(fault.on_answer(asked, given) if fault.on_answer else given, held, send)


def _asked(services: Services, exchange: Exchange, operation_id: str | None) -> Asked:
    return Asked(
        method=exchange.method,
        operation_id=operation_id,
        project_id=tenant_of(services, exchange),
        path=exchange.path,
        query=exchange.query,
        headers=exchange.headers,
        body=dict(exchange.sent_object()) or None,
    )


def _changed(scope: Scope, exchange: Exchange, asked: Asked, seen: Asked, receive: Any) -> tuple[Scope, Any]:
    """The scope and the body as the fault lets the server see them."""
    if seen is asked:
        return scope, receive
    body = exchange.body if seen.body is asked.body else orjson.dumps(seen.body)
    twin = Exchange(
        request_id=exchange.request_id,
        method=seen.method,
        path=seen.path,
        raw_path=exchange.raw_path if seen.path == asked.path else seen.path,
        query_string=urlencode(seen.query),
        headers={**seen.headers, **({"content-length": str(len(body))} if body else {})},
        scheme=exchange.scheme,
        host=exchange.host,
        body=body,
        operation=exchange.operation,
        notes=exchange.notes,
    )
    inner = {
        **scope,
        KEY: twin,
        "method": seen.method,
        "path": seen.path,
        "raw_path": seen.path.encode(),
        "query_string": twin.query_string.encode(),
        "headers": [
            (name.encode("latin-1"), value.encode("latin-1")) for name, value in twin.headers.items()
        ],
    }
    return inner, replay(body, receive)


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]


def _given(held: list[Message]) -> Given:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in held[0]["headers"]}
    raw = b"".join(message.get("body", b"") for message in held[1:])
    body: JSON | bytes = raw
    if raw and headers.get("content-type", "").split(";")[0].endswith("json"):
        body = cast("JSON", orjson.loads(raw))
    return Given(int(held[0]["status"]), headers, body)


async def _send(given: Given, held: list[Message], send: Any) -> None:
    body = given.body if isinstance(given.body, bytes) else orjson.dumps(given.body)
    headers = [pair for pair in _encoded(given.headers) if pair[0] not in (b"content-length", b"set-cookie")]
    cookies = [pair for pair in held[0]["headers"] if pair[0].lower() == b"set-cookie"]
    headers += [*cookies, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": given.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
