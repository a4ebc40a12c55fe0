"""A compiled query in ClickHouse's dialect: each node is passed on, translated by its rule, or refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from sqlglot import exp

from mockserver.analytics.clickhouse.casts import casted, tried
from mockserver.analytics.clickhouse.dialect import Stored
from mockserver.analytics.clickhouse.functions import row_of
from mockserver.analytics.clickhouse.pieces import call, enclosed, filled
from mockserver.analytics.clickhouse.specials import SPECIAL
from mockserver.analytics.model import UnsupportedQuery
from mockserver.analytics.sql import Sql

NO_NAMES: Mapping[str, str] = MappingProxyType({})

# What both databases say alike.
PASSED = frozenset(
    {
        "Select", "From", "Join", "Table", "TableAlias", "Subquery", "CTE", "With", "Where", "Group",
        "Having", "Qualify", "Order", "Ordered", "Limit", "Offset", "Union", "Intersect", "Except", "Alias",
        "Column", "Identifier", "Star", "Literal", "Null", "Boolean", "Paren", "And", "Or", "Not", "EQ",
        "NEQ", "GT", "GTE", "LT", "LTE", "Is", "In", "Between", "Like", "ILike", "Case", "If", "Add", "Sub",
        "Mul", "Div", "Mod", "Neg", "DPipe", "Lambda", "Array", "Var", "Filter", "Window", "WindowSpec",
        "Distinct", "Tuple", "AnonymousAggFunc", "ParameterizedAgg",
    }
)  # fmt: skip
# Functions that have a node of their own, by ClickHouse's name.
NAMED: Mapping[str, str] = MappingProxyType(
    {
        "Coalesce": "coalesce", "Nullif": "nullIf", "Min": "min", "Max": "max", "Sum": "sum", "Avg": "avg",
        "RowNumber": "row_number", "IntDiv": "intDiv", "BitwiseAnd": "bitAnd", "BitwiseOr": "bitOr",
        "BitwiseRightShift": "bitShiftRight", "BitwiseLeftShift": "bitShiftLeft",
    }
)  # fmt: skip


def written(query: Sql, tables: Mapping[str, str] = NO_NAMES) -> str:
    """A compiled query as ClickHouse SQL; `tables` are the names that the store's tables have there.

    Raises UnsupportedQuery, naming it, for what ClickHouse has no words for here.
    """
    made = Translation(query, tables).of(query.copy())
    return made.sql(dialect=Stored, identify=True)


class Translation:
    """One query's way into the other dialect, from the inside out."""

    def __init__(self, query: Sql, tables: Mapping[str, str]) -> None:
        self._tables = tables
        self._steps = {each.alias for each in query.find_all(exp.CTE)}
        self._unrolled = {
            each.this.alias for each in query.find_all(exp.Join) if isinstance(each.this, exp.Lateral)
        }

    def of(self, node: exp.Expr) -> exp.Expr:
        """One node and all that it holds; changes the node."""
        rule = RULES.get(type(node).__name__)
        if rule is not None:
            return rule(self, node)
        if isinstance(node, exp.Anonymous):
            return self._function(node)
        name = type(node).__name__
        if name in NAMED:
            return call(NAMED[name], *self.arguments(node))
        if name not in PASSED:
            raise UnsupportedQuery(f"ClickHouse has no {name} here: {node.sql(dialect='duckdb')[:200]}")
        return self.inside(node)

    def inside(self, node: exp.Expr) -> exp.Expr:
        """The same node with translated parts."""
        for key, value in node.args.items():
            if isinstance(value, exp.Expr):
                node.set(key, self.of(value))
            elif isinstance(value, list):
                node.set(key, [self.of(each) if isinstance(each, exp.Expr) else each for each in value])
        return node

    def arguments(self, node: exp.Expr) -> list[exp.Expr]:
        """What a function is given, translated."""
        parts = [node.args.get("this"), node.args.get("expression"), *node.expressions]
        return [self.of(each) for each in parts if isinstance(each, exp.Expr)]

    def _function(self, node: exp.Anonymous) -> exp.Expr:
        name = node.name.lower()
        if name == "coalesce":
            return _coalesce(self, node)
        special = SPECIAL.get(name)
        if special is not None:
            return special(self.of, node.expressions)
        row = row_of(name, len(node.expressions))
        if row is None:
            raise UnsupportedQuery(f"ClickHouse has no {name}() of {len(node.expressions)} arguments here")
        return filled(row, [self.of(each) for each in node.expressions])

    def table(self, node: exp.Expr) -> exp.Expr:
        """A table of the store by the name it has there; columns go on calling it by its own."""
        own = self._tables.get(node.name) if node.name not in self._steps else None
        if own is None:
            return self.inside(node)
        alias = node.alias or node.name
        return exp.to_table(own, dialect=Stored).as_(exp.to_identifier(alias, quoted=True), copy=False)

    def column(self, node: exp.Expr) -> exp.Expr:
        """Elements of an unrolled list have no table."""
        table = node.args.get("table")
        if table is not None and table.name in self._unrolled:
            return exp.column(exp.to_identifier(element_name(table.name, node.name), quoted=True))
        return node

    def join(self, node: exp.Expr) -> exp.Expr:
        """A list unrolled beside each row is an ARRAY JOIN."""
        lateral = node.this
        if not isinstance(lateral, exp.Lateral):
            return self.inside(node)
        lists = [
            self.of(each.this.expressions[0]).as_(element_name(lateral.alias, each.alias), quoted=True)
            for each in lateral.this.this.expressions
        ]
        return exp.Join(this=lists[0], expressions=lists[1:], kind="ARRAY")


