"""Which documents stand on which others, and what in a set of documents the store could not hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from .indexes import DuplicateKeyError, Fields, HashIndex, HashRule, OrderedIndex
from .schema import PROJECT_TABLES, SCHEMA
from .storage import Tables

REFERENCES: Final[tuple[tuple[str, str, str], ...]] = (
    ("memberships", "user_id", "users"),
    ("memberships", "organization_id", "organizations"),
    ("projects", "organization_id", "organizations"),
    ("personal_api_keys", "user_id", "users"),
    ("sessions", "user_id", "users"),
    *((table, "project_id", "projects") for table in PROJECT_TABLES),
    ("tiles", "dashboard_id", "dashboards"),
    ("tiles", "insight_id", "insights"),
    ("sharing", "insight_id", "insights"),
    ("sharing", "dashboard_id", "dashboards"),
    ("share_passwords", "sharing_id", "sharing"),
    ("views", "insight_id", "insights"),
    ("alerts", "insight_id", "insights"),
)


@dataclass(frozen=True, slots=True)
class Stray:
    """A document that the store could not hold, or that stands on one that is gone."""

    table: str
    document_id: int
    reason: str


def find_strays(tables: Tables) -> list[Stray]:
    """The documents to leave out so that the rest is whole, and why."""
    rest = {name: dict(documents) for name, documents in tables.items()}
    found: list[Stray] = []
    while True:
        strays = [*_unfit(rest), *_orphans(rest)]
        if not strays:
            return found
        for stray in strays:
            rest[stray.table].pop(stray.document_id, None)
        found += strays


def without(tables: Tables, strays: list[Stray]) -> dict[str, dict[int, Fields]]:
    """The tables without some documents."""
    left_out = {(stray.table, stray.document_id) for stray in strays}
    return {
        name: {number: document for number, document in documents.items() if (name, number) not in left_out}
        for name, documents in tables.items()
        if name in SCHEMA
    }


def _unfit(tables: Tables) -> Iterator[Stray]:
    for name, documents in tables.items():
        rules = SCHEMA.get(name)
        if rules is None:
            yield from (Stray(name, number, "there is no such table") for number in documents)
            continue
        indexes = [
            HashIndex(rule) if isinstance(rule, HashRule) else OrderedIndex(rule) for rule in rules.values()
        ]
        for number, document in documents.items():
            try:
                for index in indexes:
                    index.add(number, document)
            except DuplicateKeyError as error:
                yield Stray(name, number, str(error))
            except (KeyError, TypeError, AttributeError) as error:
                yield Stray(name, number, f"its shape is not that of {name}: {error!r}")


def _orphans(tables: Tables) -> Iterator[Stray]:
    nothing: Mapping[int, Fields] = {}
    for name, field, target in REFERENCES:
        targets = tables.get(target, nothing)
        for number, document in tables.get(name, nothing).items():
            wanted = document.get(field)
            if wanted is not None and wanted not in targets:
                yield Stray(name, number, f"its {field} {wanted} is gone")
