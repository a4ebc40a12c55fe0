"""A WSGI app that sends what it gets over the suite's own wire.

Schemathesis calls it as the app under test. So limits, retries, the read-only guard, coverage and the checks
for every answer are the same in both halves of the suite, and a server that hangs cannot hang Schemathesis.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from ..contract import Contract
from ..core.exchange import Exchange
from ..core.wire import Wire
from ..errors import WriteRefused
from .pool import Pool

StartResponse = Callable[[str, list[tuple[str, str]]], Any]

NOT_SENT: Final = {
    "type": "invalid_request",
    "code": "not_found",
    "detail": "Not sent: it would touch what this run has not made.",
    "attr": None,
}
HOP_BY_HOP: Final = frozenset(
    (
        "connection",
        "keep-alive",
        "transfer-encoding",
        "upgrade",
        "te",
        "trailer",
        "content-encoding",
        "content-length",
    )
)
LOST: Final = 504


class Gateway:
    """Forwards requests to the target and hands every exchange to `record`."""

    def __init__(
        self,
        wire: Wire,
        base_url: str,
        contract: Contract,
        pool: Pool,
        record: Callable[[Exchange], None],
    ) -> None:
        self._wire = wire
        self._base_url = base_url
        self._contract = contract
        self._pool = pool
        self._record = record
        self._failures = 0
        self._lock = threading.Lock()
        self.withheld = 0

    @property
    def is_given_up(self) -> bool:
        """Whether so many answers could not be read that there is no point in asking on."""
        return self._failures >= 3

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request of Schemathesis."""
        method = environ["REQUEST_METHOD"]
        path = quote(environ["PATH_INFO"].encode("latin-1"), safe="/:@!$&'()*+,;=~-._")
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if self.is_given_up or not self._pool.allows(method, path, _parsed(body)):
            self.withheld += 1
            return _answer(start_response, 404, [], json.dumps(NOT_SENT).encode(), "application/json")
        query = environ.get("QUERY_STRING", "")
        url = f"{self._base_url}{path}{'?' + query if query else ''}"
        try:
            exchange = self._wire.send(method, url, _headers(environ), body)
        except (WriteRefused, ValueError):
            self.withheld += 1
            return _answer(start_response, 404, [], json.dumps(NOT_SENT).encode(), "application/json")
        operation = self._contract.operation_at(method, exchange.path, self._base_url)
        exchange = replace(exchange, operation_id=operation.operation_id if operation else None)
        self._note(exchange)
        if exchange.failure is not None:
            return _answer(start_response, LOST, [], b"", None)
        headers = [(name, value) for name, value in exchange.headers.items() if name not in HOP_BY_HOP]
        return _answer(start_response, exchange.status, headers, exchange.body, None)

    def _note(self, exchange: Exchange) -> None:
        with self._lock:
            self._failures += exchange.failure is not None
            made = exchange.json if exchange.method == "POST" and exchange.status == 201 else None
            if isinstance(made, dict) and isinstance(made.get("id"), int):
                kinds = {"insights_create": self._pool.insights, "dashboards_create": self._pool.dashboards}
                kinds.get(exchange.operation_id or "", []).append(made["id"])
                if isinstance(made.get("short_id"), str):
                    self._pool.short_ids.append(made["short_id"])
        self._record(exchange)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _headers(environ: dict[str, Any]) -> dict[str, str]:
    headers = {
        name[5:].replace("_", "-").title(): value
        for name, value in environ.items()
        if name.startswith("HTTP_") and name not in ("HTTP_HOST", "HTTP_ACCEPT_ENCODING")
    }
    if environ.get("CONTENT_TYPE"):
        headers["Content-Type"] = environ["CONTENT_TYPE"]
    return headers


def _answer(
    start_response: StartResponse,
    status: int,
    headers: list[tuple[str, str]],
    body: bytes,
    media_type: str | None,
) -> Iterable[bytes]:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Unknown"
    given = [*headers, *([("Content-Type", media_type)] if media_type else [])]
    start_response(f"{status} {phrase}", given)
    return [body]
