"""Valid calls with one thing changed, as `mutations.yaml` says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from mockserver.traffic import Exchange

TABLE = Path(__file__).with_suffix(".yaml")
WORDS: Mapping[str, Any] = {"LONG": "x" * 500, "MANY": list(range(1, 2502))}


@dataclass(frozen=True)
class Mutation:
    """One row: the kind that is found, at which place, and what is changed of which call."""

    finds: str
    of: str
    change: Mapping[str, Any]
    at: str = ""

    @property
    def name(self) -> str:
        return f"{self.finds} of {self.of}" + (f" at {self.at}" if self.at else "")

    def __call__(self, calls: Mapping[str, Exchange]) -> Exchange:
        """The changed call."""
        call = calls[self.of]
        for word, value in self.change.items():
            call = CHANGES[word](call, value)
        return call


def mutations() -> list[Mutation]:
    rows = yaml.safe_load(TABLE.read_text("utf-8"))
    return [Mutation(row.pop("finds"), row.pop("of"), at=row.pop("at", ""), change=row) for row in rows]


def _path(call: Exchange, path: str) -> Exchange:
    url = urlsplit(call.request.url)._replace(path=path).geturl()
    return replace(call, request=replace(call.request, url=url))


def _query(call: Exchange, text: str) -> Exchange:
    """More of a query; a parameter that is there already is replaced."""
    parts = urlsplit(call.request.url)
    name = text.split("=", maxsplit=1)[0]
    kept = [pair for pair in parts.query.split("&") if pair and pair.split("=")[0] != name]
    url = parts._replace(query="&".join([*kept, text])).geturl()
    return replace(call, request=replace(call.request, url=url))


def _headers(held: Mapping[str, str], given: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in {**held, **given}.items() if value is not None}


def _set(body: bytes | None, values: Mapping[str, Any]) -> bytes:
    document = json.loads(body or b"{}")
    for pointer, value in values.items():
        given = _meant(value)
        if pointer == "":
            document = given
            continue
        holder, name = _holder(document, pointer)
        holder[name] = given
    return json.dumps(document).encode()


def _without(body: bytes | None, pointers: list[str]) -> bytes:
    document = json.loads(body or b"{}")
    for pointer in pointers:
        holder, name = _holder(document, pointer)
        del holder[name]
    return json.dumps(document).encode()


def _holder(document: Any, pointer: str) -> tuple[Any, Any]:
    *above, name = pointer[1:].split("/")
    for part in above:
        document = document[int(part) if isinstance(document, list) else part]
    return document, int(name) if isinstance(document, list) else name


def _meant(value: Any) -> Any:
    if isinstance(value, list):
        return [_meant(item) for item in value]
    return WORDS.get(value, value) if isinstance(value, str) else value


def _request(call: Exchange, **fields: Any) -> Exchange:
    return replace(call, request=replace(call.request, **fields))


def _response(call: Exchange, **fields: Any) -> Exchange:
    assert call.response is not None
    return replace(call, response=replace(call.response, **fields))


CHANGES = {
    "path": _path,
    "query": _query,
    "method": lambda call, value: _request(call, method=value),
    "request_headers": lambda call, value: _request(call, headers=_headers(call.request.headers, value)),
    "sent": lambda call, value: _request(call, body=_set(call.request.body, value)),
    "not_sent": lambda call, value: _request(call, body=_without(call.request.body, value)),
    "sent_text": lambda call, value: _request(call, body=value.encode()),
    "status": lambda call, value: _response(call, status=value),
    "headers": lambda call, value: _response(call, headers=_headers(call.response.headers, value)),
    "answered": lambda call, value: _response(call, body=_set(call.response.body, value)),
    "not_answered": lambda call, value: _response(call, body=_without(call.response.body, value)),
    "answered_text": lambda call, value: _response(call, body=value.encode()),
}
