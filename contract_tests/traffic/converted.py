"""Calls and violations in the suite's own shapes, so that its checks, counts and reports take them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

import orjson

from mockserver.control.redaction import redact_body, redact_headers, redact_path, redact_query
from mockserver.traffic import Exchange, Violation
from mockserver.traffic.bodies import Unreadable, plain

from ..checks import Broken
from ..contract import Contract
from ..core import exchange as core
from ..core.shown import shown
from ..findings import Finding, Severity
from ..redaction import Redaction

NO_OPERATION: Final = "no_operation"


def core_exchange(exchange: Exchange, operation_id: str | None) -> core.Exchange:
    """A recorded call as if the suite had made it. Bodies that were not recorded are empty."""
    request, response = exchange.request, exchange.response
    return core.Exchange(
        method=request.method,
        url=request.url,
        request_headers=request.headers,
        request_body=request.body or b"",
        status=response.status if response else 0,
        headers=response.headers if response else {},
        body=_unpacked(response.body or b"", response.headers) if response else b"",
        seconds=exchange.seconds or 0.0,
        failure=None if response else "no answer was recorded",
        operation_id=operation_id,
    )


def _unpacked(body: bytes, headers: Mapping[str, str]) -> bytes:
    try:
        return plain(body, headers)
    except Unreadable:
        return body


def without_secrets(call: core.Exchange) -> core.Exchange:
    """A call as it may be shown: credentials and the values of secret fields taken out."""
    return replace(
        call,
        url=redact_url(call.url),
        request_headers=redact_headers(call.request_headers),
        request_body=_redacted(call.request_body),
        headers=redact_headers(call.headers),
        body=_redacted(call.body),
    )


def redact_url(url: str) -> str:
    """A URL without credentials in its query and without the token of a shared link."""
    parts = urlsplit(url)
    if not parts.query and "/shared" not in parts.path and "/embedded" not in parts.path:
        return url
    query = redact_query(dict(parse_qsl(parts.query, keep_blank_values=True)))
    return parts._replace(path=redact_path(parts.path), query=urlencode(query, safe="[]@:,")).geturl()


def _redacted(body: bytes) -> bytes:
    try:
        return orjson.dumps(redact_body(orjson.loads(body)))
    except orjson.JSONDecodeError:
        return body


def finding_of(violation: Violation, call: core.Exchange, redact: Redaction) -> Finding:
    """A violation as a finding; the same one in another row of a list is the same finding."""
    call = without_secrets(call)
    return Finding(
        rule_id=violation.kind.name,
        title=violation.kind.title,
        message=redact(violation.message),
        operation_id=violation.operation_id,
        request=redact(call.curl),
        response=redact(shown(call)),
        contract_line=violation.contract_line,
        severity=Severity(violation.severity.value),
        source="traffic",
        place=generalised(violation.pointer),
    )


def finding_of_check(broken: Broken, call: core.Exchange, contract: Contract, redact: Redaction) -> Finding:
    """What one of the suite's own checks says of an answer, as a finding."""
    call = without_secrets(call)
    return Finding(
        rule_id=broken.check.rule_id,
        title=broken.check.title,
        message=redact(broken.message),
        operation_id=call.operation_id,
        request=redact(call.curl),
        response=redact(shown(call)),
        contract_line=contract.line(call.operation_id),
        source="traffic",
    )


def generalised(pointer: str) -> str:
    """A JSON pointer with `*` for the numbers of rows."""
    return re.sub(r"(?<=/)\d+(?=/|$)", "*", pointer)
