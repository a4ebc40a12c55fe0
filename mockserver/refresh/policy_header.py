"""A refresh policy in one header: `X-Mock-Refresh: time; queue=1; run=3`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from ..store import JSON

NAME: Final = "X-Mock-Refresh"
MODES: Final = ("instant", "time", "polls", "manual")
LONGEST_SECONDS: Final = 31_536_000.0


def _seconds(text: str) -> float:
    return _between(float(text), 0, LONGEST_SECONDS)


def _share(text: str) -> float:
    return _between(float(text), 0, 1)


def _polls(text: str) -> int:
    return int(_between(int(text), 1, 1_000_000))


def _between(value: float, lowest: float, highest: float) -> float:
    if not lowest <= value <= highest:
        raise ValueError(f"{value:g} is not from {lowest:g} to {highest:g}")
    return value


def _outcome(text: str) -> str:
    if text not in ("complete", "error"):
        raise ValueError(f"{text!r} is neither complete nor error")
    return text


FIELDS: Final[Mapping[str, tuple[str, Callable[[str], JSON]]]] = MappingProxyType(
    {
        "queue": ("queue_seconds", _seconds),
        "run": ("run_seconds", _seconds),
        "polls": ("polls", _polls),
        "jitter": ("jitter", _share),
        "outcome": ("outcome", _outcome),
        "message": ("error_message", str),
        "code": ("error_code", str),
        "progress": ("progress", _share),
    }
)


def parse_policy(text: str) -> dict[str, JSON]:
    """The fields of a policy that a header gives; raises ValueError saying what is wrong."""
    mode, *parts = [part.strip() for part in text.split(";")]
    if mode not in MODES:
        raise ValueError(f"{mode!r} is no mode; choose {', '.join(MODES)}")
    fields: dict[str, JSON] = {"mode": mode}
    for part in filter(None, parts):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or name not in FIELDS:
            raise ValueError(f"{part!r} is no setting; choose {', '.join(FIELDS)}, each with =")
        field, read = FIELDS[name]
        try:
            fields[field] = read(value)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    return fields
