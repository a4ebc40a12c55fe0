"""Rules: small named functions whose docstring is the rule, collected into a catalogue."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .world import World

RuleBody = Callable[["World"], None]

ROOMS: Final = ("scenarios", "relations")


class Need(StrEnum):
    """What a rule needs beyond reading; the value completes the sentence "skipped: the target has no ..."."""

    WRITES = "permission to write (run with --mode full)"
    SECOND_PROJECT = "second project (--second-project)"
    KEYS = "way to make keys with chosen scopes (a login, or the fake's control plane)"
    SESSION = "session (--login)"
    CLOCK = "clock that the suite may move"
    OWN_PROJECT = "way to make a project for one rule (the fake's control plane)"
    EVENTS = "events to compute results from"


class Cost(StrEnum):
    """`quick` rules run in every run, `full` ones only in a full one."""

    QUICK = "quick"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the contract, and how to find out whether a server keeps it."""

    rule_id: str
    title: str
    body: RuleBody
    operations: tuple[str, ...]
    needs: frozenset[Need]
    profiles: tuple[str, ...]
    cost: Cost
    alone: bool
    line: int
    source: str

    @property
    def subject(self) -> str:
        """What the rule is about: the first part of its id."""
        return self.rule_id.split(".")[0]

    def __call__(self, world: World) -> None:
        """Try the rule; raises Breach, or Skip where the target does not allow it to be tried."""
        self.body(world)


def rule(
    *operations: str,
    needs: tuple[Need, ...] = (),
    profiles: tuple[str, ...] = (),
    cost: Cost = Cost.QUICK,
    alone: bool = False,
    reads_only: bool = False,
) -> Callable[[RuleBody], Rule]:
    """Make a function a rule.

    `operations` are the operation ids that it is about, the first one the foremost; `profiles` are the
    generations of the server that have it (all without a name); `alone` means that nothing else may touch
    the project meanwhile.
    """

    def make(body: RuleBody) -> Rule:
        room, subject = body.__module__.split(".")[-2:]
        every = frozenset(needs) if reads_only else frozenset((*needs, Need.WRITES))
        title = " ".join((inspect.getdoc(body) or body.__name__).split("\n\n")[0].split())
        name = body.__name__
        line = body.__code__.co_firstlineno
        return Rule(
            f"{subject}.{name}", title, body, operations, every, profiles, cost, alone, line, room.rstrip("s")
        )

    return make


def catalogue() -> tuple[Rule, ...]:
    """Every rule of the suite, in the order of rooms, files and lines."""
    return tuple(rule for room in ROOMS for rule in _rules_of(room))


def _rules_of(room: str) -> Iterator[Rule]:
    package = importlib.import_module(f"{__package__}.{room}")
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda one: one.name):
        members = vars(importlib.import_module(f"{package.__name__}.{module.name}")).values()
        yield from sorted((one for one in members if isinstance(one, Rule)), key=lambda one: one.line)
