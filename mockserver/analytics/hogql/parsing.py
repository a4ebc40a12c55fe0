"""HogQL text to a tree."""

from __future__ import annotations

from sqlglot import exp, parse
from sqlglot.errors import SqlglotError

from mockserver.analytics.hogql.dialect import HogQL
from mockserver.analytics.hogql.errors import HogQLError
from mockserver.analytics.sql import Sql

LONGEST = 200_000


def parse_select(text: str) -> exp.Query:
    """One SELECT, or several joined by UNION; raises HogQLError for anything else."""
    tree = _parse(text)
    if not isinstance(tree, exp.Select | exp.SetOperation | exp.Subquery):
        raise HogQLError("Only SELECT queries are supported", 0, len(text))
    return tree


def parse_expression(text: str) -> Sql:
    """One expression; raises HogQLError when it is none."""
    tree = _parse(f"SELECT {text}")
    if not isinstance(tree, exp.Select) or len(tree.expressions) != 1 or tree.args.get("from_"):
        raise HogQLError(f"Expected one expression: {text}", 0, len(text))
    only = tree.expressions[0]
    if not isinstance(only, exp.Expr):
        raise HogQLError(f"Expected one expression: {text}", 0, len(text))
    return only


def _parse(text: str) -> Sql:
    if len(text) > LONGEST:
        raise HogQLError("The query is too long")
    try:
        trees = [tree for tree in parse(text.replace("\x00", ""), dialect=HogQL) if tree is not None]
    except SqlglotError as error:
        details = getattr(error, "errors", None)
        place = details[0] if details else {}
        message = str(place.get("description") or str(error).split("\n", 1)[0])
        offset = _offset(text, place.get("line"), place.get("col"))
        raise HogQLError(f"Syntax error: {message}", offset, offset) from error
    except (RecursionError, ValueError, IndexError, AttributeError, TypeError) as error:
        raise HogQLError("Syntax error: the query cannot be read") from error
    if len(trees) != 1:
        raise HogQLError("Expected exactly one query", 0, len(text))
    return trees[0]


def _offset(text: str, line: object, column: object) -> int | None:
    if not isinstance(line, int) or not isinstance(column, int):
        return None
    before = text.split("\n")[: line - 1]
    return min(len(text), sum(len(each) + 1 for each in before) + column)


def written(tree: Sql) -> str:
    """A tree as HogQL text."""
    return tree.sql(dialect=HogQL)
