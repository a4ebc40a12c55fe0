"""HogQL's operators: logic, comparisons that are never null, arithmetic on numbers and moments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.hogql import kinds
from mockserver.analytics.hogql.coercion import comparable
from mockserver.analytics.hogql.errors import HogQLError
from mockserver.analytics.hogql.kinds import Typed
from mockserver.analytics.sql import Sql

if TYPE_CHECKING:
    from mockserver.analytics.hogql.expressions import ExpressionBuilder


def connector(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    """AND and OR."""
    left, right = builder.condition(node.this), builder.condition(node.expression)
    return Typed(type(node)(this=_wrapped(left), expression=_wrapped(right)), kinds.CHOICE)


def _wrapped(condition: Sql) -> Sql:
    return exp.Paren(this=condition) if isinstance(condition, exp.Connector) else condition


def negation(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    """NOT."""
    inner = node.this
    if isinstance(inner, exp.Is):
        return Typed(exp.not_(builder.sql(inner)), kinds.CHOICE)
    return Typed(sql.negated(exp.Paren(this=builder.condition(inner))), kinds.CHOICE)


def null_test(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    """IS NULL, and IS of anything else as an equality."""
    if isinstance(node.expression, exp.Null):
        return Typed(exp.Is(this=operand(builder.sql(node.this)), expression=exp.null()), kinds.CHOICE)
    return equality(builder, exp.EQ(this=node.this, expression=node.expression))


def operand(value: Sql) -> Sql:
    """A part in parentheses where its precedence could be misread."""
    return (
        exp.Paren(this=value)
        if isinstance(value, exp.Binary | exp.Not | exp.Neg | exp.Between | exp.In)
        else value
    )


def equality(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    """PostHog: null = null is 1, null != 2 is 1; a comparison is never null."""
    left, right = builder.build(node.this), builder.build(node.expression)
    one, other = (operand(each) for each in comparable(left, right, builder.coercions))
    equal = isinstance(node, exp.EQ)
    if (left.nullable and right.nullable) or kinds.NOTHING in (left.kind, right.kind):
        made: Sql = (exp.NullSafeEQ if equal else exp.NullSafeNEQ)(this=one, expression=other)
    elif left.nullable or right.nullable:
        made = exp.func("coalesce", exp.EQ(this=one, expression=other), exp.false())
        made = made if equal else exp.not_(made)
    else:
        made = (exp.EQ if equal else exp.NEQ)(this=one, expression=other)
    return Typed(made, kinds.CHOICE)


def order(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    """One side before the other; a comparison with null is false."""
    left, right = builder.build(node.this), builder.build(node.expression)
    one, other = (operand(each) for each in comparable(left, right, builder.coercions))
    made: Sql = type(node)(this=one, expression=other)
    if left.nullable or right.nullable:
        made = exp.func("coalesce", made, exp.false())
    return Typed(made, kinds.CHOICE)


def between(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    """Both bounds included."""
    low = exp.GTE(this=node.this, expression=node.args["low"])
    high = exp.LTE(this=node.this.copy(), expression=node.args["high"])
    return Typed(exp.Paren(this=exp.and_(builder.sql(low), builder.sql(high))), kinds.CHOICE)


def like(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    """LIKE and ILIKE; null is like nothing."""
    text = builder.coercions.text(builder.build(node.this))
    pattern = builder.coercions.text(builder.build(node.expression))
    found = exp.Escape(
        this=type(node)(this=operand(text), expression=operand(pattern)), expression=sql.text("\\")
    )
    return Typed(exp.func("coalesce", exp.Paren(this=found), exp.false()), kinds.CHOICE)


def membership(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    """IN a list, a subquery or an array; null is in nothing."""
    needle = builder.build(node.this)
    query = node.args.get("query")
    if query is not None:
        compiled, columns = builder.resolver.query(query)
        kind = next(iter(columns.values())).kind if columns else kinds.UNKNOWN
        value = (
            sql.as_text(needle.sql) if {needle.kind, kind} == {kinds.IDENTIFIER, kinds.TEXT} else needle.sql
        )
        if kind == kinds.IDENTIFIER and needle.kind == kinds.TEXT:
            value = exp.TryCast(this=needle.sql, to=exp.DataType.build("uuid"))
        found: Sql = exp.In(this=operand(value), query=compiled.subquery(copy=False))
        return Typed(exp.func("coalesce", found, exp.false()), kinds.CHOICE)
    given = node.expressions
    if node.args.get("field") is not None:
        given = [node.args["field"]]
    alone = given[0] if len(given) == 1 else None
    # `(a, b) IN ((1, 2))` looks for one pair, `a IN (1, 2)` for one of two values.
    is_pair = needle.kind.startswith("Tuple(") and not any(
        isinstance(each, exp.Tuple) for each in (alone.expressions if alone is not None else [])
    )
    if isinstance(alone, exp.Tuple | exp.Array) and not (is_pair and isinstance(alone, exp.Tuple)):
        given = alone.expressions
    items = [builder.build(each) for each in given]
    if len(items) == 1 and items[0].kind.startswith("Array("):
        held = kinds.item_kind(items[0].kind)
        value = builder.coercions.text(needle) if held == kinds.TEXT else needle.sql
        found = sql.call("list_contains", items[0].sql, value)
        return Typed(exp.func("coalesce", found, exp.false()), kinds.CHOICE)
    if not items:
        return Typed(exp.false(), kinds.CHOICE)
    pairs = [comparable(needle, each, builder.coercions) for each in items]
    if all(pair[0] == pairs[0][0] for pair in pairs):
        found = exp.In(this=operand(pairs[0][0]), expressions=[pair[1] for pair in pairs])
    else:
        found = exp.Paren(
            this=sql.any_of(exp.EQ(this=operand(one), expression=operand(other)) for one, other in pairs)
        )
    return Typed(exp.func("coalesce", found, exp.false()) if needle.nullable else found, kinds.CHOICE)


def arithmetic(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    """Numbers, and moments with intervals."""
    left, right = builder.build(node.this), builder.build(node.expression)
    nullable = left.nullable or right.nullable
    times = kinds.TIMES | {kinds.DAY}
    if left.kind in times or right.kind in times:
        return shifted(type(node), left, right)
    one, other = (operand(builder.coercions.number(each)) for each in (left, right))
    made = type(node)(this=one, expression=other)
    if isinstance(node, exp.Div):
        return Typed(exp.Div(this=one, expression=other, typed=False, safe=False), kinds.NUMBER, nullable)
    fractions = {left.kind, right.kind} & {kinds.NUMBER, kinds.TEXT, kinds.UNKNOWN}
    kind = (
        (left.kind if kinds.is_interval(left.kind) else right.kind)
        if kinds.is_interval(left.kind) or kinds.is_interval(right.kind)
        else kinds.NUMBER
        if fractions
        else kinds.WHOLE
    )
    return Typed(made, kind, nullable)


def shifted(sign: type[exp.Expr], left: Typed, right: Typed) -> Typed:
    """A moment moved by an interval or a number, or what lies between two moments.

    ClickHouse: a date moved by whole days stays a date.
    """
    nullable = left.nullable or right.nullable
    times = kinds.TIMES | {kinds.DAY}
    one, other = operand(left.sql), operand(right.sql)
    if left.kind in times and right.kind in times:
        if left.kind == right.kind == kinds.DAY:
            return Typed(exp.Sub(this=one, expression=other), kinds.WHOLE, nullable)
        return Typed(sql.call("date_diff", sql.text("second"), other, one), kinds.WHOLE, nullable)
    date, amount = (left, right) if left.kind in times else (right, left)
    step = amount.sql
    if amount.kind in kinds.NUMBERS:
        unit = "to_days" if date.kind == kinds.DAY else "to_seconds"
        step = sql.call(unit, exp.cast(amount.sql, "int" if unit == "to_days" else "bigint"))
    elif not kinds.is_interval(amount.kind):
        raise HogQLError(f"A {date.kind} cannot be moved by a {amount.kind}")
    made: Sql = sign(this=operand(date.sql), expression=operand(step))
    if date.kind != kinds.DAY:
        return Typed(made, date.kind, nullable)
    if amount.kind in kinds.NUMBERS or amount.kind in kinds.WHOLE_DAYS:
        return Typed(exp.cast(exp.Paren(this=made), "date"), kinds.DAY, nullable)
    return Typed(made, kinds.TIME, nullable)


def negative(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    """The number with the other sign."""
    inner = builder.build(node.this)
    number = builder.coercions.number(inner)
    kind = inner.kind if inner.kind in kinds.NUMBERS else kinds.NUMBER
    return Typed(
        exp.Neg(this=exp.Paren(this=number)), kinds.WHOLE if kind == kinds.COUNT else kind, inner.nullable
    )


def concat(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    """Text joined by `||`."""
    parts = [builder.build(each) for each in (node.this, node.expression)]
    texts = [builder.coercions.text(each) for each in parts]
    made = exp.DPipe(this=operand(texts[0]), expression=operand(texts[1]), safe=False)
    return Typed(made, kinds.TEXT, any(each.nullable for each in parts))
