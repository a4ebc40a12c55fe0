"""Expectations that say in words what was found."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ..errors import Breach


def that(holds: object, message: str) -> None:
    """Raise Breach with the message where a condition does not hold."""
    if not holds:
        raise Breach(message)


def equal(found: object, wanted: object, what: str) -> None:
    """Raise Breach where two values differ."""
    if found != wanted:
        raise Breach(f"{what}: expected {brief(wanted)}, found {brief(found)}")


def same_set(found: Iterable[Any], wanted: Iterable[Any], what: str) -> None:
    """Raise Breach where two collections hold different things, whatever their order."""
    first, second = sorted(found, key=repr), sorted(wanted, key=repr)
    if first != second:
        raise Breach(f"{what}: expected {brief(second)}, found {brief(first)}")


def holds(row: Any, field: str, what: str = "the answer") -> Any:
    """A field of an object; raises Breach where it is missing."""
    if not isinstance(row, dict) or field not in row:
        raise Breach(f"{what} has no `{field}`")
    return row[field]


def moment(text: Any, what: str) -> datetime:
    """A datetime with a zone; raises Breach for anything else."""
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise Breach(f"{what} is no datetime: {brief(text)}") from None
    if found.tzinfo is None:
        raise Breach(f"{what} has no time zone: {text}")
    return found


def close(found: float, wanted: float, what: str) -> None:
    """Raise Breach where two numbers differ by more than rounding."""
    if abs(found - wanted) > 1e-6 * max(1.0, abs(found), abs(wanted)):
        raise Breach(f"{what}: expected {wanted:g}, found {found:g}")


def brief(value: object, limit: int = 300) -> str:
    """A value as text that fits into a line."""
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
