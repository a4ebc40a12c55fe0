"""What the seeders of one tenant stand on, and what they leave for those that come after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ..randomness import Randomness
from ..store import JSON, Store, to_stored
from .hashes import Hashes
from .moments import before
from .references import resolve
from .shapes import TenantEntry

NO_TIME = "0s"

Named = Mapping[str, Mapping[str, int]]
"""Ids by table and by what a fixture calls each document."""


def _no_ids() -> dict[str, dict[str, int | str]]:
    return {"actions": {}, "cohorts": {}, "variables": {}, "dashboards": {}, "insights": {}, "people": {}}


@dataclass(slots=True)
class Ground:
    """One tenant while it is seeded. `ids` holds, by section and key, the id that each entry got.

    `named` says by table how each document that is made is called in the fixture; one that has its name in
    `kept` gets the id that it had, so that a tenant can be laid out again under the same ids.
    """

    store: Store
    random: Randomness
    now: datetime
    tenant: TenantEntry
    project_id: int
    hashes: Hashes = field(default_factory=Hashes)
    ids: dict[str, dict[str, int | str]] = field(default_factory=_no_ids)
    kept: Named = field(default_factory=dict)
    named: dict[str, dict[str, int]] = field(default_factory=dict)
    counts: dict[tuple[str, str], int] = field(default_factory=dict)

    def new_id(self, table: str, name: str, wanted: int | None = None) -> int:
        """The id of a document that is about to be made: `wanted`, where that one is free.

        Documents of one name are told apart by number.
        """
        names = self.named.setdefault(table, {})
        count = self.counts[table, name] = self.counts.get((table, name), 0) + 1
        if count > 1:
            name = f"{name}#{count}"
        number = self.kept.get(table, {}).get(name)
        if number is None:
            taken = names.values()
            is_free = wanted is not None and wanted not in taken
            number = self.store.table(table).new_id(wanted if is_free else None)
        names[name] = number
        return number

    def note(self, table: str, name: str, number: int) -> None:
        """Note the id of a document that something else has made."""
        self.named.setdefault(table, {})[name] = number

    def ago(self, text: str | None, default: str = NO_TIME) -> str:
        """The stored time that was `text` ago."""
        return to_stored(before(self.now, text or default))

    def stream(self, table: str, document_id: int, purpose: str) -> Randomness:
        """The source of chance for one purpose of one document."""
        return self.random.stream(f"{table}/{document_id}/{purpose}")

    def user_id(self, key: str | None) -> int | None:
        """The user that the fixture calls `key`."""
        return None if key is None else int(self.ids["people"][key])

    def id_of(self, section: str, key: str) -> int:
        """The id of an entry."""
        return int(self.ids[section][key])

    def resolved(self, value: JSON) -> JSON:
        """A part of the fixture with its references replaced by ids."""
        return resolve(value, self.ids)
