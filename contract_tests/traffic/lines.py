"""Calls as JSON lines: what another program writes that has calls at hand, one a line.

```json
{"request": {"method": "POST", "url": "https://eu.posthog.com/api/projects/1/query",
             "headers": {"Content-Type": "application/json"}, "body": {"query": {"kind": "HogQLQuery"}}},
 "response": {"status": 200, "headers": {"Content-Type": "application/json"}, "body": {"results": []}},
 "seconds": 0.04}
```

A body is text or JSON; bytes that are neither go into `body_base64`. Without a body it counts as not
recorded, and `""` as empty. A header's value may be a list. `response` may be missing.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import orjson

from mockserver.traffic import Exchange, Request, Response
from mockserver.traffic.exchange import lower_headers

from ..errors import Misuse

KEYS: Final = {
    "call": frozenset(("request", "response", "seconds")),
    "request": frozenset(("method", "url", "headers", "body", "body_base64")),
    "response": frozenset(("status", "headers", "body", "body_base64")),
}


def read_lines(lines: Iterable[bytes], name: str) -> Iterator[Exchange]:
    """The calls of lines, empty ones left out; raises Misuse that names the line."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield _exchange(orjson.loads(line))
        except orjson.JSONDecodeError as error:
            raise Misuse(f"{name}, line {number} is no JSON: {error}") from None
        except (KeyError, TypeError, ValueError, binascii.Error) as error:
            reason = f"`{error.args[0]}` is missing" if isinstance(error, KeyError) else str(error)
            raise Misuse(f"{name}, line {number} is no call: {reason}") from None


def _exchange(node: Any) -> Exchange:
    call = _object(node, "call")
    request = _object(call["request"], "request")
    method, url = request["method"], request["url"]
    if not isinstance(method, str) or not isinstance(url, str):
        raise TypeError("`method` and `url` must be text")
    answer = call.get("response")
    seconds = call.get("seconds")
    if seconds is not None and not isinstance(seconds, int | float):
        raise TypeError("`seconds` must be a number")
    return Exchange(
        Request(method, url, _headers(request), _body(request)),
        None if answer is None else _response(_object(answer, "response")),
        seconds,
    )


def _response(node: Mapping[str, Any]) -> Response:
    status = node["status"]
    if not isinstance(status, int) or not 100 <= status <= 999:
        raise ValueError("`status` must be a number from 100 to 999")
    return Response(status, _headers(node), _body(node))


def _object(node: Any, what: str) -> dict[str, Any]:
    if not isinstance(node, dict):
        raise TypeError(f"the {what} must be an object")
    unknown = sorted(set(node) - KEYS[what])
    if unknown:
        raise ValueError(f"the {what} has the unknown key `{unknown[0]}`")
    return node


def _headers(node: Mapping[str, Any]) -> dict[str, str]:
    given = node.get("headers", {})
    if not isinstance(given, dict):
        raise TypeError("`headers` must be an object")
    values = ((name, each) for name, value in given.items() for each in _list(value))
    return lower_headers((name, str(value)) for name, value in values)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _body(node: Mapping[str, Any]) -> bytes | None:
    if "body_base64" in node:
        return base64.b64decode(node["body_base64"], validate=True)
    if "body" not in node:
        return None
    body = node["body"]
    return body.encode("utf-8", "surrogatepass") if isinstance(body, str) else orjson.dumps(body)
