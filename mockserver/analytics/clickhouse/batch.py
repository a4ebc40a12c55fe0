"""A batch of captured events on its way into ClickHouse: what is read for it, and what it leaves behind."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from mockserver.analytics.clickhouse.tables import literal
from mockserver.analytics.columns import EventColumns
from mockserver.analytics.groups import GroupBook
from mockserver.analytics.people import Person, PersonBook, properties_of

if TYPE_CHECKING:
    from mockserver.analytics.clickhouse.store import ClickHouseEvents

IDS_AT_ONCE = 2_000


class ClickHouseBatch:
    """Reads and writes one batch; newer rows of people, ids and groups stand for older ones."""

    def __init__(self, store: ClickHouseEvents) -> None:
        self._store = store

    def people(self, ids: Sequence[str]) -> PersonBook:
        """Who stands behind some distinct ids."""
        store = self._store
        actors = actors_of(store, ids)
        catalog = store.person_properties
        columns = ", ".join(["rest", *(place.physical for place in catalog.values())])
        people: dict[int, Person] = {}
        numbers = sorted(set(actors.values()))
        for start in range(0, len(numbers), IDS_AT_ONCE):
            listed = ", ".join(map(str, numbers[start : start + IDS_AT_ONCE]))
            for number, identifier, created, identified, *texts in store.ask(
                "SELECT number, toString(uuid), toUnixTimestamp64Micro(created_at), is_identified, "  # noqa: S608
                f"{columns} FROM {store.tables['persons']} WHERE number IN ({listed})"
            ):
                rest, *own = cast("list[str | None]", texts)
                place = cast("int", number)
                people[place] = Person(
                    place,
                    str(identifier),
                    cast("int", created),
                    bool(identified),
                    properties_of(catalog, rest, own),
                )
        return PersonBook(actors, people, store.next_actor)

    def groups(self) -> GroupBook:
        """The group types there are."""
        rows = self._store.ask(f"SELECT group_type, type_index FROM {self._store.tables['group_types']}")  # noqa: S608
        return GroupBook({str(name): cast("int", index) for name, index in rows})

    def write(
        self, people: PersonBook, groups: GroupBook | None, columns: EventColumns, actors: Sequence[int]
    ) -> None:
        """Keep people and ids, then groups, and events last: an event never names someone unknown."""
        store = self._store
        writer = store.writer()
        catalogs = dict(store.catalogs)
        catalogs["persons"] = writer.changed_persons(catalogs["persons"], people.people)
        writer.gone_persons(sorted(people.merges))
        ids = people.new_ids
        writer.ids(list(ids), list(ids.values()))
        for source, target in people.merges.items():
            self._merge(source, target)
        if groups is not None:
            self._write_groups(groups)
        catalogs["events"] = writer.events(catalogs["events"], columns, store.next_number, actors)
        store.keep(catalogs, len(columns), people.next_actor)

    def _merge(self, source: int, target: int) -> None:
        """All that was one person's becomes another's."""
        store = self._store
        left = store.ask(
            f"SELECT distinct_id FROM {store.tables['distinct_ids']} WHERE actor = {int(source)}"  # noqa: S608
        )
        store.writer().ids([str(row[0]) for row in left], [target] * len(left))
        store.client.run(
            f"ALTER TABLE {store.tables['events']} UPDATE actor = {int(target)} WHERE actor = {int(source)}"
        )

    def _write_groups(self, groups: GroupBook) -> None:
        store = self._store
        for name, index in groups.new_types.items():
            store.client.run(
                f"INSERT INTO {store.tables['group_types']} VALUES ({int(index)}, {literal(name)})"  # noqa: S608
            )
        for (index, key), properties in groups.changed.items():
            found = store.ask(
                f"SELECT properties FROM {store.tables['groups']} "  # noqa: S608
                f"WHERE type_index = {int(index)} AND group_key = {literal(key)}"
            )
            before = json.loads(str(found[0][0])) if found else {}
            text = json.dumps({**before, **properties}, ensure_ascii=False)
            store.client.run(
                f"INSERT INTO {store.tables['groups']} VALUES "  # noqa: S608
                f"({int(index)}, {literal(key)}, {literal(text)}, {store.version()})"
            )


def actors_of(store: ClickHouseEvents, ids: Sequence[str]) -> dict[str, int]:
    """The actor of each distinct id that has one."""
    found: dict[str, int] = {}
    for start in range(0, len(ids), IDS_AT_ONCE):
        listed = ", ".join(literal(each) for each in ids[start : start + IDS_AT_ONCE])
        rows = store.ask(
            f"SELECT distinct_id, actor FROM {store.tables['distinct_ids']} WHERE distinct_id IN ({listed})"  # noqa: S608
        )
        found.update({str(name): cast("int", actor) for name, actor in rows})
    return found
