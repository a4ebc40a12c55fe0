"""Looking a function up and filling its template."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import ClassVar

from sqlglot import exp, parse_one
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.parser import Parser
from sqlglot.parsers.duckdb import DuckDBParser

from mockserver.analytics.hogql import functions, functions_further, functions_more, kinds
from mockserver.analytics.hogql.kinds import Typed, array_of, item_kind
from mockserver.analytics.sql import Sql

PLACE = re.compile(r"^_([nwtdb]?)(\d)$")
SCALARS = (*functions.TABLES, functions_more.DATES, functions_more.ARRAYS, *functions_further.TABLES)

Coercion = Callable[[Typed], Sql]


class VerbatimParser(DuckDBParser):
    """Functions stay as they are written."""

    FUNCTIONS: ClassVar = {}
    FUNCTION_PARSERS: ClassVar = {name: Parser.FUNCTION_PARSERS[name] for name in ("CAST", "TRY_CAST")}
    NO_PAREN_FUNCTIONS: ClassVar = {}


class Verbatim(DuckDB):
    """The event store's dialect for templates."""

    Parser = VerbatimParser


def names() -> Iterator[str]:
    """The names of all functions there are."""
    for table in (*SCALARS, functions_more.AGGREGATES, functions_more.WINDOWS):
        for key in table:
            yield key.split("/", 1)[0]


def suggestion(name: str) -> str:
    """The vendor's hint at a function of nearly the same name, or nothing."""
    lowered = {each.lower(): each for each in names()}
    close = difflib.get_close_matches(name.lower(), lowered, n=1, cutoff=0.7)
    return f" Perhaps you meant '{lowered[close[0]]}(...)'?" if close else ""


def row_of(
    table: Mapping[str, functions.Row], name: str, count: int, parameters: int = 0
) -> functions.Row | None:
    """A function's row, its name in any case if not as written."""
    key = f"{name}/{count}" if not parameters else f"{name}/{count}/{parameters}"
    if key in table:
        return table[key]
    lowered = key.lower()
    return next((row for each, row in table.items() if each.lower() == lowered), None)


def has_aggregate(tree: Sql) -> bool:
    """Whether a HogQL tree calls an aggregate outside any window or subquery."""
    if isinstance(tree, exp.Window | exp.Query):
        return False
    if isinstance(tree, exp.AnonymousAggFunc | exp.ParameterizedAgg):
        lowered = tree.name.lower()
        known = {key.split("/", 1)[0].lower() for key in functions_more.AGGREGATES}
        if lowered in known or (lowered.removesuffix("if") in known and lowered not in ("if", "nullif")):
            return True
    return any(has_aggregate(child) for child in tree.iter_expressions())


def scalar_row(name: str, count: int) -> functions.Row | None:
    """A plain function's row."""
    return next((row for row in (row_of(table, name, count) for table in SCALARS) if row is not None), None)


def arities(name: str) -> list[int]:
    """How many arguments a function of that name takes, in its versions."""
    found = [
        int(key.split("/")[1])
        for table in (*SCALARS, functions_more.AGGREGATES, functions_more.WINDOWS)
        for key in table
        if key.split("/")[0].lower() == name.lower()
    ]
    return sorted(set(found))


def fill(row: functions.Row, arguments: Sequence[Typed], coercions: Mapping[str, Coercion]) -> Typed:
    """The template with the arguments in their places, and its type."""
    template, kind = row

    def place(node: exp.Expr) -> exp.Expr:
        found = (
            PLACE.match(node.name) if isinstance(node, exp.Column) and not node.args.get("table") else None
        )
        if found is None:
            return node
        argument = arguments[int(found[2]) - 1]
        value = coercions[found[1]](argument) if found[1] else argument.sql
        return (
            exp.Paren(this=value.copy())
            if isinstance(value, exp.Binary | exp.Not | exp.Case | exp.Neg)
            else value.copy()
        )

    tree = parse_one(template, dialect=Verbatim).transform(place)
    never_null = kind.endswith("!")
    nullable = not never_null and any(each.nullable for each in arguments)
    return Typed(tree, _kind(kind.removesuffix("!"), template, arguments), nullable)


def _kind(kind: str, template: str, arguments: Sequence[Typed]) -> str:
    if kind.startswith("[]"):
        return array_of(arguments[int(kind[2:]) - 1].kind)
    if kind.startswith("["):
        return item_kind(arguments[int(kind[1:-1]) - 1].kind)
    if not kind.startswith("="):
        return kind
    found = arguments[int(kind[1:]) - 1].kind
    if f"_n{kind[1:]}" not in template:
        return found
    if found in kinds.BOOLEANS:
        return kinds.WHOLE
    return kinds.NUMBER if found in (kinds.TEXT, kinds.UNKNOWN) else found
