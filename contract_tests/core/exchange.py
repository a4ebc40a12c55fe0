"""One request and its answer, as it was on the wire."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson

from .telling import telling_nodes

JSON = Any


@dataclass(frozen=True)
class Exchange:
    """A request with its answer; status 0 where no answer could be read, `failure` says why."""

    method: str
    url: str
    request_headers: Mapping[str, str]
    request_body: bytes
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    seconds: float = 0.0
    failure: str | None = None
    operation_id: str | None = None

    @property
    def path(self) -> str:
        """The path of the URL."""
        return urlsplit(self.url).path

    @cached_property
    def query(self) -> dict[str, str]:
        """The query parameters as they were sent."""
        return dict(parse_qsl(urlsplit(self.url).query, keep_blank_values=True))

    @property
    def media_type(self) -> str:
        """The answer's media type without parameters, in lower case; empty where it names none."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    @property
    def is_json(self) -> bool:
        """Whether the answer says that it is JSON."""
        return self.media_type == "application/json" or self.media_type.endswith("+json")

    @cached_property
    def json(self) -> JSON:
        """The answer parsed, or None where it is no JSON."""
        return _parsed(self.body)

    @cached_property
    def telling(self) -> tuple[tuple[str, str, JSON], ...]:
        """Every `(pointer, key, value)` of the answer whose key is one that checks look at."""
        return tuple(telling_nodes(self.json))

    @cached_property
    def sent(self) -> JSON:
        """The JSON that was sent, or None."""
        return _parsed(self.request_body)

    @property
    def text(self) -> str:
        """The answer as text."""
        return self.body.decode("utf-8", "replace")

    @property
    def curl(self) -> str:
        """The request as a command line; its secrets must be redacted before anyone reads it."""
        parts = ["curl", "-i"]
        if self.method != "GET":
            parts += ["-X", self.method]
        for name, value in self.request_headers.items():
            if name.lower() not in ("host", "content-length", "accept-encoding", "connection", "user-agent"):
                parts += ["-H", f"{name}: {value}"]
        if self.request_body:
            parts += ["--data-binary", self.request_body[:4000].decode("utf-8", "replace")]
        return " ".join(shlex.quote(part) for part in (*parts, self.url))


def _parsed(body: bytes) -> JSON:
    """JSON, also with what only Python's reader takes (`NaN`); None for anything else."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
