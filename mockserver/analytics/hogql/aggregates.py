"""Calls of aggregates: with `If`, `OrNull` and `OrDefault` after their names, and with parameters."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.hogql import functions_more, kinds
from mockserver.analytics.hogql.expressions import ExpressionBuilder
from mockserver.analytics.hogql.kinds import Typed
from mockserver.analytics.hogql.templates import fill, row_of
from mockserver.analytics.hogql.values import tuple_of
from mockserver.analytics.hogql.window_funnel import window_funnel
from mockserver.analytics.sql import Sql

IF, OR_NULL, OR_DEFAULT = "If", "OrNull", "OrDefault"
NEVER_AGGREGATES = frozenset({"if", "multiIf", "nullIf"})
UNIQUES = frozenset({"uniq", "uniqexact", "uniqhll12", "uniqtheta", "uniqcombined", "uniqcombined64"})


def arguments_of(node: exp.Expr) -> list[exp.Expr]:
    """What a call is given."""
    if isinstance(node, exp.ParameterizedAgg):
        return list(node.args.get("params") or [])
    return list(node.expressions)


def parameters_of(node: exp.Expr) -> list[exp.Expr]:
    """What stands in the first parentheses of two, as in `quantile(0.9)(x)`."""
    return list(node.expressions) if isinstance(node, exp.ParameterizedAgg) else []


def aggregate_of(
    name: str, arguments: Sequence[exp.Expr], parameters: Sequence[exp.Expr], builder: ExpressionBuilder
) -> Typed | None:
    """One call of an aggregate; None when there is none of that name."""
    if name in NEVER_AGGREGATES:
        return None
    table = functions_more.AGGREGATES
    if name.lower() == "count" and len(arguments) == 1 and isinstance(arguments[0], exp.Star):
        arguments = ()
    if len(arguments) == 1 and isinstance(arguments[0], exp.Distinct) and name.lower() == "count":
        inner = [builder.build(each) for each in arguments[0].expressions]
        value = inner[0].sql if len(inner) == 1 else tuple_of(inner).sql
        return Typed(sql.count_distinct(value), kinds.COUNT)
    if name.lower() == "windowfunnel":
        return window_funnel(arguments, parameters, builder)
    for suffix in (OR_NULL, OR_DEFAULT):
        if name.removesuffix(IF).endswith(suffix):
            plain = name.replace(suffix, "", 1)
            found = aggregate_of(plain, arguments, parameters, builder)
            return found and _over_nothing(found, suffix)
    row = row_of(table, name, *_sizes(name, arguments, parameters))
    if row is not None:
        return _filled(name, row, arguments, parameters, builder, None)
    base = name.removesuffix(IF)
    if base == name or not arguments:
        return None
    row = row_of(table, base, *_sizes(base, arguments[:-1], parameters))
    if row is None:
        return None
    return _filled(base, row, arguments[:-1], parameters, builder, builder.condition(arguments[-1]))


def _sizes(name: str, arguments: Sequence[exp.Expr], parameters: Sequence[exp.Expr]) -> tuple[int, int]:
    """How many arguments and parameters to look a row up by; several counted together are one tuple."""
    together = name.lower() in UNIQUES and len(arguments) > 1
    return 1 if together else len(arguments), len(parameters)


def _over_nothing(found: Typed, suffix: str) -> Typed:
    """ClickHouse: over no rows `OrNull` gives null, `OrDefault` the default of the type."""
    inner = found.sql.this if isinstance(found.sql, exp.Coalesce) else found.sql
    if suffix == OR_NULL:
        return Typed(inner, found.kind, nullable=True)
    default = kinds.default(found.kind)
    return Typed(exp.func("coalesce", inner, default), found.kind) if default is not None else found


def _filled(
    name: str,
    row: tuple[str, str],
    arguments: Sequence[exp.Expr],
    parameters: Sequence[exp.Expr],
    builder: ExpressionBuilder,
    condition: Sql | None,
) -> Typed:
    """An aggregate; a condition leaves values out by making them null, which all aggregates pass over."""
    values = [builder.build(each) for each in arguments]
    if name.lower() in UNIQUES and len(values) > 1:
        values = [tuple_of(values)]
    if condition is not None and not arguments:
        row, values = ("count(_1)", row[1]), [Typed(sql.number(1), kinds.WHOLE)]
    kept = values
    if condition is not None:
        kept = [each.at(sql.case([(condition.copy(), each.sql)])) for each in values]
    fixed = [builder.build(each) for each in parameters]
    made = fill(row, [*fixed, *kept], builder.coercions.table())
    nullable = any(each.nullable for each in values) and not row[1].endswith("!")
    result = made.sql
    if name.lower() == "sum" and not nullable:
        result = exp.func("coalesce", result, sql.number(0))
    kind = (
        kinds.WHOLE if name.lower() == "sum" and made.kind in (kinds.SMALL, kinds.LITERAL_BOOL) else made.kind
    )
    return Typed(result, kind, nullable)
