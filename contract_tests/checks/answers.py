"""Statuses, media types, schemas and the error envelope."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mockserver.http.contract import Operation

from ..contract import Contract
from ..core.exchange import Exchange
from .check import Check

ENVELOPE: Final = frozenset(("type", "code", "detail", "attr"))
ERROR_TYPES: Final = frozenset(
    ("validation_error", "authentication_error", "invalid_request", "throttled_error", "server_error")
)
TYPES_OF_STATUS: Final = (
    (400, ("validation_error", "invalid_request", "server_error")),
    (401, ("authentication_error",)),
    (403, ("authentication_error",)),
    (404, ("invalid_request",)),
    (405, ("invalid_request",)),
    (415, ("invalid_request",)),
    (429, ("throttled_error",)),
    (500, ("server_error",)),
)
MAY_BE_EMPTY: Final = frozenset((404, 405))
SESSION_OPERATIONS: Final = frozenset(("login_create", "logout_create"))


def _status(
    exchange: Exchange, operation: Operation, contract: Contract, _: tuple[str, ...]
) -> Iterator[str]:
    if contract.media_types(operation, exchange.status) is None:
        known = ", ".join(sorted(operation.responses))
        yield f"answered {exchange.status}; the contract has {known}"


def _crash(exchange: Exchange, *_: object) -> Iterator[str]:
    if exchange.status >= 500:
        yield f"answered {exchange.status}: {exchange.text[:200]}"


def _redirect(exchange: Exchange, *_: object) -> Iterator[str]:
    if 300 <= exchange.status < 400:
        yield f"answered {exchange.status}, a redirect to {exchange.headers.get('location')!r}"


def _media_type(
    exchange: Exchange, operation: Operation, contract: Contract, _: tuple[str, ...]
) -> Iterator[str]:
    kinds = contract.media_types(operation, exchange.status)
    if kinds is None:
        return
    if exchange.body and kinds and exchange.media_type not in kinds:
        yield f"{exchange.status} is {exchange.media_type or 'of no type'}; expected {' or '.join(kinds)}"
    # a 404 that the contract gives no body may have the envelope: one generation has it, the other has none
    if exchange.body and not kinds and not (exchange.status == 404 and exchange.is_json):
        yield f"{exchange.status} has a body of {len(exchange.body)} bytes; the contract has none"


def _json(exchange: Exchange, *_: object) -> Iterator[str]:
    if exchange.is_json and exchange.json is None and exchange.body.strip() != b"null":
        yield f"says that it is JSON and is not: {exchange.text[:120]!r}"


def _schema(
    exchange: Exchange, operation: Operation, contract: Contract, _: tuple[str, ...]
) -> Iterator[str]:
    if not exchange.is_json or (exchange.json is None and exchange.body.strip() != b"null"):
        return
    for difference in contract.differences(operation, exchange.status, exchange.media_type, exchange.json):
        place = f" at {difference.pointer}" if difference.pointer else ""
        yield f"{exchange.status}{place}: {difference.reason}"
        return


def _envelope(exchange: Exchange, operation: Operation, *_: object) -> Iterator[str]:
    body = exchange.json
    if exchange.status < 400 or not exchange.is_json or not exchange.path.startswith("/api/"):
        return
    if isinstance(body, dict) and ("error" in body or "query_status" in body):
        return
    if operation.operation_id in SESSION_OPERATIONS and exchange.status == 403:
        return
    if not isinstance(body, dict) or not set(body) >= ENVELOPE:
        yield f"{exchange.status} is not an object of type, code, detail and attr"
        return
    if body["type"] not in ERROR_TYPES:
        yield f"error type {body['type']!r} does not exist"
    for status, kinds in TYPES_OF_STATUS:
        if exchange.status == status and body["type"] not in kinds:
            yield f"a {status} has type {body['type']!r}; expected {' or '.join(kinds)}"
    if not isinstance(body["detail"], str) or not body["detail"]:
        yield f"{exchange.status}: `detail` is no text"


def _empty_error(exchange: Exchange, *_: object) -> Iterator[str]:
    if exchange.status >= 400 and not exchange.body and exchange.status not in MAY_BE_EMPTY:
        yield f"{exchange.status} has an empty body"


def _allow(exchange: Exchange, *_: object) -> Iterator[str]:
    if exchange.status == 405 and not exchange.headers.get("allow"):
        yield "405 without an `Allow` header"


def _retry_after(exchange: Exchange, *_: object) -> Iterator[str]:
    if exchange.status == 429 and exchange.path.startswith("/api/") and "retry-after" not in exchange.headers:
        yield "429 without a `Retry-After` header"


def _challenge(exchange: Exchange, *_: object) -> Iterator[str]:
    if exchange.status == 401 and exchange.path.startswith("/api/projects"):
        challenge = exchange.headers.get("www-authenticate", "")
        if not challenge:
            yield "401 without a `WWW-Authenticate` header"


CHECKS: Final = (
    Check("check.no_server_error", "No request makes the server fail with a 5xx.", _crash),
    Check("check.no_redirect", "The API answers directly, never by redirect.", _redirect),
    Check("check.documented_status", "Every status is one that the contract names.", _status),
    Check("check.media_type", "Every body has a media type that the contract names.", _media_type),
    Check("check.valid_json", "What says that it is JSON is JSON.", _json),
    Check("check.response_schema", "Every body fits the schema that the contract gives for it.", _schema),
    Check("check.error_envelope", "Errors are objects of type, code, detail and attr that agree.", _envelope),
    Check("check.error_has_body", "Errors other than 404 and 405 say what is wrong.", _empty_error),
    Check("check.allow_header", "A 405 names the methods that are allowed (RFC 9110, 15.5.6).", _allow),
    Check("check.retry_after", "A 429 says when to come back.", _retry_after),
    Check("check.challenge", "A 401 carries a challenge (RFC 9110, 11.6.1).", _challenge),
)
