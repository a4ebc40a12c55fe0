"""Running one compiled query: the dialect, the time limit and the database's own errors."""

from __future__ import annotations

import threading
from typing import TypeAlias

from sqlglot import exp
from sqlglot.dialects.clickhouse import ClickHouse
from sqlglot.generators.clickhouse import ClickHouseGenerator

from mockserver.analytics.events import EventStore
from mockserver.analytics.model import QueryContext, QueryError, QueryTimeout
from mockserver.analytics.sql import HOGQL, Sql

DIALECT = "duckdb"

Value: TypeAlias = object
Row: TypeAlias = tuple[Value, ...]


def render(query: Sql, dialect: str = DIALECT) -> str:
    """The query's text for a database."""
    return query.sql(dialect=dialect)


class ShownGenerator(ClickHouseGenerator):
    """Writes properties and moments by the names HogQL has for them."""

    def sql(self, expression: str | exp.Expr | None, key: str | None = None, comment: bool = True) -> str:
        """One node's text."""
        if isinstance(expression, exp.Expr) and key is None:
            shown = expression.meta_get(HOGQL)
            if isinstance(shown, str):
                return shown
        return super().sql(expression, key, comment)


class Shown(ClickHouse):
    """ClickHouse's dialect with HogQL's names."""

    Generator = ShownGenerator


def render_hogql(query: Sql) -> str:
    """The query's text as HogQL, with properties by their own names."""
    return query.sql(dialect=Shown)


def fetch(events: EventStore, query: Sql, context: QueryContext) -> list[Row]:
    """All rows of a query.

    Raises QueryTimeout past the context's limit, QueryError for what it cannot run.
    """
    rows, _ = fetch_described(events, render(query), context)
    return rows


def fetch_described(
    events: EventStore, text: str, context: QueryContext
) -> tuple[list[Row], list[tuple[str, str]]]:
    """All rows and each column's name and database type."""
    import duckdb

    with events.reader() as cursor:
        timer = threading.Timer(context.time_limit_seconds, cursor.interrupt)
        timer.daemon = True
        timer.start()
        try:
            cursor.execute(text)
            rows = cursor.fetchall()
            described = [(column[0], str(column[1])) for column in cursor.description or []]
        except duckdb.InterruptException as error:
            raise QueryTimeout from error
        except duckdb.OutOfMemoryException as error:
            raise QueryError("Query exceeded the memory limit", "memory_limit_exceeded") from error
        except duckdb.Error as error:
            raise QueryError(first_line(str(error))) from error
        finally:
            timer.cancel()
    return rows, described


def first_line(message: str) -> str:
    """A database error without the statement it quotes."""
    return message.split("\n", 1)[0].strip()
