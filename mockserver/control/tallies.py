"""How many documents a project has, as its lists count them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ..store import Store
from ..store.schema import SCHEMA

LISTED: Final = frozenset(name for name, rules in SCHEMA.items() if "listed" in rules)


def tallies(store: Store, project_id: int, tables: Iterable[str]) -> dict[str, int]:
    """Numbers of a project's documents by table; what was deleted and can be restored is left out."""
    return {
        name: store.table(name).tally("listed" if name in LISTED else "project", project_id)
        for name in tables
    }
