"""Habits of a client that are worth fixing, read from the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ..store import JSON, JSONObject
from .journal import Entry

POLL_SECONDS: Final = 0.3
BURST_SECONDS: Final = 10.0
BURST: Final = 5
EXAMPLES: Final = 5

FORCING: Final = frozenset(("force_blocking", "true", "1", "yes", ""))


@dataclass(frozen=True, slots=True)
class Habit:
    """One rule: what is found, in words, and what to do instead."""

    find: Callable[[Sequence[Entry]], Iterator[Entry]]
    message: str
    advice: str


def _polls_too_fast(entries: Sequence[Entry]) -> Iterator[Entry]:
    last: dict[str, float] = {}
    for entry in entries:
        if entry.operation_id != "query_retrieve":
            continue
        before = last.get(entry.path)
        if before is not None and entry.real - before < POLL_SECONDS:
            yield entry
        last[entry.path] = entry.real


def _forces_on_lists(entries: Sequence[Entry]) -> Iterator[Entry]:
    for entry in entries:
        if entry.operation_id == "insights_list" and entry.query.get("refresh", "-").lower() in FORCING:
            yield entry


def _ignores_retry_after(entries: Sequence[Entry]) -> Iterator[Entry]:
    until: dict[str, tuple[float, float]] = {}
    for entry in entries:
        virtual, real = until.get(entry.caller, (0.0, 0.0))
        if entry.at.timestamp() < virtual and entry.real < real:
            yield entry
        if entry.status in (429, 503) and entry.retry_after:
            until[entry.caller] = (
                entry.at.timestamp() + entry.retry_after,
                entry.real + entry.retry_after,
            )


def _retrieves_one_by_one(entries: Sequence[Entry]) -> Iterator[Entry]:
    burst: list[Entry] = []
    listed_at: float | None = None
    for entry in entries:
        if entry.operation_id == "insights_list":
            listed_at, burst = entry.real, []
        elif entry.operation_id == "insights_retrieve" and listed_at is not None:
            if entry.real - listed_at > BURST_SECONDS:
                listed_at = None
            elif entry.path not in {earlier.path for earlier in burst}:
                burst.append(entry)
                if len(burst) == BURST:
                    yield from burst
                elif len(burst) > BURST:
                    yield entry


HABITS: Final[Mapping[str, Habit]] = MappingProxyType(
    {
        "polls_too_fast": Habit(
            _polls_too_fast,
            "{count} reads of a query's status came less than 300 ms after the one before.",
            "Wait 300 ms or longer between reads, and longer with each one.",
        ),
        "force_blocking_on_lists": Habit(
            _forces_on_lists,
            "{count} list pages were asked for with `refresh=force_blocking`.",
            "It calculates every insight anew. List without `refresh`, then refresh what is shown.",
        ),
        "ignores_retry_after": Habit(
            _ignores_retry_after,
            "{count} requests came before the `Retry-After` of an earlier answer was over.",
            "Wait as many seconds as the header says.",
        ),
        "retrieves_one_by_one": Habit(
            _retrieves_one_by_one,
            "{count} insights were retrieved one by one right after a list.",
            "The list holds full insights already; ask it for what is needed, or run the whole dashboard.",
        ),
    }
)


def find_habits(entries: Iterable[Entry]) -> list[JSON]:
    """What each rule finds in each project's requests, oldest first; rules that find nothing are left out."""
    by_project: dict[int | None, list[Entry]] = {}
    for entry in entries:
        by_project.setdefault(entry.project_id, []).append(entry)
    found: list[JSON] = []
    for project_id, listed in by_project.items():
        for rule, habit in HABITS.items():
            hits = list(habit.find(listed))
            if hits:
                found.append(_shape(rule, habit, project_id, hits))
    return found


def _shape(rule: str, habit: Habit, project_id: int | None, hits: Sequence[Entry]) -> JSONObject:
    return {
        "rule": rule,
        "message": habit.message.format(count=len(hits)),
        "advice": habit.advice,
        "count": len(hits),
        "project_id": project_id,
        "examples": [entry.id for entry in hits[:EXAMPLES]],
    }
