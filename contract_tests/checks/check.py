"""What a check is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from mockserver.http.contract import Operation

from ..contract import Contract
from ..core.exchange import Exchange

Violation = str
Find = Callable[[Exchange, Operation, Contract, tuple[str, ...]], Iterator[Violation]]


@dataclass(frozen=True, slots=True)
class Check:
    """A rule for every answer: its id, the rule in a sentence, and how breaches are found."""

    rule_id: str
    title: str
    find: Find


def walk(node: Any, place: str = "", depth: int = 0) -> Iterator[tuple[str, str, Any]]:
    """Every `(pointer, key, value)` of a JSON value, to a depth that any answer keeps to."""
    if depth > 40:
        return
    if isinstance(node, dict):
        for key, value in node.items():
            yield f"{place}/{key}", key, value
            yield from walk(value, f"{place}/{key}", depth + 1)
    elif isinstance(node, list):
        for number, value in enumerate(node[:200]):
            yield from walk(value, f"{place}/{number}", depth + 1)
