"""Columns of people and events into the tables of one store."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from mockserver.analytics.columns import Coded, Column, EventColumns, PersonColumns, microseconds
from mockserver.analytics.encoding import (
    EncodedProperty,
    Kind,
    codes_of,
    encode_property,
    rest_column,
    text_column,
)
from mockserver.analytics.parquet import ParquetColumn, write_parquet
from mockserver.analytics.storage import MOST_COLUMNS, Catalog, Owner, PropertyColumn, add_property_column

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from mockserver.analytics.people import Person, PersonBook

# Gives a property of an owner a column, by its name, its kind and its place among the columns.
AddColumn = Callable[[Owner, str, Kind, int], PropertyColumn]

NULL_LITERAL = "(chr(0) || 'null')"  # parquet.NULL_TEXT, in SQL


def _adder(connection: DuckDBPyConnection) -> AddColumn:
    return partial(add_property_column, connection)


def shred(
    add: AddColumn,
    owner: Owner,
    catalog: Catalog,
    properties: Mapping[str, Column],
    rows: int,
) -> tuple[Catalog, dict[str, ParquetColumn]]:
    """Encode properties, giving new ones their column by `add(owner, name, kind, place)`.

    The catalogue as it then is, and the file's columns.
    """
    known = dict(catalog)
    encoded: dict[str, EncodedProperty] = {}
    columns: dict[str, ParquetColumn] = {}
    for name, column in properties.items():
        if len(column) != rows:
            raise ValueError(f"property {name!r} has {len(column)} values for {rows} rows")
        place = known.get(name)
        one = encode_property(column, place.kind if place else None)
        if place is None and len(known) < MOST_COLUMNS:
            place = known[name] = add(owner, name, one.kind, len(known))
        if place is None:
            every = {code: value for code, value in enumerate(one.text.values) if value is not None}
            one = EncodedProperty(one.text, one.kind, {**every, **one.inexact})
        else:
            columns[place.physical] = one.text
        encoded[name] = one
    rest = rest_column(encoded, rows)
    if rest is not None:
        columns["rest"] = rest
    return MappingProxyType(known), columns


def _insert(
    connection: DuckDBPyConnection,
    table: str,
    file: Path,
    columns: Mapping[str, ParquetColumn],
    rows: int,
    expressions: Mapping[str, str],
) -> None:
    """Write the columns to `file` and append them.

    `expressions` replaces how some are read or adds others.
    """
    write_parquet(file, columns, rows)
    try:
        read = {
            name: f"nullif({name}, {NULL_LITERAL})" if not isinstance(column, array) else name
            for name, column in columns.items()
            if name not in expressions and not name.startswith("_")
        }
        read.update(expressions)
        names = ", ".join(read)
        values = ", ".join(read.values())
        connection.execute(
            f"INSERT INTO {table} ({names}) SELECT {values} FROM read_parquet($1, file_row_number = true)",  # noqa: S608
            [str(file)],
        )
    finally:
        file.unlink()


def load_persons(
    connection: DuckDBPyConnection, catalog: Catalog, persons: PersonColumns, first: int, file: Path
) -> Catalog:
    """Append people numbered from `first`, with their distinct ids."""
    rows = len(persons)
    catalog, columns = shred(
        partial(add_property_column, connection), "persons", catalog, persons.properties, rows
    )
    columns["_uuid"] = text_column(persons.uuids)
    columns["_created_at"] = microseconds(persons.created_at)
    expressions = {
        "number": f"CAST(file_row_number + {first} AS INTEGER)",
        "uuid": "CAST(_uuid AS UUID)",
        "created_at": "make_timestamp(_created_at)",
        "is_identified": "true",
    }
    _insert(connection, "persons", file, columns, rows, expressions)
    owners = array("i", [first + place for place, ids in enumerate(persons.distinct_ids) for _ in ids])
    ids = [each for ids in persons.distinct_ids for each in ids]
    id_columns: dict[str, ParquetColumn] = {"distinct_id": text_column(ids), "actor": owners}
    _insert(connection, "distinct_ids", file, id_columns, len(ids), {})
    return catalog


def load_events(
    connection: DuckDBPyConnection,
    catalog: Catalog,
    events: EventColumns,
    persons: PersonColumns | None,
    first_number: int,
    first_actor: int,
    next_actor: int,
    file: Path,
) -> tuple[Catalog, int]:
    """Append events numbered from `first_number`; the catalogue as it then is, and how many actors were new.

    `first_actor` is the number of the load's first person, `next_actor` the first number still free.
    """
    rows = len(events)
    added = 0
    catalog, columns = shred(
        partial(add_property_column, connection), "events", catalog, events.properties, rows
    )
    columns["event"] = text_column(events.event)
    columns["_timestamp"] = microseconds(events.timestamp)
    number = f"file_row_number + {first_number}"
    expressions = {
        "number": number,
        "timestamp": "make_timestamp(_timestamp)",
        "created_at": "make_timestamp(_timestamp)",
        "uuid": f"CAST(md5('event/' || ({number})) AS UUID)",
    }
    if events.uuid is not None:
        columns["_uuid"] = text_column(events.uuid)
        expressions["uuid"] = "CAST(_uuid AS UUID)"
    if events.person is not None:
        if persons is None:
            raise ValueError("events name people by index but no people are loaded with them")
        first_ids = [ids[0] for ids in persons.distinct_ids]
        places = array("i", events.person)
        columns["distinct_id"] = text_column(Coded(first_ids, codes_of(events.person, len(first_ids))))
        columns["_person"] = places
        expressions["actor"] = f"CAST(_person + {first_actor} AS INTEGER)"
    elif events.distinct_id is not None:
        ids = columns["distinct_id"] = text_column(events.distinct_id)
        actors, added = actors_of(connection, [each or "" for each in ids.values], next_actor)
        columns["actor"] = array("i", map(actors.__getitem__, ids.codes))
    else:
        raise ValueError("events need either person or distinct_id")
    _insert(connection, "events", file, columns, rows, expressions)
    return catalog, added


def actors_of(
    connection: DuckDBPyConnection, distinct_ids: Sequence[str], first: int
) -> tuple[list[int], int]:
    """The actor of each distinct id, new ones numbered from `first`, and how many were new."""
    connection.execute(
        "CREATE TEMP TABLE wanted AS SELECT unnest(?::VARCHAR[]) AS distinct_id", [distinct_ids]
    )
    try:
        known: dict[str, int] = dict(
            connection.execute(
                "SELECT distinct_id, actor FROM distinct_ids "
                "WHERE distinct_id IN (SELECT distinct_id FROM wanted)"
            ).fetchall()
        )
    finally:
        connection.execute("DROP TABLE wanted")
    new = [each for each in dict.fromkeys(distinct_ids) if each not in known]
    if new:
        known.update({each: first + place for place, each in enumerate(new)})
        connection.execute(
            "INSERT INTO distinct_ids SELECT unnest(?::VARCHAR[]), unnest(?::INTEGER[])",
            [new, [known[each] for each in new]],
        )
    return [known[each] for each in distinct_ids], len(new)


def load_captured(
    connection: DuckDBPyConnection,
    catalogs: Mapping[Owner, Catalog],
    people: PersonBook,
    events: EventColumns,
    actors: Sequence[int],
    first_number: int,
    file: Path,
) -> Mapping[Owner, Catalog]:
    """Write a captured batch: its events, the people it changed, and who was merged into whom."""
    gone = sorted(people.loaded | set(people.merges))
    connection.execute("DELETE FROM persons WHERE number IN (SELECT unnest(?::INTEGER[]))", [gone])
    ids = people.new_ids
    connection.execute(
        "DELETE FROM distinct_ids WHERE distinct_id IN (SELECT unnest(?::VARCHAR[]))", [list(ids)]
    )
    connection.execute(
        "INSERT INTO distinct_ids SELECT unnest(?::VARCHAR[]), unnest(?::INTEGER[])",
        [list(ids), list(ids.values())],
    )
    for source, target in people.merges.items():
        for table in ("distinct_ids", "events"):
            connection.execute(f"UPDATE {table} SET actor = ? WHERE actor = ?", [target, source])  # noqa: S608
    person_catalog = _write_people(connection, catalogs["persons"], people.people, file)
    event_catalog, columns = shred(
        partial(add_property_column, connection), "events", catalogs["events"], events.properties, len(events)
    )
    columns["event"] = text_column(events.event)
    columns["distinct_id"] = text_column(events.distinct_id or ())
    columns["actor"] = array("i", actors)
    columns["_timestamp"] = microseconds(events.timestamp)
    columns["_uuid"] = text_column(events.uuid or ())
    expressions = {
        "number": f"file_row_number + {first_number}",
        "timestamp": "make_timestamp(_timestamp)",
        "created_at": "make_timestamp(_timestamp)",
        "uuid": "CAST(_uuid AS UUID)",
    }
    _insert(connection, "events", file, columns, len(events), expressions)
    return {"events": event_catalog, "persons": person_catalog}


def _write_people(
    connection: DuckDBPyConnection, catalog: Catalog, people: Sequence[Person], file: Path
) -> Catalog:
    if not people:
        return catalog
    names = dict.fromkeys(name for person in people for name in person.properties)
    properties = {name: [person.properties.get(name) for person in people] for name in names}
    catalog, columns = shred(
        partial(add_property_column, connection), "persons", catalog, properties, len(people)
    )
    columns["number"] = array("i", [person.number for person in people])
    columns["_uuid"] = text_column([person.uuid for person in people])
    columns["_created_at"] = array("q", [person.created_at for person in people])
    columns["_identified"] = array("i", [person.is_identified for person in people])
    expressions = {
        "uuid": "CAST(_uuid AS UUID)",
        "created_at": "make_timestamp(_created_at)",
        "is_identified": "_identified = 1",
    }
    _insert(connection, "persons", file, columns, len(people), expressions)
    return catalog
