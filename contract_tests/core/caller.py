"""One way of calling the server: a credential, a project, and where the exchanges are recorded."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import quote, urlencode

from ..contract import Contract
from ..errors import Breach
from .exchange import Exchange
from .reply import Reply
from .tape import Tape
from .wire import ENDLESS, LARGE, SLOW, Wire

AGENT: Final = "contract-tests"

FAILURES: Final = (
    (SLOW.split("{", maxsplit=1)[0], "transport.answers_in_time"),
    (ENDLESS.split("{", maxsplit=1)[0], "transport.answers_end"),
    (LARGE.split("{", maxsplit=1)[0], "transport.answers_are_bounded"),
)


@dataclass(frozen=True)
class Caller:
    """Sends requests as one party; paths without a leading slash are inside the project."""

    wire: Wire
    base_url: str
    project: str
    contract: Contract
    tape: Tape
    headers: Mapping[str, str] = field(default_factory=dict)
    record: Callable[[Exchange], None] | None = None

    def within(self, project: str) -> Caller:
        """The same party in another project."""
        return replace(self, project=project)

    def with_headers(self, **headers: str) -> Caller:
        """The same party with more headers; underscores stand for dashes."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **named})

    def get(self, path: str, /, **query: Any) -> Reply:
        """GET; query values that are no text are sent as JSON, None is left out."""
        return self.request("GET", path, query=query)

    def post(self, path: str, body: Any = None, /, **query: Any) -> Reply:
        """POST with a JSON body, `{}` without one."""
        return self.request("POST", path, json_body={} if body is None else body, query=query)

    def patch(self, path: str, body: Any, /, **query: Any) -> Reply:
        """PATCH with a JSON body."""
        return self.request("PATCH", path, json_body=body, query=query)

    def put(self, path: str, body: Any, /, **query: Any) -> Reply:
        """PUT with a JSON body."""
        return self.request("PUT", path, json_body=body, query=query)

    def delete(self, path: str, /) -> Reply:
        """DELETE."""
        return self.request("DELETE", path)

    def request(
        self,
        method: str,
        path: str,
        *,
        json_body: Any = None,
        content: bytes | None = None,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Any request; raises Breach where no answer could be read within the limits."""
        body = content if content is not None else b"" if json_body is None else encode(json_body)
        sent = {"Accept": "application/json", "User-Agent": AGENT, **self.headers, **(headers or {})}
        if body and not any(name.lower() == "content-type" for name in sent):
            sent["Content-Type"] = "application/json"
        exchange = self.wire.send(method, self.url(path, query or {}), sent, body)
        operation = self.contract.operation_at(method, exchange.path, self.base_url)
        exchange = replace(exchange, operation_id=operation.operation_id if operation else None)
        self.tape.add(exchange)
        if self.record is not None:
            self.record(exchange)
        if exchange.failure is not None:
            raise failure_of(exchange)
        return Reply(exchange)

    def url(self, path: str, query: Mapping[str, Any]) -> str:
        """The whole address."""
        base = path if path.startswith("/") else f"/api/projects/{quote(self.project, safe='@')}/{path}"
        pairs = [(name.strip("_"), as_text(value)) for name, value in query.items() if value is not None]
        joint = "&" if "?" in base else "?"
        return f"{self.base_url}{base}{joint + urlencode(pairs) if pairs else ''}"


def as_text(value: Any) -> str:
    """A query value as it is sent: text as it is, the rest as JSON."""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def encode(body: Any) -> bytes:
    """A JSON body."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def failure_of(exchange: Exchange) -> Breach:
    """The breach that an unreadable answer is."""
    failure = exchange.failure or ""
    rule_id = next((rule for start, rule in FAILURES if failure.startswith(start)), "transport.speaks_http")
    return Breach(f"{exchange.method} {exchange.path}: {failure}", rule_id=rule_id)
