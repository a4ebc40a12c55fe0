"""The tables of a project's events in ClickHouse: the columns of the DuckDB store, kept ClickHouse's way."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

MOMENT = "DateTime64(6, 'UTC')"

# People, ids and groups change by newer rows in place of older ones, which queries see through FINAL.
TABLES: Mapping[str, str] = MappingProxyType(
    {
        "events": (
            f"(number Int64, uuid UUID, event String, distinct_id String, actor Int32, timestamp {MOMENT}, "
            f"created_at {MOMENT}, rest Nullable(String)) "
            "ENGINE = MergeTree ORDER BY (toDate(timestamp), event, timestamp, number)"
        ),
        "persons": (
            f"(number Int32, uuid UUID, created_at {MOMENT}, is_identified Bool, rest Nullable(String), "
            "version UInt64, gone UInt8) ENGINE = ReplacingMergeTree(version, gone) ORDER BY number"
        ),
        "distinct_ids": (
            "(distinct_id String, actor Int32, version UInt64) "
            "ENGINE = ReplacingMergeTree(version) ORDER BY distinct_id"
        ),
        "groups": (
            "(type_index Int32, group_key String, properties String, version UInt64) "
            "ENGINE = ReplacingMergeTree(version) ORDER BY (type_index, group_key)"
        ),
        "group_types": "(type_index Int32, group_type String) ENGINE = MergeTree ORDER BY type_index",
        "property_columns": (
            "(owner String, name String, physical String, kind String) "
            "ENGINE = MergeTree ORDER BY (owner, physical)"
        ),
        # What the events were loaded from, in order; a load is noted when it begins and when it is done.
        "taken_in": "(place UInt64, what String, done UInt8) ENGINE = MergeTree ORDER BY place",
    }
)


def names(database: str, prefix: str) -> dict[str, str]:
    """What each table is called, for statements."""
    return {name: f"`{_plain(database)}`.`{_plain(prefix)}{name}`" for name in TABLES}


def _plain(name: str) -> str:
    return name.replace("\\", "\\\\").replace("`", "\\`")


def literal(text: str) -> str:
    """A string in a statement."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\x00", "") + "'"
