"""The people a batch of captured events touches, and how they are made, changed and merged."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mockserver.analytics.model import JSON
from mockserver.analytics.storage import Catalog

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PERSON_NAMESPACE = uuid.UUID("932979b4-65c3-4424-8467-0b66ec27bc22")


@dataclass(slots=True)
class Person:
    """One person; `created_at` in epoch microseconds."""

    number: int
    uuid: str
    created_at: int
    is_identified: bool = False
    properties: dict[str, JSON] = field(default_factory=dict)


class PersonBook:
    """Who stands behind each distinct id, as a batch goes through."""

    def __init__(self, actors: dict[str, int], people: dict[int, Person], next_actor: int) -> None:
        self._actors = actors
        self._people = people
        self.next_actor = next_actor
        self.loaded = frozenset(people)
        self.known_ids: Mapping[str, int] = dict(actors)
        self.merges: dict[int, int] = {}
        self.created = 0
        self.merged = 0

    @classmethod
    def load(
        cls, connection: DuckDBPyConnection, catalog: Catalog, ids: Sequence[str], next_actor: int
    ) -> PersonBook:
        """Read the people behind some distinct ids."""
        actors: dict[str, int] = dict(
            connection.execute(
                "SELECT distinct_id, actor FROM distinct_ids "
                "WHERE distinct_id IN (SELECT unnest(?::VARCHAR[]))",
                [list(ids)],
            ).fetchall()
        )
        columns = ", ".join(["rest", *(place.physical for place in catalog.values())])
        rows = connection.execute(
            f"SELECT number, uuid, epoch_us(created_at), is_identified, {columns} FROM persons "  # noqa: S608
            "WHERE number IN (SELECT unnest(?::INTEGER[]))",
            [sorted(set(actors.values()))],
        ).fetchall()
        people = {
            row[0]: Person(row[0], str(row[1]), row[2], bool(row[3]), properties_of(catalog, row[4], row[5:]))
            for row in rows
        }
        return cls(actors, people, next_actor)

    @property
    def people(self) -> list[Person]:
        """All people there are after the batch, changed or not."""
        return list(self._people.values())

    @property
    def new_ids(self) -> dict[str, int]:
        """Distinct ids whose actor the database does not know yet, or knows another of."""
        return {each: actor for each, actor in self._actors.items() if self.known_ids.get(each) != actor}

    def actor(self, distinct_id: str) -> int:
        """The actor's number."""
        return self._actors[distinct_id]

    def touch(self, distinct_id: str) -> int:
        """Make sure a distinct id has an actor, with or without a person."""
        if distinct_id not in self._actors:
            self._actors[distinct_id] = self.next_actor
            self.next_actor += 1
        return self._actors[distinct_id]

    def person(self, distinct_id: str, moment: int) -> Person:
        """The person of a distinct id, made at `moment` if there is none yet."""
        number = self.touch(distinct_id)
        if number not in self._people:
            derived = str(uuid.uuid5(PERSON_NAMESPACE, f"{number}/{distinct_id}"))
            self._people[number] = Person(number, derived, moment)
            self.created += 1
        return self._people[number]

    def mark_identified(self, distinct_id: str) -> None:
        """Note that the person has been identified."""
        self._people[self._actors[distinct_id]].is_identified = True

    def merge(self, kept_id: str, other_id: str, moment: int) -> None:
        """Make two distinct ids one person's: the first one's properties win, the earlier creation counts."""
        kept_actor, other_actor = self._actors.get(kept_id), self._actors.get(other_id)
        if kept_actor is None and other_actor is not None:
            self._actors[kept_id] = other_actor
            return
        kept = self.person(kept_id, moment)
        if other_actor is None:
            self._actors[other_id] = kept.number
            return
        if other_actor == kept.number:
            return
        other = self._people.pop(other_actor, None)
        if other is not None:
            kept.created_at = min(kept.created_at, other.created_at)
            kept.properties = {**other.properties, **kept.properties}
            self.merged += 1
        for each, actor in self._actors.items():
            if actor == other_actor:
                self._actors[each] = kept.number
        for source, target in self.merges.items():
            if target == other_actor:
                self.merges[source] = kept.number
        self.merges[other_actor] = kept.number

    def update(
        self, distinct_id: str, values: Mapping[str, JSON], once: Mapping[str, JSON], unset: Sequence[str]
    ) -> None:
        """Change a person's properties."""
        properties = self._people[self._actors[distinct_id]].properties
        properties.update({name: value for name, value in once.items() if name not in properties})
        properties.update(values)
        for name in unset:
            properties.pop(name, None)


def properties_of(catalog: Catalog, rest: str | None, texts: Sequence[str | None]) -> dict[str, JSON]:
    """The JSON properties that a row's text columns and its `rest` stand for."""
    found: dict[str, JSON] = {}
    for (name, place), text in zip(catalog.items(), texts, strict=True):
        if text is not None:
            found[name] = text if place.kind == "string" else _scalar(text)
    if rest is not None:
        found.update(json.loads(rest))
    return found


def _scalar(text: str) -> JSON:
    try:
        value: JSON = json.loads(text)
    except ValueError:
        return text
    return value
