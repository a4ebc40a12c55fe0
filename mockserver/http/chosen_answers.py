"""The answers that faults with a `status` and throttles give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple, cast

import orjson

from ..errors import api_error
from ..store import JSON, JSONObject

THROTTLED: Final = 429
# statuses with which HTTP lets a server say when to come back
WAITING: Final = (429, 503)
BODILESS: Final = (204, 304)


class Chosen(NamedTuple):
    """A whole answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    media_type: str


def throttled(seconds: int) -> Chosen:
    """PostHog's 429 and when to come back."""
    plural = "" if seconds == 1 else "s"
    error = api_error("throttled", seconds=seconds, plural=plural)
    return _json(THROTTLED, dict(error.body or {}), {"Retry-After": str(seconds)})


def chosen_answer(effect: Mapping[str, JSON]) -> Chosen:
    """The answer that an effect with a `status` stands for: its own body, or PostHog's envelope."""
    status = cast("int", effect["status"])
    given = cast("JSONObject", effect.get("headers") or {})
    headers = {str(name): str(value) for name, value in given.items()}
    wait = cast("int | None", effect.get("retry_after", 1 if status in WAITING else None))
    if wait is not None:
        headers.setdefault("Retry-After", str(wait))
    if status in BODILESS:
        return Chosen(status, headers, b"", "")
    if "body" in effect:
        body = effect["body"]
        if isinstance(body, str):
            return Chosen(status, headers, body.encode(), "text/plain; charset=utf-8")
        return _json(status, body, headers)
    if status == THROTTLED:
        return throttled(wait or 1)._replace(headers=headers)
    return _json(status, _envelope(status), headers)


def _envelope(status: int) -> JSON:
    if status < 400:
        return {}
    if status >= 500:
        return cast("JSON", dict(api_error("server_error").body or {}))
    return {
        "type": "invalid_request",
        "code": "error",
        "detail": f"Refused with {status} on purpose.",
        "attr": None,
    }


def _json(status: int, body: object, headers: Mapping[str, str]) -> Chosen:
    return Chosen(status, headers, orjson.dumps(body), "application/json")


async def send_chosen(send: Any, answer: Chosen) -> None:
    """Send an answer from outside the framework."""
    headers = [(b"content-length", str(len(answer.body)).encode())]
    if answer.media_type:
        headers.append((b"content-type", answer.media_type.encode()))
    headers += [
        (name.lower().encode("latin-1"), value.encode("latin-1", "replace"))
        for name, value in answer.headers.items()
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
