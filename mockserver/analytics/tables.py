"""What tables of events and tables of people share: named columns of HogQL, ordering, paging."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.dates import zone
from mockserver.analytics.hogql.errors import HogQLError
from mockserver.analytics.hogql.kinds import Typed, shown
from mockserver.analytics.hogql.parsing import parse_expression
from mockserver.analytics.hogql.placeholders import placeholders_of
from mockserver.analytics.hogql.selects import Compiler, SelectBuilder
from mockserver.analytics.hogql.sources import Source
from mockserver.analytics.hogql.templates import has_aggregate
from mockserver.analytics.hogql_query import fetch_hogql, plain
from mockserver.analytics.interface import Events
from mockserver.analytics.model import JSON, JSONObject, QueryContext, QueryResult
from mockserver.analytics.reading import integer, listed, optional_text, sequence
from mockserver.analytics.running import Value, render_hogql
from mockserver.analytics.sql import Sql

DEFAULT_LIMIT = 100
COMMENT = re.compile(r"\s*--.*$", re.DOTALL)
DIRECTION = re.compile(r"^(?P<key>.*?)(?:\s+(?P<way>asc|desc))?\s*$", re.IGNORECASE | re.DOTALL)

Combine = Callable[[Sequence[JSON]], JSON]


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column of a table: the HogQL it reads, and how that becomes one value."""

    name: str
    parts: tuple[str, ...]
    combine: Combine | None = None
    kind: str | None = None


class TableQuery:
    """A SELECT put together from named columns over one source."""

    def __init__(self, query: JSONObject, events: Events, context: QueryContext) -> None:
        self.query = query
        self.events = events
        self.context = context
        self.compiler = Compiler(events, context, placeholders_of(query, context.variables))
        self.builder = SelectBuilder(self.compiler, {}, 0)
        self.columns: list[TableColumn] = []
        self._typed: list[list[Typed]] = []

    @property
    def zone(self) -> tzinfo:
        """The project's zone."""
        return zone(self.context.timezone)

    def read_from(self, source: Source) -> None:
        """Where the columns are."""
        self.builder.sources[source.alias] = source

    def add(self, column: TableColumn) -> None:
        """Append a column."""
        self.columns.append(column)
        self._typed.append([self.expression(part) for part in column.parts])

    def expression(self, text: str) -> Typed:
        """Any HogQL expression over the source."""
        from mockserver.analytics.hogql.expressions import ExpressionBuilder

        return ExpressionBuilder(self.builder, self.compiler.coercions).build(
            parse_expression(COMMENT.sub("", text))
        )

    def condition(self, text: str) -> Sql:
        """Any HogQL expression as a condition."""
        return self.compiler.coercions.truth(self.expression(text))

    def has_aggregates(self) -> bool:
        """Whether any column counts or sums, so that rows are grouped by the others."""
        return any(aggregates(column.name) for column in self.columns)

    @property
    def page(self) -> tuple[int, int]:
        """How many rows are wanted, and how many to pass over."""
        limit = integer(self.query, "limit", DEFAULT_LIMIT) or DEFAULT_LIMIT
        return min(limit, self.context.row_limit), integer(self.query, "offset", 0)

    def statement(
        self, projections: Sequence[Sql], order: Sequence[tuple[str, bool]], offset: int
    ) -> exp.Select:
        """A page and one row more; `order` holds expressions and whether they go down."""
        grouped = self.has_aggregates()
        conditions: list[Sql] = []
        having: list[Sql] = []
        for text in listed(self.query.get("where")):
            on_groups = grouped and aggregates(str(text))
            (having if on_groups else conditions).append(self.condition(str(text)))
        made = exp.select(*projections).where(*conditions, copy=False).having(*having, copy=False)
        if grouped:
            made = made.group_by(*self._keys(), copy=False)
        made = made.order_by(*[self._ordered(key, desc) for key, desc in order], copy=False)
        made = made.limit(self.page[0] + 1, copy=False)
        made = made.offset(offset, copy=False) if offset else made
        for source in self.builder.sources.values():
            made = made.from_(source.table(), copy=False)
        return made

    def run(self, order: Sequence[tuple[str, bool]], offset: int | None = None) -> QueryResult:
        """Fetch a page; `offset` stands in for the query's own where rows were passed over already."""
        limit, own_offset = self.page
        flat = [each for typed in self._typed for each in typed]
        projections = [each.sql.as_(f"c{place}", copy=False) for place, each in enumerate(flat)]
        made = self.statement(projections, order, own_offset if offset is None else offset)
        rows = fetch_hogql(self.events, made, self.context)
        return QueryResult(
            results=[self._row(row) for row in rows[:limit]],
            columns=[column.name for column in self.columns],
            types=[self._type(place) for place in range(len(self.columns))],
            hogql=render_hogql(made),
            has_more=len(rows) > limit,
            extra={"limit": limit, "offset": own_offset},
        )

    def _keys(self) -> list[Sql]:
        """The places of the columns that rows are grouped by."""
        keys: list[Sql] = []
        place = 0
        for column, typed in zip(self.columns, self._typed, strict=True):
            if not aggregates(column.name):
                keys += [sql.number(place + at) for at in range(1, len(typed) + 1)]
            place += len(typed)
        return keys

    def _ordered(self, text: str, desc: bool) -> Sql:
        bare = COMMENT.sub("", text).strip()
        for place, column in enumerate(self.columns):
            if bare in (column.name, COMMENT.sub("", column.name).strip()):
                first = 1 + sum(len(typed) for typed in self._typed[:place])
                return exp.Ordered(this=sql.number(first), desc=desc, nulls_first=False)
        return exp.Ordered(this=self.expression(bare).sql, desc=desc, nulls_first=False)

    def _row(self, row: Sequence[Value]) -> list[JSON]:
        made: list[JSON] = []
        place = 0
        for column, typed in zip(self.columns, self._typed, strict=True):
            values = [plain(row[place + at], each, self.zone) for at, each in enumerate(typed)]
            place += len(typed)
            made.append(column.combine(values) if column.combine is not None else values[0])
        return made

    def _type(self, place: int) -> str:
        column, typed = self.columns[place], self._typed[place]
        if column.kind is not None:
            return column.kind
        return shown(typed[0].kind, typed[0].nullable, typed[0].zone or self.context.timezone)


def aggregates(text: str) -> bool:
    """Whether a column or condition is over several rows."""
    bare = COMMENT.sub("", text).strip()
    return bare != "*" and has_aggregate(parse_expression(bare))


def order_of(query: JSONObject) -> list[tuple[str, bool]] | None:
    """A query's `orderBy` as expressions and whether they go down; None without one."""
    given = sequence(query.get("orderBy"), "orderBy")
    if not given:
        return None
    found: list[tuple[str, bool]] = []
    for each in given:
        match = DIRECTION.match(str(each))
        if match is None or not match["key"].strip():
            raise HogQLError(f"Cannot order by: {each}")
        found.append((match["key"].strip(), (match["way"] or "asc").lower() == "desc"))
    return found


def json_object(text: JSON) -> JSON:
    """A JSON text as what it says, an empty object for none."""
    return json.loads(text) if isinstance(text, str) and text else {}


def search_text(query: JSONObject) -> str | None:
    """What a people table is searched for, None for nothing."""
    text = optional_text(query, "search")
    return text.strip() if text and text.strip() else None
