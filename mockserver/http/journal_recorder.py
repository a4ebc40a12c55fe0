"""Writes each request to PostHog's paths into the journal, and explains refusals that ask for it."""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from typing import Any, Final

import orjson

from ..clock import perf_seconds
from ..control.explanations import EXPLAIN_HEADER
from ..control.journal import Entry
from ..control.redaction import redact_body, redact_headers, redact_path, redact_query
from ..resources.keys import hash_value
from ..services import Services
from ..store import JSON, StoreUnavailable
from .control_answers import is_control
from .exchange import Exchange, exchange_of
from .explaining import explanation
from .tenancy import key_value, tenant_of

LONGEST_BODY: Final = 100_000
UNRECORDED: Final = ("/docs", "/openapi.", "/static/")

logger = logging.getLogger("mockserver")

Message = MutableMapping[str, Any]


class JournalRecorder:
    """ASGI middleware around routing, handlers and faults."""

    def __init__(self, app: Any, *, services: Services) -> None:
        self._app = app
        self._services = services

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Pass the request on and note how it was answered."""
        path = scope["path"] if scope["type"] == "http" else ""
        if scope["type"] != "http" or is_control(path) or path.startswith(UNRECORDED):
            await self._app(scope, receive, send)
            return
        exchange = exchange_of(scope)
        started = perf_seconds()
        wants_explanation = exchange.headers.get(EXPLAIN_HEADER.lower()) == "1"
        seen: list[Message] = []
        chunks: list[bytes] = []
        is_recorded = False

        def record() -> None:
            nonlocal is_recorded
            if not is_recorded:
                is_recorded = True
                self._record(exchange, seen, chunks, perf_seconds() - started, started)

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                if wants_explanation and 400 <= message["status"] < 500:
                    address = f"{exchange.base_url}/_mock/explain/{exchange.request_id}"
                    message["headers"] = [
                        *message["headers"],
                        (EXPLAIN_HEADER.lower().encode(), address.encode("latin-1", "replace")),
                    ]
                seen.append(message)
            elif message["type"] == "http.response.body":
                if message.get("body"):
                    chunks.append(message["body"])
                if not message.get("more_body"):
                    # whoever has the answer may ask for its entry, of another server too
                    record()
            await send(message)

        try:
            await self._app(scope, receive, note)
        finally:
            record()

    def _record(
        self, exchange: Exchange, seen: list[Message], chunks: list[bytes], seconds: float, started: float
    ) -> None:
        entry = self._entry(exchange, seen, chunks, seconds, started)
        control = self._services.control
        try:
            control.journal.add(entry)
            if entry.status is not None:
                control.responses.add(entry, seen[0]["headers"], chunks)
            if entry.status is not None and 400 <= entry.status < 500:
                control.explanations.add(exchange.request_id, explanation(exchange, entry))
        except StoreUnavailable as error:
            logger.error("a request is missing in the journal: %s", error)

    def _entry(
        self, exchange: Exchange, seen: list[Message], chunks: list[bytes], seconds: float, started: float
    ) -> Entry:
        services = self._services
        project_id = exchange.project["id"] if exchange.project else tenant_of(services, exchange)
        value = key_value(exchange) or exchange.headers.get("cookie", "")
        faults = tuple(int(each) for each in exchange.notes.get("faults", "").split(",") if each)
        status = None if "broken" in exchange.notes or not seen else int(seen[0]["status"])
        return Entry(
            id=services.control.journal.new_id(),
            request_id=exchange.request_id,
            at=services.clock_of(project_id).now(),
            real=started,
            method=exchange.method,
            path=redact_path(exchange.path),
            query=redact_query(exchange.query),
            headers=redact_headers(exchange.headers),
            body=self._body(exchange),
            operation_id=exchange.operation.operation_id if exchange.operation else None,
            project_id=project_id,
            caller=hash_value(value) if value else "",
            status=status,
            duration_ms=seconds * 1000,
            error=_error(seen, chunks),
            retry_after=_retry_after(seen),
            faults=faults,
        )

    def _body(self, exchange: Exchange) -> JSON:
        if not exchange.body:
            return None
        if len(exchange.body) > LONGEST_BODY:
            return f"[{len(exchange.body)} bytes]"
        return redact_body(dict(exchange.sent_object())) if exchange.sent_object() else None


def _error(seen: list[Message], chunks: list[bytes]) -> JSON:
    if not seen or seen[0]["status"] < 400:
        return None
    try:
        found: JSON = orjson.loads(b"".join(chunks))
    except orjson.JSONDecodeError:
        return None
    return redact_body(found)


def _retry_after(seen: list[Message]) -> int | None:
    if not seen:
        return None
    text = next((value for name, value in seen[0]["headers"] if name.lower() == b"retry-after"), b"")
    return int(text) if text.isdigit() else None
