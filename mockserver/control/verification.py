"""Whether the expected requests came, and which came closest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, cast

from ..store import JSON, JSONObject
from .journal import Entry
from .matching import differences

NEAREST: Final = 3


def verify(entries: Iterable[Entry], asked: Mapping[str, JSON]) -> JSONObject:
    """The answer to a verification: `match` with `count`, `at_least`, `at_most` (without one: at least 1)."""
    match = cast("Mapping[str, JSON]", asked["match"])
    missed: list[tuple[int, int, JSONObject]] = []
    found = 0
    for entry in entries:
        gaps = list(differences(match, entry.facts()))
        if not gaps:
            found += 1
            continue
        listed: list[JSON] = [
            {"field": gap.field, "expected": gap.expected, "actual": gap.actual} for gap in gaps
        ]
        missed.append((len(gaps), -entry.id, {"request": entry.shape(), "differences": listed}))
    lowest, highest, expected = _bounds(asked)
    holds = found >= lowest and (highest is None or found <= highest)
    nearest: list[JSON] = []
    if not holds and found < lowest:
        nearest = [shape for _, _, shape in sorted(missed, key=lambda miss: miss[:2])[:NEAREST]]
    return {"holds": holds, "found": found, "expected": expected, "nearest": nearest}


def _bounds(asked: Mapping[str, JSON]) -> tuple[int, int | None, str]:
    count = cast("int | None", asked.get("count"))
    if count is not None:
        return count, count, f"exactly {count}"
    lowest = cast("int | None", asked.get("at_least"))
    highest = cast("int | None", asked.get("at_most"))
    if lowest is None and highest is None:
        lowest = 1
    words = [f"at least {lowest}"] if lowest is not None else []
    words += [f"at most {highest}"] if highest is not None else []
    return lowest or 0, highest, " and ".join(words)
