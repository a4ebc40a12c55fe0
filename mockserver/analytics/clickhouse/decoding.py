"""ClickHouse's JSON back into the values that DuckDB gives for the same query."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache

import orjson

from mockserver.analytics.interface import Row, Value

Decoder = Callable[[Value], Value]

INTERVALS = {"Second": "seconds", "Minute": "minutes", "Hour": "hours", "Day": "days", "Week": "weeks"}


def rows_of(answer: bytes) -> list[Row]:
    """The rows of an answer in the format JSONCompact."""
    document = orjson.loads(answer)
    decoders = [_decoder(each["type"]) for each in document["meta"]]
    if not any(decoders):
        return [tuple(row) for row in document["data"]]
    return [
        tuple(
            value if decode is None or value is None else decode(value)
            for decode, value in zip(decoders, row, strict=True)
        )
        for row in document["data"]
    ]


@cache
def _decoder(kind: str) -> Decoder | None:
    """How a type's values are read; None for those that JSON holds as they are."""
    for wrapper in ("Nullable(", "LowCardinality("):
        if kind.startswith(wrapper):
            return _decoder(kind[len(wrapper) : -1])
    if kind.startswith("Float"):
        return lambda value: float(str(value))
    if kind.startswith("DateTime"):
        return lambda value: datetime.fromisoformat(str(value))
    if kind.startswith("Date"):
        return lambda value: date.fromisoformat(str(value))
    if kind.startswith("Interval") and kind[8:] in INTERVALS:
        unit = INTERVALS[kind[8:]]
        return lambda value: timedelta(**{unit: int(str(value))})
    if kind.startswith("Array("):
        return _list_decoder(_decoder(kind[6:-1]))
    if kind.startswith("Tuple("):
        return _tuple_decoder([_decoder(each) for each in _parts(kind[6:-1])])
    return None


def _list_decoder(inner: Decoder | None) -> Decoder | None:
    if inner is None:
        return None
    return lambda value: [
        each if each is None else inner(each) for each in (value if isinstance(value, list) else [])
    ]


def _tuple_decoder(inner: list[Decoder | None]) -> Decoder | None:
    if not any(inner):
        return None
    return lambda value: [
        each if decode is None or each is None else decode(each)
        for decode, each in zip(inner, value if isinstance(value, list) else [], strict=True)
    ]


def _parts(kinds: str) -> list[str]:
    """Types between commas, whatever stands in parentheses inside them."""
    found, depth, start = [], 0, 0
    for place, letter in enumerate(kinds):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            found.append(kinds[start:place].strip())
            start = place + 1
    return [*found, kinds[start:].strip()]
