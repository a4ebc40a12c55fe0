"""Groups: the organisations or projects that events belong to, beside people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mockserver.analytics.model import JSON

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_GROUP_TYPES = 5


class GroupBook:
    """The group types and groups a batch touches; PostHog numbers types from 0 to 4 as they first appear."""

    def __init__(self, types: dict[str, int]) -> None:
        self._types = types
        self._known_types = frozenset(types)
        self._changed: dict[tuple[int, str], dict[str, JSON]] = {}

    @classmethod
    def load(cls, connection: DuckDBPyConnection) -> GroupBook:
        """Read the group types there are."""
        rows = connection.execute("SELECT group_type, type_index FROM group_types").fetchall()
        return cls(dict(rows))

    def index(self, group_type: str) -> int | None:
        """A type's number, given on first sight.

        None when there are already as many types as PostHog allows.
        """
        if group_type not in self._types and len(self._types) < MOST_GROUP_TYPES and group_type:
            self._types[group_type] = len(self._types)
        return self._types.get(group_type)

    def columns(self, groups: Mapping[str, JSON]) -> dict[int, str]:
        """An event's `$groups` as keys by type number."""
        numbered = ((self.index(group_type), key) for group_type, key in groups.items())
        return {index: str(key) for index, key in numbered if index is not None and key is not None}

    def identify(self, group_type: str, group_key: str, properties: Mapping[str, JSON]) -> None:
        """Set properties of one group."""
        index = self.index(group_type)
        if index is not None and group_key:
            self._changed.setdefault((index, group_key), {}).update(properties)

    @property
    def new_types(self) -> dict[str, int]:
        """Types that were first seen in this batch."""
        return {name: index for name, index in self._types.items() if name not in self._known_types}

    @property
    def changed(self) -> Mapping[tuple[int, str], Mapping[str, JSON]]:
        """Properties that were set in this batch, by type and key."""
        return self._changed

    def save(self, connection: DuckDBPyConnection) -> None:
        """Write what is new."""
        for group_type, index in self.new_types.items():
            connection.execute("INSERT INTO group_types VALUES (?, ?)", [index, group_type])
        for (index, key), properties in self._changed.items():
            found = connection.execute(
                "DELETE FROM groups WHERE type_index = ? AND group_key = ? RETURNING properties", [index, key]
            ).fetchall()
            before = json.loads(found[0][0]) if found else {}
            text = json.dumps({**before, **properties}, ensure_ascii=False)
            connection.execute("INSERT INTO groups VALUES (?, ?, ?)", [index, key, text])
