"""Types of HogQL expressions, by ClickHouse's names."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mockserver.analytics.sql import Sql

TEXT, NUMBER, WHOLE, COUNT = "String", "Float64", "Int64", "UInt64"
TIME, DAY, CHOICE, LITERAL_BOOL, IDENTIFIER, NOTHING = "DateTime", "Date", "UInt8", "Bool", "UUID", "Nothing"
INTERVAL, UNKNOWN = "Interval", "Unknown"
PRECISE_TIME = "DateTime64(6)"

TIMES = frozenset({TIME, PRECISE_TIME})
BOOLEANS = frozenset({CHOICE, LITERAL_BOOL})
SMALL = "UInt8n"
NUMBERS = frozenset({NUMBER, WHOLE, COUNT, SMALL, "UInt16", "UInt32", "Int32", "Float32"})


@dataclass(frozen=True, slots=True)
class Typed:
    """An expression, its type, and whether it can be null."""

    sql: Sql
    kind: str
    nullable: bool = False

    def at(self, sql: Sql) -> Typed:
        """The same type on another expression."""
        return replace(self, sql=sql)


def item_kind(kind: str) -> str:
    """What an array holds."""
    return kind.removeprefix("Array(").removesuffix(")") if kind.startswith("Array(") else UNKNOWN


def array_of(kind: str) -> str:
    """An array of some type."""
    return f"Array({kind})"


def shown(kind: str, nullable: bool, zone: str) -> str:
    """A type's full name as results give it."""
    name = {
        TIME: f"DateTime('{zone}')",
        PRECISE_TIME: f"DateTime64(6, '{zone}')",
        UNKNOWN: TEXT,
        SMALL: CHOICE,
    }.get(kind, kind)
    if not nullable or kind.startswith(("Array(", "Tuple(")) or kind == INTERVAL:
        return name
    return "Nullable(Nothing)" if kind == NOTHING else f"Nullable({name})"
