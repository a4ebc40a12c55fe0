"""HogQLQuery: the vendor's SQL, rows as lists."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from uuid import UUID

from sqlglot import exp

from mockserver.analytics.dates import zone
from mockserver.analytics.hogql import kinds
from mockserver.analytics.hogql.errors import HogQLError
from mockserver.analytics.hogql.kinds import Typed, shown
from mockserver.analytics.hogql.parsing import parse_select, written
from mockserver.analytics.hogql.placeholders import placeholders_of
from mockserver.analytics.hogql.selects import Compiler
from mockserver.analytics.interface import Events
from mockserver.analytics.model import JSON, JSONObject, QueryContext, QueryError, QueryResult, QueryTimeout
from mockserver.analytics.reading import optional_text
from mockserver.analytics.running import Row, Value, fetch, render_hogql

DEFAULT_LIMIT = 100


def run(query: JSONObject, events: Events, context: QueryContext) -> QueryResult:
    """Run a HogQLQuery.

    PostHog: without a LIMIT 100 rows come and `hasMore` tells whether there are others; a LIMIT is cut to the
    server's own. Raises HogQLError for what cannot be read or is not known.
    """
    text = optional_text(query, "query")
    if not text or not text.strip():
        raise HogQLError("The query is empty")
    tree = parse_select(text)
    compiler = Compiler(events, context, placeholders_of(query, context.variables))
    compiled, columns = compiler.compile(tree)
    limited, limit = with_limit(compiled, context.row_limit)
    rows = fetch_hogql(events, limited, context)
    has_more = len(rows) > limit if limit is not None else None
    kept = rows[:limit] if limit is not None else rows
    where = zone(context.timezone)
    shown_tree = tree.copy()
    if limit is not None:
        shown_tree = shown_tree.limit(limit, copy=False)
    return QueryResult(
        results=plain_rows(kept, list(columns.values()), where),
        columns=list(columns),
        types=[
            [name, shown(each.kind, each.nullable, each.zone or context.timezone)]
            for name, each in columns.items()
        ],
        hogql=written(shown_tree),
        has_more=has_more,
        extra={"query": text, "clickhouse": render_hogql(limited), "limit": limit, "offset": 0},
    )


def with_limit(query: exp.Query, most: int) -> tuple[exp.Query, int | None]:
    """The query with one row more than the default limit, and that limit.

    Or with its own, no greater than `most`.
    """
    own = query.args.get("limit")
    if own is None:
        return query.limit(DEFAULT_LIMIT + 1, copy=False), DEFAULT_LIMIT
    if isinstance(own.expression, exp.Literal) and int(own.expression.name) > most:
        return query.limit(most, copy=False), None
    return query, None


def fetch_hogql(events: Events, query: exp.Query, context: QueryContext) -> list[Row]:
    """Run a compiled query; what the database finds wrong becomes a HogQL error."""
    try:
        return fetch(events, query, context)
    except QueryTimeout:
        raise
    except QueryError as error:
        raise HogQLError(error.detail) from error


def plain_rows(rows: Sequence[Sequence[Value]], types: Sequence[Typed], where: tzinfo) -> list[list[JSON]]:
    """Rows as JSON; moments get the project's zone back."""
    return [[plain(value, each, where) for value, each in zip(row, types, strict=True)] for row in rows]


def plain(value: Value, typed: Typed | None, where: tzinfo) -> JSON:
    """One value as JSON: numbers that are none become null, truth values of comparisons 1 and 0."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return int(value) if typed is not None and typed.kind == kinds.CHOICE else value
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return float(value) if value % 1 else int(value)
    if isinstance(value, datetime):
        own = zone(typed.zone) if typed is not None and typed.zone is not None else where
        return value.replace(tzinfo=own).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Mapping):
        return [plain(each, None, where) for each in value.values()]
    if isinstance(value, list | tuple):
        return [plain(each, None, where) for each in value]
    return str(value)
