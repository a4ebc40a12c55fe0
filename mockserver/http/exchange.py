"""One request on its way through the layers, and what each has found out about it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any, Final, cast
from urllib.parse import parse_qsl

import orjson

from ..errors import ApiError, api_error
from ..resources.context import ANONYMOUS, Caller
from ..store import JSON
from ..store.documents import ProjectDocument
from .contract import Operation

KEY: Final = "mockserver.exchange"

Scope = MutableMapping[str, Any]


@dataclass(slots=True)
class Exchange:
    """A request as far as it is known; each layer fills in its part."""

    request_id: str
    method: str
    path: str
    raw_path: str
    query_string: str
    headers: Mapping[str, str]
    scheme: str
    host: str
    body: bytes = b""
    operation: Operation | None = None
    path_params: Mapping[str, str] = field(default_factory=dict)
    caller: Caller = ANONYMOUS
    project: ProjectDocument | None = None
    violation: ApiError | None = None
    wait_seconds: float = 0.0
    stream: AsyncIterator[bytes] | None = None
    notes: dict[str, str] = field(default_factory=dict)
    _query: dict[str, str] | None = None
    _parsed: JSON | ApiError | None = None
    _is_parsed: bool = False

    @property
    def base_url(self) -> str:
        """The server's address as the client wrote it."""
        return f"{self.scheme}://{self.host}"

    @property
    def query(self) -> Mapping[str, str]:
        """The query parameters; the last value of a repeated one, as Django reads them."""
        if self._query is None:
            self._query = dict(parse_qsl(self.query_string, keep_blank_values=True))
        return self._query

    @property
    def is_json(self) -> bool:
        """Whether the body says it is JSON, or says nothing, or there is none."""
        kind = self.headers.get("content-type", "")
        return not kind or not self.body or kind.split(";")[0].strip().lower().endswith("json")

    def parsed_body(self) -> JSON:
        """The JSON that was sent, None for an empty body. Raises ApiError for text that is not JSON."""
        if not self._is_parsed:
            self._is_parsed = True
            self._parsed = self._parse() if self.is_json else None
        if isinstance(self._parsed, ApiError):
            raise self._parsed
        return self._parsed

    def refuse_body(self, error: ApiError) -> None:
        """Let `error` be what reading the body raises."""
        self._is_parsed, self._parsed = True, error

    def _parse(self) -> JSON | ApiError:
        if not self.body.strip():
            return None
        try:
            return cast("JSON", orjson.loads(self.body))
        except orjson.JSONDecodeError as error:
            return api_error("malformed_json", reason=json_complaint(self.body) or str(error))

    def readable_body(self) -> JSON:
        """The JSON that was sent, None for what is not JSON; never raises."""
        try:
            return self.parsed_body()
        except ApiError:
            return None

    def sent_object(self) -> Mapping[str, JSON]:
        """The JSON object that was sent, `{}` for anything else; never raises."""
        parsed = self.readable_body()
        return parsed if isinstance(parsed, dict) else {}


def json_complaint(body: bytes) -> str | None:
    """What Python's own decoder, which PostHog reads bodies with, says of text that is not JSON.

    None for what it takes although JSON does not have it (infinite numbers, halves of characters).
    """
    try:
        json.loads(body.decode(), parse_constant=_refuse_constant)
    except RecursionError:
        return "maximum recursion depth exceeded"
    except ValueError as error:
        return str(error)
    return None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"Out of range float values are not JSON compliant: {name!r}")


def exchange_of(scope: Scope) -> Exchange:
    """The exchange that the front has put into an ASGI scope."""
    return cast("Exchange", scope[KEY])
