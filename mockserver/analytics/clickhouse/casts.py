"""Casts by ClickHouse's functions: text that does not fit its type is an error, or null where it is tried."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from sqlglot import exp

from mockserver.analytics.clickhouse.pieces import filled
from mockserver.analytics.model import UnsupportedQuery

Of = Callable[[exp.Expr], exp.Expr]

CASTS: Mapping[str, str] = MappingProxyType(
    {
        "TEXT": "toString(_1)",
        "VARCHAR": "toString(_1)",
        "DOUBLE": "toFloat64(_1)",
        "INT": "toInt32(_1)",
        "BIGINT": "toInt64(_1)",
        "UBIGINT": "toUInt64(_1)",
        "BOOLEAN": "toBool(_1)",
        "UUID": "toUUID(_1)",
        "DATE": "toDate(_1)",
        "TIMESTAMP": "toDateTime64(_1, 6, 'UTC')",
        "TIMESTAMPNTZ": "toDateTime64(_1, 6, 'UTC')",
    }
)
TRIED: Mapping[str, str] = MappingProxyType(
    {
        "DOUBLE": "accurateCastOrNull(_1, 'Float64')",
        "BIGINT": "accurateCastOrNull(_1, 'Int64')",
        "BOOLEAN": "accurateCastOrNull(_1, 'Bool')",
        "UUID": "toUUIDOrNull(toString(_1))",
        "DATE": "toDate(_1)",
        "TIMESTAMP": "parseDateTime64BestEffortOrNull(toString(_1), 6, 'UTC')",
        "TIMESTAMPNTZ": "parseDateTime64BestEffortOrNull(toString(_1), 6, 'UTC')",
        "TIMESTAMPTZ": "parseDateTime64BestEffortOrNull(toString(_1), 6, 'UTC')",
        # A property's text where it is JSON as it stands: numbers and truth values.
        "JSON": "if(isValidJSON(_1), _1, 'null')",
    }
)
NULLS: Mapping[str, str] = MappingProxyType(
    {"TEXT": "String", "VARCHAR": "String", "DOUBLE": "Float64", "INT": "Int32", "BIGINT": "Int64"}
)
LISTS: Mapping[str, str] = MappingProxyType({"BIGINT": "Int64", "TEXT": "String", "VARCHAR": "String"})


def casted(of: Of, node: exp.Expr) -> exp.Expr:
    """`CAST(x AS type)`."""
    to, value = node.args["to"], node.this
    name = _name(to)
    if name == "ARRAY":
        item = LISTS.get(_name(to.expressions[0]))
        if item is None:
            raise UnsupportedQuery(f"ClickHouse has no such cast here: {node.sql(dialect='duckdb')[:200]}")
        if isinstance(value, exp.Anonymous) and value.name == "json_extract":
            return filled("JSONExtractArrayRaw(coalesce(_1, ''))", [of(value.expressions[0])])
        return filled(f"accurateCast(_1, 'Array({item})')", [of(value)])
    if isinstance(value, exp.Null) and name in NULLS:
        return filled(f"accurateCastOrNull(NULL, '{NULLS[name]}')", [])
    return filled(_row(CASTS, name, node), [of(value)])


def tried(of: Of, node: exp.Expr) -> exp.Expr:
    """`TRY_CAST(x AS type)`: null for what does not fit."""
    return filled(_row(TRIED, _name(node.args["to"]), node), [of(node.this)])


def _name(to: exp.Expr) -> str:
    kind = to.this
    return str(kind.value if isinstance(kind, exp.DType) else kind).upper()


def _row(table: Mapping[str, str], name: str, node: exp.Expr) -> str:
    row = table.get(name)
    if row is None:
        raise UnsupportedQuery(f"ClickHouse has no such cast here: {node.sql(dialect='duckdb')[:200]}")
    return row
