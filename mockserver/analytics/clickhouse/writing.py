"""Columns of people and events into ClickHouse's tables, by way of a Parquet file."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path

from mockserver.analytics.clickhouse.client import Client
from mockserver.analytics.clickhouse.tables import literal
from mockserver.analytics.columns import Coded, Column, EventColumns, PersonColumns, microseconds
from mockserver.analytics.encoding import Kind, codes_of, text_column
from mockserver.analytics.loading import shred
from mockserver.analytics.parquet import ParquetColumn, write_parquet
from mockserver.analytics.people import Person
from mockserver.analytics.storage import Catalog, Owner, PropertyColumn

NULL_LITERAL = "concat(char(0), 'null')"
TYPES = {"i": "Int32", "q": "Int64"}
EVENT_ID = "toUUID(lower(hex(MD5(concat('event/', toString(number))))))"


class Writer:
    """Writes to one store's tables; `names` are theirs, `file` is free for the taking."""

    def __init__(self, client: Client, names: Mapping[str, str], file: Path, version: int) -> None:
        self._client = client
        self._names = names
        self._file = file
        self._version = version

    def persons(self, catalog: Catalog, persons: PersonColumns, first: int) -> Catalog:
        """New people numbered from `first`, with their distinct ids."""
        numbers = array("i", range(first, first + len(persons)))
        columns: dict[str, ParquetColumn] = {
            "number": numbers,
            "_uuid": text_column(persons.uuids),
            "_created_at": microseconds(persons.created_at),
        }
        catalog = self._people(catalog, columns, persons.properties, len(persons), "true")
        owners = [number for number, ids in zip(numbers, persons.distinct_ids, strict=True) for _ in ids]
        self.ids([each for ids in persons.distinct_ids for each in ids], owners)
        return catalog

    def changed_persons(self, catalog: Catalog, people: Sequence[Person]) -> Catalog:
        """People as they are now, in place of what they were."""
        if not people:
            return catalog
        names = dict.fromkeys(name for person in people for name in person.properties)
        properties = {name: [person.properties.get(name) for person in people] for name in names}
        columns: dict[str, ParquetColumn] = {
            "number": array("i", [person.number for person in people]),
            "_uuid": text_column([person.uuid for person in people]),
            "_created_at": array("q", [person.created_at for person in people]),
            "_identified": array("i", [person.is_identified for person in people]),
        }
        return self._people(catalog, columns, properties, len(people), "_identified = 1")

    def gone_persons(self, numbers: Sequence[int]) -> None:
        """People who have been merged into others."""
        if numbers:
            listed = ", ".join(map(str, numbers))
            self._client.run(
                f"INSERT INTO {self._names['persons']} (number, version, gone) "
                f"SELECT arrayJoin([{listed}]), {self._version}, 1"
            )

    def ids(self, ids: Sequence[str], actors: Sequence[int]) -> None:
        """Whose distinct ids are, in place of whose they were."""
        if ids:
            columns: dict[str, ParquetColumn] = {
                "distinct_id": text_column(ids),
                "actor": array("i", actors),
            }
            self._insert("distinct_ids", columns, len(ids), {"version": str(self._version)})

    def events(self, catalog: Catalog, events: EventColumns, first: int, actors: Sequence[int]) -> Catalog:
        """New events numbered from `first`, and who did each."""
        rows = len(events)
        if not rows:
            return catalog
        catalog, columns = self._shredded("events", catalog, events.properties, rows)
        moment = "fromUnixTimestamp64Micro(_timestamp, 'UTC')"
        columns |= {
            "number": array("q", range(first, first + rows)),
            "event": text_column(events.event),
            "distinct_id": text_column(events.distinct_id or ()),
            "actor": array("i", actors),
            "_timestamp": microseconds(events.timestamp),
        }
        expressions = {"timestamp": moment, "created_at": moment, "uuid": EVENT_ID}
        if events.uuid is not None:
            columns["_uuid"] = text_column(events.uuid)
            expressions["uuid"] = "toUUID(_uuid)"
        self._insert("events", columns, rows, expressions)
        return catalog

    def _people(
        self,
        catalog: Catalog,
        columns: dict[str, ParquetColumn],
        properties: Mapping[str, Column],
        rows: int,
        identified: str,
    ) -> Catalog:
        catalog, shredded = self._shredded("persons", catalog, properties, rows)
        expressions = {
            "uuid": "toUUID(_uuid)",
            "created_at": "fromUnixTimestamp64Micro(_created_at, 'UTC')",
            "is_identified": identified,
            "version": str(self._version),
            "gone": "0",
        }
        self._insert("persons", {**columns, **shredded}, rows, expressions)
        return catalog

    def _shredded(
        self, owner: Owner, catalog: Catalog, properties: Mapping[str, Column], rows: int
    ) -> tuple[Catalog, dict[str, ParquetColumn]]:
        """Properties as columns; new ones are added to the table all at once."""
        added: list[tuple[str, PropertyColumn]] = []

        def add(_: Owner, name: str, kind: Kind, place: int) -> PropertyColumn:
            column = PropertyColumn(f"p{place}", kind)
            added.append((name, column))
            return column

        catalog, columns = shred(add, owner, catalog, properties, rows)
        if added:
            wanted = ", ".join(f"ADD COLUMN {each.physical} Nullable(String)" for _, each in added)
            self._client.run(f"ALTER TABLE {self._names[owner]} {wanted}")
            listed = ", ".join(
                f"({literal(owner)}, {literal(name)}, {literal(each.physical)}, {literal(each.kind)})"
                for name, each in added
            )
            self._client.run(f"INSERT INTO {self._names['property_columns']} VALUES {listed}")  # noqa: S608
        return catalog, columns

    def _insert(
        self, table: str, columns: Mapping[str, ParquetColumn], rows: int, expressions: Mapping[str, str]
    ) -> None:
        write_parquet(self._file, columns, rows)
        try:
            read = {
                name: name if isinstance(column, array) else f"nullIf({name}, {NULL_LITERAL})"
                for name, column in columns.items()
                if not name.startswith("_") and name not in expressions
            }
            read |= expressions
            structure = ", ".join(
                f"{name} {TYPES[column.typecode] if isinstance(column, array) else 'String'}"
                for name, column in columns.items()
            )
            self._client.insert(
                f"INSERT INTO {self._names[table]} ({', '.join(read)}) "  # noqa: S608
                f"SELECT {', '.join(read.values())} FROM {{input}}",
                structure,
                self._file,
            )
        finally:
            self._file.unlink()


def first_ids(events: EventColumns, persons: PersonColumns) -> EventColumns:
    """Events that name people by their place in a load, with these people's first distinct ids."""
    ids = [each[0] for each in persons.distinct_ids]
    named = Coded(ids, codes_of(events.person or (), len(ids)))
    return EventColumns(
        event=events.event,
        timestamp=events.timestamp,
        distinct_id=named,
        properties=events.properties,
        uuid=events.uuid,
    )
