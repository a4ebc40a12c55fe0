"""What a check is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

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
