"""HogQL SELECTs, UNIONs and WITHs, built anew with what they read from known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.cohorts import in_cohort
from mockserver.analytics.dates import zone
from mockserver.analytics.filters import query_conditions
from mockserver.analytics.hogql import kinds
from mockserver.analytics.hogql.calls import Calls
from mockserver.analytics.hogql.clauses import first_of_each, name_windows, sampled
from mockserver.analytics.hogql.coercion import Coercions
from mockserver.analytics.hogql.dialect import LIMIT_BY
from mockserver.analytics.hogql.errors import HogQLError
from mockserver.analytics.hogql.expressions import ExpressionBuilder
from mockserver.analytics.hogql.joins import Joins
from mockserver.analytics.hogql.kinds import Typed
from mockserver.analytics.hogql.parsing import written
from mockserver.analytics.hogql.placeholders import FILTERS, Placeholders
from mockserver.analytics.hogql.sources import TABLES, EventsSource, NumbersSource, SelectionSource, Source
from mockserver.analytics.hogql.templates import has_aggregate
from mockserver.analytics.hogql.values import constant
from mockserver.analytics.interface import Events
from mockserver.analytics.model import JSON, QueryContext
from mockserver.analytics.ranges import resolve_range
from mockserver.analytics.scope import Scope
from mockserver.analytics.sql import Sql

Columns = Mapping[str, Typed]

KNOWN_PARTS = frozenset(
    {"expressions", "from_", "joins", "where", "prewhere", "group", "having", "order", "limit", "offset",
     "distinct", "with_", "qualify", "windows", LIMIT_BY}
)  # fmt: skip
DEEPEST = 40


class Compiler:
    """Compiles HogQL against one project's events, with its time zone, cohorts and placeholders."""

    def __init__(self, events: Events, context: QueryContext, placeholders: Placeholders) -> None:
        self.events = events
        self.context = context
        self.placeholders = placeholders
        self.zone = zone(context.timezone)
        self.coercions = Coercions(self.zone, self.localise)
        self.calls = Calls(context.now.astimezone(self.zone).replace(tzinfo=None), context.timezone)
        self.uses_filters = False
        self._bounds = events.bounds() or (context.now, context.now)

    def localise(self, moment: Sql) -> Sql:
        """A UTC timestamp as the project's wall-clock time."""
        start, end = min(self._bounds[0], self.context.now), max(self._bounds[1], self.context.now)
        return Scope(self.events, self.context).local(moment, start, end)

    def compile(
        self, tree: exp.Expr, known: Mapping[str, Columns] | None = None, depth: int = 0
    ) -> tuple[exp.Query, Columns]:
        """A query and its columns; `known` are the WITH queries it may name."""
        if depth > DEEPEST:
            raise HogQLError("The query is nested too deeply")
        if isinstance(tree, exp.Subquery):
            return self.compile(bare_query(tree), known, depth + 1)
        if isinstance(tree, exp.SetOperation):
            return self._set_operation(tree, known or {}, depth)
        if isinstance(tree, exp.Select):
            return SelectBuilder(self, known or {}, depth).build(tree)
        raise HogQLError("Only SELECT queries are supported")

    def _set_operation(
        self, tree: exp.SetOperation, known: Mapping[str, Columns], depth: int
    ) -> tuple[exp.Query, Columns]:
        builder = SelectBuilder(self, known, depth)
        steps = builder.with_steps(tree)
        left, columns = self.compile(tree.this, builder.known, depth + 1)
        right, others = self.compile(tree.expression, builder.known, depth + 1)
        if len(columns) != len(others):
            raise HogQLError("Queries joined by UNION must have the same number of columns")
        made: exp.Query = type(tree)(this=left, expression=right, distinct=bool(tree.args.get("distinct")))
        order, limit, offset = (tree.args.get(part) for part in ("order", "limit", "offset"))
        if order is not None or limit is not None or offset is not None:
            source = SelectionSource("joined", columns, made, None)
            outer = SelectBuilder(self, builder.known, depth)
            outer.sources["joined"] = source
            selected = exp.select("*").from_(source.table(), copy=False)
            made = outer.finish(selected, tree)
        for name, step in steps:
            made = made.with_(exp.to_identifier(name, quoted=True), step, copy=False)
        return made, columns


