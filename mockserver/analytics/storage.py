"""The tables of an event store and how its database is opened and shut in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias

from mockserver.analytics.encoding import Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Owner: TypeAlias = Literal["events", "persons"]
OWNERS: tuple[Owner, Owner] = ("events", "persons")

TABLE_NAMES = ("events", "persons", "distinct_ids", "groups", "group_types", "property_columns")
MOST_COLUMNS = 250
MEMORY_LIMIT = "4GB"

TABLES = (
    # One row an event. `actor` numbers whoever did it, with or without a person; `rest` is a JSON object of
    # the properties that have no text column of their own or whose text does not tell their JSON type.
    "CREATE TABLE IF NOT EXISTS events (number BIGINT, uuid UUID, event VARCHAR, distinct_id VARCHAR, "
    "actor INTEGER, timestamp TIMESTAMP, created_at TIMESTAMP, rest VARCHAR)",
    "CREATE TABLE IF NOT EXISTS persons (number INTEGER, uuid UUID, created_at TIMESTAMP, "
    "is_identified BOOLEAN, rest VARCHAR)",
    "CREATE TABLE IF NOT EXISTS distinct_ids (distinct_id VARCHAR, actor INTEGER)",
    "CREATE TABLE IF NOT EXISTS groups (type_index INTEGER, group_key VARCHAR, properties VARCHAR)",
    "CREATE TABLE IF NOT EXISTS group_types (type_index INTEGER, group_type VARCHAR)",
    "CREATE TABLE IF NOT EXISTS property_columns "
    "(owner VARCHAR, name VARCHAR, physical VARCHAR, kind VARCHAR)",
)


@dataclass(frozen=True, slots=True)
class PropertyColumn:
    """Where a property's text is kept: a column `physical` of its owner's table."""

    physical: str
    kind: Kind


Catalog: TypeAlias = "Mapping[str, PropertyColumn]"
EMPTY_CATALOG: Catalog = MappingProxyType({})


def connect(path: Path | None, scratch: Path) -> DuckDBPyConnection:
    """Open a database, make its tables and shut it in: it can reach no file but its own and `scratch`.

    Once opened its configuration cannot be changed, so no query can let itself out.
    """
    import duckdb

    # since 2.0 each database starts eight threads for reads that wait, which one in memory never does
    config: dict[str, str | bool | int | float | list[str]] = {}
    if int(duckdb.__version__.partition(".")[0]) >= 2:
        config["async_threads"] = 0
    connection = duckdb.connect(":memory:" if path is None else str(path), config=config)
    literal = "'" + str(scratch).replace("'", "''") + "/'"
    for statement in (
        "SET TimeZone = 'UTC'",
        "SET python_enable_replacements = false",
        f"SET memory_limit = '{MEMORY_LIMIT}'",
        f"SET max_temp_directory_size = '{MEMORY_LIMIT}'",
        "SET autoinstall_known_extensions = false",
        "SET autoload_known_extensions = false",
        f"SET temp_directory = {literal}",
        f"SET allowed_directories = [{literal}]",
        "SET enable_external_access = false",
        "SET lock_configuration = true",
    ):
        connection.execute(statement)
    for statement in TABLES:
        connection.execute(statement)
    return connection


def read_catalog(connection: DuckDBPyConnection, owner: Owner) -> Catalog:
    """The property columns a database already has."""
    rows = connection.execute(
        "SELECT name, physical, kind FROM property_columns WHERE owner = ?", [owner]
    ).fetchall()
    return MappingProxyType({name: PropertyColumn(physical, kind) for name, physical, kind in rows})


def add_property_column(
    connection: DuckDBPyConnection, owner: Owner, name: str, kind: Kind, place: int
) -> PropertyColumn:
    """Give a property a text column of its own; `place` numbers it."""
    column = PropertyColumn(f"p{place}", kind)
    connection.execute(f"ALTER TABLE {owner} ADD COLUMN {column.physical} VARCHAR")
    connection.execute(
        "INSERT INTO property_columns VALUES (?, ?, ?, ?)", [owner, name, column.physical, kind]
    )
    return column
