"""HogQL expressions inside insight queries: filters, breakdowns and measures written by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.hogql.errors import HogQLError
from mockserver.analytics.hogql.expressions import ExpressionBuilder
from mockserver.analytics.hogql.fields import EventFields
from mockserver.analytics.hogql.kinds import CHOICE, Typed
from mockserver.analytics.hogql.parsing import parse_expression
from mockserver.analytics.hogql.placeholders import Placeholders
from mockserver.analytics.hogql.selects import Compiler
from mockserver.analytics.hogql.values import constant
from mockserver.analytics.model import JSON
from mockserver.analytics.scope import Scope
from mockserver.analytics.sql import Sql


class ScopeResolver:
    """Finds fields in an insight query's own scope, so that its joins are shared."""

    def __init__(self, scope: Scope) -> None:
        placeholders = Placeholders(variables=scope.context.variables)
        self._compiler = Compiler(scope.events, scope.context, placeholders)
        self._scope = scope
        self._fields = EventFields(scope, self._compiler.localise)

    @property
    def builder(self) -> ExpressionBuilder:
        """Builds expressions against this scope."""
        return ExpressionBuilder(self, self._compiler.coercions)

    def field(self, chain: Sequence[str]) -> Typed | None:
        """A field of the event, with or without `events.` before it."""
        return self._fields.field(chain[1:] if chain[0] in ("events", "e") and len(chain) > 1 else chain)

    def placeholder(self, name: str) -> Typed:
        """A variable's value."""
        return constant(self._compiler.placeholders.value(name))

    def query(self, tree: exp.Expr) -> tuple[exp.Query, Mapping[str, Typed]]:
        """A subquery of its own."""
        return self._compiler.compile(tree)

    def call(self, name: str, node: exp.Expr, build: ExpressionBuilder) -> Typed:
        """A function call."""
        return self._compiler.calls.build(name, node, build)

    def in_cohort(self, identifier: JSON) -> Typed:
        """Whether the event's person is in a cohort."""
        from mockserver.analytics.cohorts import in_cohort

        if not isinstance(identifier, int):
            raise HogQLError(f"Could not find cohort with ID or name '{identifier}'")
        return Typed(in_cohort(identifier, self._scope), CHOICE)


def value(text: str, scope: Scope) -> Sql:
    """An expression's value for each event; raises HogQLError when it cannot be read."""
    return exp.Paren(this=ScopeResolver(scope).builder.sql(parse_expression(text)))


def text_value(text: str, scope: Scope) -> Sql:
    """An expression's value for each event as ClickHouse writes it: truth values are 1 and 0."""
    builder = ScopeResolver(scope).builder
    return exp.Paren(this=builder.coercions.text(builder.build(parse_expression(text))))


def condition(text: str, scope: Scope) -> Sql:
    """An expression as a filter."""
    return exp.Paren(this=ScopeResolver(scope).builder.condition(parse_expression(text)))


def aggregate(text: str, scope: Scope) -> tuple[dict[str, Sql], Sql]:
    """An expression over a bucket's events: the columns it reads, and itself over their names."""
    built = ScopeResolver(scope).builder.sql(parse_expression(text))
    columns: dict[str, Sql] = {}
    names: dict[str, str] = {}

    def named(node: exp.Expr) -> exp.Expr:
        if not isinstance(node, exp.Column) or not node.table:
            return node
        key = node.sql(dialect="duckdb")
        if key not in names:
            names[key] = f"hogql_{len(names)}"
            columns[names[key]] = node.copy()
        return sql.column(names[key])

    return columns, built.transform(named)
