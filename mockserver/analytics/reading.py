"""Reading a query's JSON with the offending field named when it is wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress

from mockserver.analytics.model import JSON, JSONObject, QueryError

NOTHING: tuple[JSON, ...] = ()


def mapping(value: JSON, attr: str) -> JSONObject:
    """An object; null is an empty one."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise QueryError("Input should be a valid dictionary", attr=attr)
    return value


def member(query: JSONObject, name: str) -> JSONObject:
    """The object under a key, empty when absent or null."""
    return mapping(query.get(name), name)


def sequence(value: JSON, attr: str) -> Sequence[JSON]:
    """A list; null is an empty one."""
    if value is None:
        return NOTHING
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise QueryError("Input should be a valid list", attr=attr)
    return value


def objects(query: JSONObject, name: str) -> list[JSONObject]:
    """The list of objects under a key."""
    return [mapping(each, name) for each in sequence(query.get(name), name)]


def listed(value: JSON) -> Sequence[JSON]:
    """A value as a list: a list as it is, null empty, anything else alone."""
    if value is None:
        return NOTHING
    return value if isinstance(value, Sequence) and not isinstance(value, str) else (value,)


def optional_text(query: JSONObject, name: str) -> str | None:
    """A string under a key, or None."""
    value = query.get(name)
    if value is not None and not isinstance(value, str):
        raise QueryError("Input should be a valid string", attr=name)
    return value


def text_or(query: JSONObject, name: str, default: str) -> str:
    """A string under a key, `default` without one."""
    return optional_text(query, name) or default


def choice(query: JSONObject, name: str, options: Sequence[str], default: str) -> str:
    """One of some words; raises QueryError for another."""
    value = text_or(query, name, default)
    if value not in options:
        raise QueryError(f"Input should be {' or '.join(repr(each) for each in options)}", attr=name)
    return value


def optional_number(query: JSONObject, name: str) -> float | None:
    """A number under a key, also when written as text, or None."""
    value = query.get(name)
    if value is None:
        return None
    if isinstance(value, str):
        with suppress(ValueError):
            value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise QueryError("Input should be a valid number", attr=name)
    return value


def integer(query: JSONObject, name: str, default: int, least: int = 0) -> int:
    """A whole number under a key, `default` without one, never below `least`."""
    value = optional_number(query, name)
    if value is None:
        return default
    if value != int(value):
        raise QueryError("Input should be a valid integer", attr=name)
    if value < least:
        raise QueryError(f"Input should be greater than or equal to {least}", attr=name)
    return int(value)


def boolean(query: JSONObject, name: str, default: bool = False) -> bool:
    """A truth value under a key; null and absence are `default`."""
    value = query.get(name)
    if value is None:
        return default
    if isinstance(value, str):
        return value.lower() in ("true", "1", "yes")
    return bool(value)