class SelectBuilder:
    """One SELECT: its sources, its aliases, and the parts that refer to them."""

    def __init__(self, compiler: Compiler, known: Mapping[str, Columns], depth: int) -> None:
        self.compiler = compiler
        self.known: dict[str, Columns] = dict(known)
        self.sources: dict[str, Source] = {}
        self.aliases: dict[str, Typed] = {}
        self.positions: dict[str, int] = {}
        self.constants: dict[str, exp.Expr] = {}
        self.merged: dict[str, Typed] = {}
        self.optional: set[str] = set()
        self.joining = False
        self.expressions = ExpressionBuilder(self, compiler.coercions)
        self._depth = depth

    def build(self, tree: exp.Select) -> tuple[exp.Query, Columns]:
        """The SELECT and its columns."""
        for part, value in tree.args.items():
            if value and part not in KNOWN_PARTS:
                raise HogQLError(f"Unsupported clause: {part.rstrip('_').upper()}")
        steps = self.with_steps(tree)
        name_windows(tree)
        joins = Joins(self)
        joins.read(tree)
        columns: dict[str, Typed] = {}
        projections: list[Sql] = []
        for each in tree.expressions:
            for name, found in self._projection(each):
                shown = name
                while shown in columns:
                    shown += "_"
                columns[shown] = found
                self.positions.setdefault(name, len(projections) + 1)
                projections.append(found.sql.as_(exp.to_identifier(shown, quoted=True), copy=False))
        made = exp.select(*projections)
        conditions = [
            self._condition(tree.args[part].this) for part in ("prewhere", "where") if tree.args.get(part)
        ]
        made = self._grouped(made.where(*conditions, copy=False), tree)
        if tree.args.get("distinct") is not None:
            if tree.args["distinct"].args.get("on") is not None:
                raise HogQLError("DISTINCT ON is not supported")
            made = made.distinct(copy=False)
        made = self.finish(made, tree)
        made = joins.write(made)
        for name, step in steps:
            made = made.with_(exp.to_identifier(name, quoted=True), step, copy=False)
        return made, columns

    def with_steps(self, tree: exp.Query) -> list[tuple[str, exp.Query]]:
        """The WITH queries in order; `WITH 1 AS x` names an expression instead."""
        clause = tree.args.get("with_")
        steps: list[tuple[str, exp.Query]] = []
        if clause is None:
            return steps
        if clause.args.get("recursive"):
            raise HogQLError("Recursive WITH queries are not supported")
        for each in clause.expressions:
            name, inner = each.alias, each.this
            if each.args.get("scalar") or not isinstance(inner, exp.Query):
                self.constants[name] = inner
                continue
            compiled, columns = self.compiler.compile(inner, self.known, self._depth + 1)
            self.known[name] = columns
            steps.append((name, compiled))
        return steps

    def finish(self, made: exp.Select, tree: exp.Query) -> exp.Select:
        """ORDER BY, LIMIT BY, LIMIT and OFFSET."""
        order = tree.args.get("order")
        if order is not None:
            made = made.order_by(*[self._ordered(each) for each in order.expressions], copy=False)
        limit_by = tree.args.get(LIMIT_BY)
        if limit_by is not None:
            keys = [self._key(each) for each in limit_by.expressions]
            made = first_of_each(made, keys, self.whole(limit_by.expression), self._offset_of(limit_by))
        limit, offset = tree.args.get("limit"), tree.args.get("offset")
        if limit is not None:
            made = made.limit(self.whole(limit.expression), copy=False)
        if offset is not None:
            made = made.offset(self.whole(offset.expression), copy=False)
        return made

    def _offset_of(self, limit: exp.Expr) -> int:
        given = limit.args.get("offset")
        return self.whole(given) if given is not None else 0

    def field(self, chain: Sequence[str]) -> Typed | None:
        """What a chain of names is here: an alias, a source's field, or a named expression."""
        if chain[0] in self.sources and len(chain) > 1:
            found = self._read(chain[0], chain[1:])
            if found is not None:
                return found
        if len(chain) == 1 and chain[0] in self.aliases:
            return self.aliases[chain[0]]
        if len(chain) == 1 and chain[0] in self.merged:
            return self.merged[chain[0]]
        for alias in self.sources:
            found = self._read(alias, chain)
            if found is not None:
                return found
        if chain[0] in self.constants and len(chain) == 1:
            return self.expressions.build(self.constants[chain[0]])
        return None

    def _read(self, alias: str, chain: Sequence[str]) -> Typed | None:
        """A source's field.

        ClickHouse: where an outer join finds no row, the default of a type that is never null stands.
        """
        found = self.sources[alias].field(chain)
        if found is None or found.nullable or self.joining or alias not in self.optional:
            return found
        default = kinds.default(found.kind)
        if default is not None and found.kind in kinds.TIMES:
            default = self.compiler.localise(default)
        return found.at(exp.func("coalesce", found.sql, default)) if default is not None else found

    def placeholder(self, name: str) -> Typed:
        """The value in braces."""
        if name == FILTERS:
            return self._filters()
        if name.startswith("filters.dateRange."):
            covered = resolve_range(
                (self.compiler.placeholders.filters or {}).get("dateRange"), "day", self.compiler.context
            )
            moment = covered.start if name.endswith("from") else covered.end
            return _local_literal(moment)
        return constant(self.compiler.placeholders.value(name))

    def query(self, tree: exp.Expr) -> tuple[exp.Query, Columns]:
        """A subquery, which sees this one's WITH queries but not its rows."""
        return self.compiler.compile(tree, self.known, self._depth + 1)

    def call(self, name: str, node: exp.Expr, build: ExpressionBuilder) -> Typed:
        """A function call."""
        return self.compiler.calls.build(name, node, build)

    def in_cohort(self, identifier: JSON) -> Typed:
        """Whether the event's person is in a cohort, by its number or its name."""
        source = self._events_source("cohorts")
        cohorts = self.compiler.context.cohorts
        number = identifier if isinstance(identifier, int) else None
        if isinstance(identifier, str):
            number = next((key for key, each in cohorts.items() if each.name == identifier), None)
        if number is None or number not in cohorts:
            raise HogQLError(f"Could not find cohort with ID or name '{identifier}'")
        return source.want(f"in cohort {number}", Typed(in_cohort(number, source.scope), kinds.CHOICE))

    def _events_source(self, what: str) -> EventsSource:
        for source in self.sources.values():
            if isinstance(source, EventsSource):
                return source
        raise HogQLError(f"Cannot use {what} here: the query does not read from events")

    def _filters(self) -> Typed:
        """PostHog: `{filters}` stands for the date range, the properties and the test accounts at once."""
        self.compiler.uses_filters = True
        given = self.compiler.placeholders.filters
        if not given:
            return Typed(exp.true(), kinds.CHOICE)
        source = self._events_source("{filters}")
        scope = source.scope
        conditions = query_conditions(given, scope)
        if given.get("dateRange"):
            covered = resolve_range(given.get("dateRange"), "day", self.compiler.context)
            conditions.append(scope.between(covered.start, covered.end))
        return source.want("{filters}", Typed(sql.all_of(conditions), kinds.CHOICE))

    def add_source(self, node: exp.Expr) -> str:
        if isinstance(node, exp.Subquery):
            alias = node.alias or f"subquery_{len(self.sources)}"
            compiled, columns = self.compiler.compile(bare_query(node), self.known, self._depth + 1)
            self.sources[alias] = SelectionSource(alias, columns, compiled, None)
            return alias
        if not isinstance(node, exp.Table):
            raise HogQLError(f"Unsupported table: {written(node)[:100]}")
        for part in ("db", "catalog", "version", "pivots", "hints", "final"):
            if node.args.get(part):
                raise HogQLError(f"Unknown table '{written(node)[:100]}'.")
        sample = node.args.get("sample")
        if isinstance(node.this, exp.Identifier):
            alias = self._add_named(node.this.name, node.alias or node.this.name)
            if sample is not None:
                sampled(self.sources[alias], sample)
            return alias
        if sample is not None:
            raise HogQLError("SAMPLE is supported on events only")
        if node.this.name.lower() == "numbers":
            alias = node.alias or "numbers"
            numbers = [self.whole(each) for each in node.this.expressions]
            self.sources[alias] = NumbersSource(alias, numbers)
            return alias
        raise HogQLError(f"Unknown table function '{node.this.name}'.")

    def _add_named(self, name: str, alias: str) -> str:
        if alias in self.sources:
            raise HogQLError(f'Already have joined a table called "{alias}". Can\'t redefine.')
        if name in self.known:
            self.sources[alias] = SelectionSource(alias, self.known[name], None, name)
            return alias
        make = TABLES.get(name)
        if make is None:
            raise HogQLError(f"Unknown table `{name}`.")
        scope = Scope(self.compiler.events, self.compiler.context)
        self.sources[alias] = make(alias, scope, self.compiler.localise)
        return alias

    def _projection(self, node: exp.Expr) -> list[tuple[str, Typed]]:
        star = node.this if isinstance(node, exp.Column) else node
        if isinstance(star, exp.Star) and any(star.args.values()):
            raise HogQLError("A star takes no EXCEPT or REPLACE; name the columns instead")
        if isinstance(node, exp.Star):
            return [pair for alias in self.sources for pair in self._all_fields(alias)]
        if isinstance(node, exp.Column) and isinstance(node.this, exp.Star):
            if node.table not in self.sources:
                raise HogQLError(f"Unknown table `{node.table}`.")
            return self._all_fields(node.table)
        if isinstance(node, exp.Alias):
            found = self.expressions.build(node.this)
            self.aliases[node.alias] = found
            return [(node.alias, found)]
        found = self.expressions.build(node)
        chain = self.expressions.chain(node)
        if isinstance(node, exp.Placeholder):
            return [(f"{{{node.this}}}", found)]
        return [(chain[-1] if chain else written(node), found)]

    def _all_fields(self, alias: str) -> list[tuple[str, Typed]]:
        found = [(name, self._read(alias, (name,))) for name in self.sources[alias].star]
        return [(name, field) for name, field in found if field is not None]

    def _grouped(self, made: exp.Select, tree: exp.Select) -> exp.Select:
        group = tree.args.get("group")
        if group is not None:
            if any(group.args.get(part) for part in ("grouping_sets", "cube", "rollup", "totals")):
                raise HogQLError("Only plain GROUP BY is supported")
            if group.args.get("all"):
                keys: list[Sql] = [
                    sql.number(place)
                    for place, each in enumerate(tree.expressions, 1)
                    if not has_aggregate(each)
                ]
            else:
                keys = [self._key(each) for each in group.expressions]
            made = made.group_by(*keys, copy=False)
        if tree.args.get("having") is not None:
            made = made.having(self._condition(tree.args["having"].this), copy=False)
        if tree.args.get("qualify") is not None:
            made = made.qualify(self._condition(tree.args["qualify"].this), copy=False)
        return made

    def _key(self, node: exp.Expr) -> Sql:
        """A grouping or sorting key; an alias of this SELECT goes by its place."""
        if isinstance(node, exp.Literal) and not node.is_string:
            return sql.number(int(node.name))
        chain = self.expressions.chain(node)
        if chain is not None and len(chain) == 1 and chain[0] in self.aliases:
            return sql.number(self.positions[chain[0]])
        return self.expressions.sql(node)

    def _ordered(self, node: exp.Expr) -> Sql:
        inner = node.this if isinstance(node, exp.Ordered) else node
        desc = bool(node.args.get("desc")) if isinstance(node, exp.Ordered) else False
        name = written(inner)
        key: Sql = sql.number(self.positions[name]) if name in self.positions else self._key(inner)
        return exp.Ordered(this=key, desc=desc, nulls_first=False)

    def _condition(self, node: exp.Expr) -> Sql:
        return self.expressions.condition(node)

    def whole(self, node: exp.Expr) -> int:
        """A whole number written out, or in braces."""
        inner = node.this if isinstance(node, exp.Paren) else node
        if isinstance(inner, exp.Placeholder):
            value = self.compiler.placeholders.value(str(inner.this))
            if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
                return value
        if isinstance(inner, exp.Literal) and not inner.is_string and inner.name.isdigit():
            return int(inner.name)
        raise HogQLError(f"A whole number is needed, not {written(node)[:50]}")


def bare_query(node: exp.Subquery) -> exp.Expr:
    """What stands in parentheses; raises HogQLError when a clause hangs on the parentheses themselves."""
    for part, value in node.args.items():
        if value and part not in ("this", "alias", "joins"):
            raise HogQLError(f"Unsupported clause after parentheses: {part.rstrip('_').upper()}")
    inner = node.this
    return bare_query(inner) if isinstance(inner, exp.Subquery) else inner


def _local_literal(moment: datetime) -> Typed:
    naive = moment.replace(tzinfo=None).isoformat(" ", "microseconds")
    return Typed(exp.cast(exp.Literal.string(naive), "timestamp"), kinds.TIME)
