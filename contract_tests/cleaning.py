"""Deleting what runs that were stopped or crashed have left on a server."""

from __future__ import annotations

from collections.abc import Iterator

from .core.caller import Caller
from .ledger import KINDS, Entry, discard, unfinished
from .target import Target
from .world import TAG

PAGE = 100


def clean(target: Target, caller: Caller) -> tuple[int, list[str]]:
    """Delete what ledgers name and what carries the suite's name; how many, and what could not be."""
    entries: dict[Entry, None] = {}
    ledgers = list(unfinished(target.base_url))
    for _, listed in ledgers:
        entries.update(dict.fromkeys(listed))
    entries.update(dict.fromkeys(_named(target, caller)))
    problems = [
        problem for entry in entries if (problem := discard(caller.within(entry.project), entry)) is not None
    ]
    if not problems:
        for path, _ in ledgers:
            path.unlink(missing_ok=True)
    return len(entries) - len(problems), problems


def _named(target: Target, caller: Caller) -> Iterator[Entry]:
    for kind in KINDS:
        offset = 0
        while True:
            rows = caller.get(kind, limit=PAGE, offset=offset, basic="true", order="id").rows()
            for row in rows:
                if str(row.get("name") or "").startswith(TAG + " ") or TAG in (row.get("tags") or ()):
                    yield Entry(target.base_url, caller.project, kind, row["id"])
            if len(rows) < PAGE:
                break
            offset += PAGE
