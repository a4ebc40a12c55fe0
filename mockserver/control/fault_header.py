"""A fault for one request: `X-Mock-Fault: status=503; retry_after=2`, `X-Mock-Delay: 250`."""

from __future__ import annotations

from typing import Final

from ..store import JSON, JSONObject

FAULT_HEADER: Final = "X-Mock-Fault"
DELAY_HEADER: Final = "X-Mock-Delay"
CONNECTIONS: Final = ("reset", "empty", "truncate", "garbage", "dribble")
NAMES: Final = ("status", "retry_after", "throttle", "delay", "connection", "contract")


def parse_delay(text: str) -> JSONObject:
    """A delay in milliseconds; raises ValueError."""
    try:
        milliseconds = float(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a number of milliseconds") from None
    if not 0 <= milliseconds <= 600_000:
        raise ValueError("milliseconds are from 0 to 600000")
    return {"kind": "fixed", "ms": milliseconds}


def parse_effect(text: str) -> JSONObject:
    """The effect that a header names; raises ValueError saying what is wrong."""
    effect: JSONObject = {}
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        name, _, value = (piece.strip() for piece in part.partition("="))
        if name not in NAMES:
            raise ValueError(f"{name!r} is no effect; choose {', '.join(NAMES)}")
        effect[name] = _value(name, value)
    if not effect or effect.keys() == {"retry_after"}:
        raise ValueError("no effect is named")
    return effect


def _value(name: str, value: str) -> JSON:
    if name == "delay":
        return parse_delay(value)
    if name == "throttle":
        return {"per_minute": _number(name, value, 0, 1_000_000)}
    if name == "status":
        return _number(name, value, 200, 599)
    if name == "retry_after":
        return _number(name, value, 0, 86_400)
    if name == "connection" and value not in CONNECTIONS:
        raise ValueError(f"{value!r} is no broken connection; choose {', '.join(CONNECTIONS)}")
    return value


def _number(name: str, value: str, lowest: int, highest: int) -> int:
    if not (value.isascii() and value.isdigit() and lowest <= int(value) <= highest):
        raise ValueError(f"{name} is a whole number from {lowest} to {highest}")
    return int(value)
