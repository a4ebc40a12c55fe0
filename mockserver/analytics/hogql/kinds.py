"""Types of HogQL expressions, by ClickHouse's names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from sqlglot import exp

from mockserver.analytics import sql as make
from mockserver.analytics.sql import Sql

TEXT, NUMBER, WHOLE, COUNT = "String", "Float64", "Int64", "UInt64"
TIME, DAY, CHOICE, LITERAL_BOOL, IDENTIFIER, NOTHING = "DateTime", "Date", "UInt8", "Bool", "UUID", "Nothing"
UNKNOWN, DIGEST = "Unknown", "FixedString(16)"
PRECISE_TIME = "DateTime64(6)"
INTERVAL = "Interval"  # and then its unit, as in ClickHouse's own names
WHOLE_DAYS = frozenset({"IntervalDay", "IntervalWeek", "IntervalMonth", "IntervalQuarter", "IntervalYear"})
DATE_PERIODS = WHOLE_DAYS - {"IntervalDay"}

TIMES = frozenset({TIME, PRECISE_TIME})
BOOLEANS = frozenset({CHOICE, LITERAL_BOOL})
SMALL = "UInt8n"
NUMBERS = frozenset({NUMBER, WHOLE, COUNT, SMALL, "UInt16", "UInt32", "Int32", "Float32"})


@dataclass(frozen=True, slots=True)
class Typed:
    """An expression, its type, whether it can be null, and a moment's zone when not the project's."""

    sql: Sql
    kind: str
    nullable: bool = False
    zone: str | None = None

    def at(self, sql: Sql) -> Typed:
        """The same type on another expression."""
        return replace(self, sql=sql)


def item_kind(kind: str) -> str:
    """What an array holds."""
    return kind.removeprefix("Array(").removesuffix(")") if kind.startswith("Array(") else UNKNOWN


def array_of(kind: str) -> str:
    """An array of some type."""
    return f"Array({kind})"


def is_interval(kind: str) -> bool:
    """Whether a type is an interval of any unit."""
    return kind.startswith(INTERVAL)


DEFAULT_CASTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        DAY: ("1970-01-01", "date"),
        TIME: ("1970-01-01 00:00:00", "timestamp"),
        PRECISE_TIME: ("1970-01-01 00:00:00", "timestamp"),
        IDENTIFIER: ("00000000-0000-0000-0000-000000000000", "uuid"),
    }
)


def default(kind: str) -> Sql | None:
    """What ClickHouse gives where a value of that type is not there; None when it is not known."""
    if kind == TEXT:
        return make.text("")
    if kind in NUMBERS:
        return make.number(0)
    if kind in BOOLEANS:
        return exp.false()
    if kind.startswith("Array("):
        return make.call("list_value")
    if kind in DEFAULT_CASTS:
        value, name = DEFAULT_CASTS[kind]
        return exp.cast(exp.Literal.string(value), name)
    return None


def shown(kind: str, nullable: bool, zone: str) -> str:
    """A type's full name as results give it."""
    name = {
        TIME: f"DateTime('{zone}')",
        PRECISE_TIME: f"DateTime64(6, '{zone}')",
        UNKNOWN: TEXT,
        SMALL: CHOICE,
    }.get(kind, kind)
    if not nullable or kind.startswith(("Array(", "Tuple(")) or is_interval(kind):
        return name
    return "Nullable(Nothing)" if kind == NOTHING else f"Nullable({name})"