def element_name(alias: str, name: str) -> str:
    """What an element of an unrolled list is called, apart from all columns."""
    return f"{alias} {name}"


Rule = Callable[[Translation, exp.Expr], exp.Expr]


def _count(translation: Translation, node: exp.Expr) -> exp.Expr:
    counted = node.this
    if isinstance(counted, exp.Star):
        return call("count")
    if isinstance(counted, exp.Distinct):
        return call("uniqExact", *[translation.of(each) for each in counted.expressions])
    return call("count", translation.of(counted))


def _interval(translation: Translation, node: exp.Expr) -> exp.Expr:
    amount = node.this
    if isinstance(amount, exp.Literal):
        amount = exp.Literal.number(amount.name)
    unit = str(node.args["unit"].name).lower().rstrip("s").capitalize()
    return call(f"toInterval{unit}", translation.of(amount))


def _escape(translation: Translation, node: exp.Expr) -> exp.Expr:
    """ClickHouse's LIKE knows the backslash by itself."""
    return translation.of(node.this)


def _null_safe(translation: Translation, node: exp.Expr) -> exp.Expr:
    left, right = (enclosed(translation.of(each)) for each in (node.this, node.expression))
    both = "NULL" if isinstance(node, exp.NullSafeEQ) else "NOT NULL"
    nulls = f"_1 IS {both} AND _2 IS {both}" if both == "NULL" else "_1 IS NOT NULL OR _2 IS NOT NULL"
    sign = "=" if isinstance(node, exp.NullSafeEQ) else "<>"
    return filled(f"coalesce(_1 {sign} _2, {nulls})", [left, right])


def _coalesce(translation: Translation, node: exp.Expr) -> exp.Expr:
    """A list is never null in ClickHouse, so a choice of none needs its empty list inside."""
    parts = [node.this, *node.expressions] if isinstance(node, exp.Coalesce) else list(node.expressions)
    first, last = parts[0], parts[-1]
    is_empty = isinstance(last, exp.Anonymous) and last.name == "list_value" and not last.expressions
    if isinstance(first, exp.Case) and first.args.get("default") is None and is_empty:
        first.set("default", last)
        return translation.of(first)
    return call("coalesce", *[translation.of(each) for each in parts])


def _window(translation: Translation, node: exp.Expr) -> exp.Expr:
    """LAG and LEAD look over the whole partition and find null beyond its ends."""
    whole_partition = isinstance(node.this, exp.Anonymous) and node.this.name in ("lag", "lead")
    made = translation.inside(node)
    if whole_partition:
        made.set(
            "spec",
            exp.WindowSpec(
                kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="UNBOUNDED", end_side="FOLLOWING"
            ),
        )
    return made


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "Count": _count,
        "Interval": _interval,
        "Escape": _escape,
        "NullSafeEQ": _null_safe,
        "NullSafeNEQ": _null_safe,
        "Coalesce": _coalesce,
        "Window": _window,
        "Table": Translation.table,
        "Column": Translation.column,
        "Join": Translation.join,
        "Cast": lambda translation, node: casted(translation.of, node),
        "TryCast": lambda translation, node: tried(translation.of, node),
    }
)
