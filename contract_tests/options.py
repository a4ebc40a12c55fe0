"""What a run is asked to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from hashlib import sha256

from .rules import Cost, Rule

Shard = tuple[int, int]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The choices of a run; `max_time` is seconds, `rule_time` the longest that one rule may take."""

    depth: Cost = Cost.FULL
    seed: int = 1
    workers: int = 4
    only: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    shard: Shard | None = None
    max_time: float | None = None
    rule_time: float = 180.0
    generated: bool = True
    scenarios: bool = True
    profile: str | None = None
    examples: int | None = None
    keep_ledger: bool = True


def selected(rules: Iterable[Rule], options: RunOptions) -> list[Rule]:
    """The rules that a run tries."""
    return [
        rule
        for rule in rules
        if (options.depth is Cost.FULL or rule.cost is Cost.QUICK)
        and is_wanted(rule.rule_id, rule.operations, options)
        and is_in_shard(rule.rule_id, options.shard)
    ]


def is_wanted(rule_id: str, operations: tuple[str, ...], options: RunOptions) -> bool:
    """Whether --only and --exclude let a rule through; both take rule ids, subjects, operations and globs."""
    names = (rule_id, rule_id.split(".", maxsplit=1)[0], *operations)
    chosen = not options.only or any(_fits(names, pattern) for pattern in options.only)
    return chosen and not any(_fits(names, pattern) for pattern in options.exclude)


def _fits(names: tuple[str, ...], pattern: str) -> bool:
    return any(fnmatchcase(name, pattern) for name in names)


def is_in_shard(name: str, shard: Shard | None) -> bool:
    """Whether a name belongs to a part of the run; the same on every machine."""
    if shard is None:
        return True
    number, parts = shard
    return int(sha256(name.encode()).hexdigest(), 16) % parts == number - 1
