"""Running one compiled query, and showing it as HogQL."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.dialects.clickhouse import ClickHouse
from sqlglot.generators.clickhouse import ClickHouseGenerator

from mockserver.analytics.interface import Events, Row, Value
from mockserver.analytics.model import QueryContext
from mockserver.analytics.sql import HOGQL, Sql

__all__ = ["Row", "Value", "fetch", "render_hogql"]


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


def fetch(events: Events, query: Sql, context: QueryContext) -> list[Row]:
    """All rows of a query.

    Raises QueryTimeout past the context's limit, QueryError for what it cannot run.
    """
    return events.answer(query, context.time_limit_seconds)
