"""HogQL expressions, built anew for the event store's database.

Every kind of node has its own row in `BUILDERS`; a node without one is an error, so nothing passes unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.hogql import kinds
from mockserver.analytics.hogql.coercion import Coercions, comparable
from mockserver.analytics.hogql.dialect import IN_COHORT
from mockserver.analytics.hogql.errors import HogQLError
from mockserver.analytics.hogql.fields import inside_json
from mockserver.analytics.hogql.functions import INDEX_ERROR
from mockserver.analytics.hogql.kinds import Typed
from mockserver.analytics.hogql.parsing import written
from mockserver.analytics.model import JSON
from mockserver.analytics.sql import Sql

CASTS: Mapping[str, str] = MappingProxyType(
    {
        "TEXT": "toString", "VARCHAR": "toString", "BIGINT": "toInt", "INT": "toInt", "SMALLINT": "toInt",
        "TINYINT": "toInt", "UBIGINT": "toInt", "UINT": "toInt", "USMALLINT": "toInt", "UTINYINT": "toInt",
        "DOUBLE": "toFloat", "FLOAT": "toFloat", "DATE": "toDate", "DATE32": "toDate", "DATETIME": "toDateTime",
        "DATETIME64": "toDateTime64", "TIMESTAMP": "toDateTime", "BOOLEAN": "toBool", "UUID": "toUUID",
    }
)  # fmt: skip


class Resolver(Protocol):
    """Where an expression finds what it names."""

    def field(self, chain: Sequence[str]) -> Typed | None: ...

    def placeholder(self, name: str) -> Typed: ...

    def query(self, tree: exp.Expr) -> tuple[exp.Query, Mapping[str, Typed]]: ...

    def call(self, name: str, node: exp.Expr, build: ExpressionBuilder) -> Typed: ...

    def in_cohort(self, identifier: JSON) -> Typed: ...


class ExpressionBuilder:
    """Builds expressions against one resolver; `names` are the parameters of the lambdas around."""

    def __init__(
        self, resolver: Resolver, coercions: Coercions, names: Mapping[str, Typed] | None = None
    ) -> None:
        self.resolver = resolver
        self.coercions = coercions
        self.names = names or {}

    def build(self, node: exp.Expr) -> Typed:
        """One expression; raises HogQLError, naming what it is, for one that is not known."""
        builder = BUILDERS.get(type(node).__name__)
        if builder is None:
            raise HogQLError(f"Unsupported expression: {written(node)[:200]}")
        if node.args.get("negate"):
            positive = node.copy()
            positive.set("negate", None)
            return Typed(sql.negated(exp.Paren(this=self.condition(positive))), kinds.CHOICE)
        return builder(self, node)

    def sql(self, node: exp.Expr) -> Sql:
        """One expression without its type."""
        return self.build(node).sql

    def condition(self, node: exp.Expr) -> Sql:
        """One expression as a condition."""
        return self.coercions.truth(self.build(node))

    def chain(self, node: exp.Expr) -> list[str] | None:
        """The names of `a.b.c`, `a['b']` and the like, None when it is something else."""
        if isinstance(node, exp.Identifier):
            return [node.name]
        if isinstance(node, exp.Column):
            parts = [node.args.get(part) for part in ("catalog", "db", "table", "this")]
            if any(part is not None and not isinstance(part, exp.Identifier) for part in parts):
                return None
            return [part.name for part in parts if part is not None]
        if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Identifier):
            before = self.chain(node.this)
            return [*before, node.expression.name] if before is not None else None
        if isinstance(node, exp.Bracket) and len(node.expressions) == 1:
            key = node.expressions[0]
            before = self.chain(node.this) if isinstance(key, exp.Literal) and key.is_string else None
            return [*before, key.name] if before is not None else None
        return None


def _field(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    chain = builder.chain(node)
    if chain is None:
        return _access(builder, node)
    if chain[0] in builder.names:
        return inside_json(builder.names[chain[0]], chain[1:])
    found = builder.resolver.field(chain)
    if found is None:
        raise _unknown_field(chain, node)
    return found


def _unknown_field(chain: Sequence[str], node: exp.Expr) -> HogQLError:
    identifier = node.find(exp.Identifier)
    start = identifier.meta.get("start") if identifier is not None else None
    end = identifier.meta.get("end") if identifier is not None else None
    if len(chain) > 1:
        return HogQLError(f"Unable to resolve field: {'.'.join(chain)}", start, end)
    return HogQLError(f"Unable to resolve field: {chain[0]}", start, end)


def _access(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    """`array[1]`, `tuple.1` and members of JSON that is not a plain field."""
    if isinstance(node, exp.Column):
        position = node.this
        owner = [node.args.get(part) for part in ("catalog", "db", "table")]
        names = [part.name for part in owner if part is not None]
        found = builder.resolver.field(names) if names and names[0] not in builder.names else None
        found = builder.names.get(names[0]) if names and found is None else found
        if not isinstance(position, exp.Literal) or found is None:
            raise HogQLError(f"Unsupported expression: {written(node)}")
        return _member(found, position.name)
    if isinstance(node, exp.Dot):
        inner = builder.build(node.this)
        if isinstance(node.expression, exp.Literal):
            return _member(inner, node.expression.name)
        return inside_json(inner, [node.expression.name])
    if isinstance(node, exp.Bracket) and len(node.expressions) == 1:
        inner, key = builder.build(node.this), node.expressions[0]
        if isinstance(key, exp.Literal) and key.is_string:
            return inside_json(inner, [key.name])
        if isinstance(key, exp.Literal) and key.name == "0":
            raise HogQLError(INDEX_ERROR, key.meta.get("start"), key.meta.get("end"))
        if inner.kind == kinds.TEXT:
            place = builder.coercions.number(builder.build(key))
            zero_based = exp.Sub(this=exp.Paren(this=place), expression=sql.number(1))
            pointer = sql.call("concat", sql.text("/"), sql.as_text(exp.cast(zero_based, "bigint")))
            return Typed(sql.call("json_extract_string", inner.sql, pointer), kinds.TEXT, nullable=True)
        place = exp.cast(builder.coercions.number(builder.build(key)), "bigint")
        return Typed(sql.call("list_extract", inner.sql, place), kinds.item_kind(inner.kind), nullable=True)
    raise HogQLError(f"Unsupported expression: {written(node)}")


def _member(value: Typed, position: str) -> Typed:
    if position == "0":
        raise HogQLError(INDEX_ERROR)
    read = sql.call("struct_extract_at", value.sql, exp.Literal.number(int(position)))
    parts = (
        value.kind.removeprefix("Tuple(").removesuffix(")").split(", ")
        if value.kind.startswith("Tuple(")
        else []
    )
    place = int(position) - 1
    return Typed(read, parts[place] if 0 <= place < len(parts) else kinds.UNKNOWN, value.nullable)


def _literal(_: ExpressionBuilder, node: exp.Expr) -> Typed:
    if not isinstance(node, exp.Literal) or node.is_string:
        return Typed(sql.text(node.name), kinds.TEXT)
    try:
        whole = not any(sign in node.name for sign in ".eE")
        value: float = int(node.name) if whole else float(node.name)
    except ValueError as error:
        raise HogQLError(f"Not a number: {node.name}") from error
    return Typed(sql.number(value), kinds.WHOLE if whole else kinds.NUMBER)


def constant(value: JSON) -> Typed:
    """A JSON value as an expression."""
    if isinstance(value, list | tuple):
        items = [constant(each) for each in value]
        kind = items[0].kind if items else kinds.NOTHING
        return Typed(sql.call("list_value", *[each.sql for each in items]), kinds.array_of(kind))
    made = sql.constant(value)
    if value is None:
        return Typed(made, kinds.NOTHING, nullable=True)
    if isinstance(value, bool):
        return Typed(made, kinds.LITERAL_BOOL)
    if isinstance(value, int | float):
        return Typed(made, kinds.WHOLE if isinstance(value, int) else kinds.NUMBER)
    return Typed(made, kinds.TEXT)


def _null(_: ExpressionBuilder, __: exp.Expr) -> Typed:
    return Typed(exp.null(), kinds.NOTHING, nullable=True)


def _boolean(_: ExpressionBuilder, node: exp.Expr) -> Typed:
    return Typed(exp.true() if node.this else exp.false(), kinds.LITERAL_BOOL)


def _paren(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    inner = builder.build(node.this)
    return inner.at(exp.Paren(this=inner.sql))


def _connector(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    left, right = builder.condition(node.this), builder.condition(node.expression)
    return Typed(type(node)(this=_wrapped(left), expression=_wrapped(right)), kinds.CHOICE)


def _wrapped(condition: Sql) -> Sql:
    return exp.Paren(this=condition) if isinstance(condition, exp.Connector) else condition


def _not(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    inner = node.this
    if isinstance(inner, exp.Is):
        return Typed(exp.not_(builder.sql(inner)), kinds.CHOICE)
    return Typed(sql.negated(exp.Paren(this=builder.condition(inner))), kinds.CHOICE)


def _is(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    if isinstance(node.expression, exp.Null):
        return Typed(exp.Is(this=_operand(builder.sql(node.this)), expression=exp.null()), kinds.CHOICE)
    return _equality(builder, exp.EQ(this=node.this, expression=node.expression))


def _operand(value: Sql) -> Sql:
    return (
        exp.Paren(this=value)
        if isinstance(value, exp.Binary | exp.Not | exp.Neg | exp.Between | exp.In)
        else value
    )


def _equality(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    """PostHog: null = null is 1, null != 2 is 1; a comparison is never null."""
    left, right = builder.build(node.this), builder.build(node.expression)
    one, other = (_operand(each) for each in comparable(left, right, builder.coercions))
    equal = isinstance(node, exp.EQ)
    if (left.nullable and right.nullable) or kinds.NOTHING in (left.kind, right.kind):
        made: Sql = (exp.NullSafeEQ if equal else exp.NullSafeNEQ)(this=one, expression=other)
    elif left.nullable or right.nullable:
        made = exp.func("coalesce", exp.EQ(this=one, expression=other), exp.false())
        made = made if equal else exp.not_(made)
    else:
        made = (exp.EQ if equal else exp.NEQ)(this=one, expression=other)
    return Typed(made, kinds.CHOICE)


def _order(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    left, right = builder.build(node.this), builder.build(node.expression)
    one, other = (_operand(each) for each in comparable(left, right, builder.coercions))
    made: Sql = type(node)(this=one, expression=other)
    if left.nullable or right.nullable:
        made = exp.func("coalesce", made, exp.false())
    return Typed(made, kinds.CHOICE)


def _between(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    low = exp.GTE(this=node.this, expression=node.args["low"])
    high = exp.LTE(this=node.this.copy(), expression=node.args["high"])
    return Typed(exp.Paren(this=exp.and_(builder.sql(low), builder.sql(high))), kinds.CHOICE)


def _like(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    text = builder.coercions.text(builder.build(node.this))
    pattern = builder.coercions.text(builder.build(node.expression))
    found = exp.Escape(
        this=type(node)(this=_operand(text), expression=_operand(pattern)), expression=sql.text("\\")
    )
    return Typed(exp.func("coalesce", exp.Paren(this=found), exp.false()), kinds.CHOICE)


def _in(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    needle = builder.build(node.this)
    query = node.args.get("query")
    if query is not None:
        inner = query.unnest() if isinstance(query, exp.Subquery) else query
        compiled, columns = builder.resolver.query(inner)
        kind = next(iter(columns.values())).kind if columns else kinds.UNKNOWN
        value = (
            sql.as_text(needle.sql) if {needle.kind, kind} == {kinds.IDENTIFIER, kinds.TEXT} else needle.sql
        )
        if kind == kinds.IDENTIFIER and needle.kind == kinds.TEXT:
            value = exp.TryCast(this=needle.sql, to=exp.DataType.build("uuid"))
        found: Sql = exp.In(this=_operand(value), query=compiled.subquery(copy=False))
        return Typed(exp.func("coalesce", found, exp.false()), kinds.CHOICE)
    given = node.expressions
    if node.args.get("field") is not None:
        given = [node.args["field"]]
    if len(given) == 1 and isinstance(given[0], exp.Tuple | exp.Array):
        given = given[0].expressions
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
        found = exp.In(this=_operand(pairs[0][0]), expressions=[pair[1] for pair in pairs])
    else:
        found = exp.Paren(
            this=sql.any_of(exp.EQ(this=_operand(one), expression=_operand(other)) for one, other in pairs)
        )
    return Typed(exp.func("coalesce", found, exp.false()) if needle.nullable else found, kinds.CHOICE)


def _case(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    subject = node.args.get("this")
    branches: list[tuple[Sql, Typed]] = []
    for each in node.args.get("ifs") or []:
        test = exp.EQ(this=subject.copy(), expression=each.this) if subject is not None else each.this
        branches.append((builder.condition(test), builder.build(each.args["true"])))
    default = node.args.get("default")
    return chosen(branches, builder.build(default) if default is not None else None, builder.coercions)


def chosen(branches: Sequence[tuple[Sql, Typed]], default: Typed | None, coercions: Coercions) -> Typed:
    """The value of the first condition that holds; values of different types become text."""
    values = [value for _, value in branches] + ([default] if default is not None else [])
    found = {value.kind for value in values if value.kind != kinds.NOTHING}
    kind = (
        found.pop() if len(found) == 1 else kinds.NUMBER if found <= kinds.NUMBERS and found else kinds.TEXT
    )
    mixed = kind == kinds.TEXT
    made = exp.Case()
    for condition, value in branches:
        made = made.when(
            condition, coercions.text(value) if mixed and value.kind != kinds.NOTHING else value.sql
        )
    if default is not None:
        made = made.else_(coercions.text(default) if mixed and default.kind != kinds.NOTHING else default.sql)
    nullable = default is None or any(value.nullable for value in values)
    return Typed(made, kind if values else kinds.NOTHING, nullable)


def _if(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    false = node.args.get("false")
    branch = (builder.condition(node.this), builder.build(node.args["true"]))
    return chosen([branch], builder.build(false) if false is not None else None, builder.coercions)


def _coalesce(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    return coalesced([builder.build(each) for each in (node.this, *node.expressions)], builder.coercions)


def coalesced(values: Sequence[Typed], coercions: Coercions) -> Typed:
    """The first value that is not null; null only if all are."""
    found = {each.kind for each in values if each.kind != kinds.NOTHING}
    numeric = bool(found) and found <= kinds.NUMBERS
    kind = next(iter(found)) if len(found) == 1 else kinds.NUMBER if numeric else kinds.TEXT
    uniform = len(found) <= 1 or numeric
    parts = [each.sql if uniform or each.kind == kinds.NOTHING else coercions.text(each) for each in values]
    return Typed(exp.func("coalesce", *parts), kind, all(each.nullable for each in values))


def _arithmetic(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    left, right = builder.build(node.this), builder.build(node.expression)
    nullable = left.nullable or right.nullable
    times = kinds.TIMES | {kinds.DAY}
    if left.kind in times or right.kind in times:
        return _date_arithmetic(builder, node, left, right)
    one, other = (_operand(builder.coercions.number(each)) for each in (left, right))
    made = type(node)(this=one, expression=other)
    if isinstance(node, exp.Div):
        return Typed(exp.Div(this=one, expression=other, typed=False, safe=False), kinds.NUMBER, nullable)
    fractions = {left.kind, right.kind} & {kinds.NUMBER, kinds.TEXT, kinds.UNKNOWN}
    kind = (
        kinds.INTERVAL
        if kinds.INTERVAL in (left.kind, right.kind)
        else kinds.NUMBER
        if fractions
        else kinds.WHOLE
    )
    return Typed(made, kind, nullable)


def _date_arithmetic(builder: ExpressionBuilder, node: exp.Expr, left: Typed, right: Typed) -> Typed:
    nullable = left.nullable or right.nullable
    times = kinds.TIMES | {kinds.DAY}
    one, other = _operand(left.sql), _operand(right.sql)
    if left.kind in times and right.kind in times:
        if left.kind == right.kind == kinds.DAY:
            return Typed(exp.Sub(this=one, expression=other), kinds.WHOLE, nullable)
        return Typed(sql.call("date_diff", sql.text("second"), other, one), kinds.WHOLE, nullable)
    date, amount = (left, right) if left.kind in times else (right, left)
    step = amount.sql
    if amount.kind in kinds.NUMBERS:
        unit = "to_days" if date.kind == kinds.DAY else "to_seconds"
        step = sql.call(unit, exp.cast(amount.sql, "int" if unit == "to_days" else "bigint"))
    elif amount.kind != kinds.INTERVAL:
        raise HogQLError(f"Unsupported expression: {written(node)}")
    made: Sql = type(node)(this=_operand(date.sql), expression=_operand(step))
    if date.kind == kinds.DAY and amount.kind in kinds.NUMBERS:
        made = exp.cast(exp.Paren(this=made), "date")
    kind = date.kind if date.kind != kinds.DAY or amount.kind in kinds.NUMBERS else kinds.TIME
    return Typed(made, kind, nullable)


def _negative(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    inner = builder.build(node.this)
    number = builder.coercions.number(inner)
    kind = inner.kind if inner.kind in kinds.NUMBERS else kinds.NUMBER
    return Typed(
        exp.Neg(this=exp.Paren(this=number)), kinds.WHOLE if kind == kinds.COUNT else kind, inner.nullable
    )


def _interval(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    unit = str(node.args.get("unit") or "").lower().rstrip("s")
    name = f"toInterval{unit.capitalize()}"
    amount = node.this
    if isinstance(amount, exp.Literal):
        amount = exp.Literal.number(amount.name)
    return builder.build(exp.AnonymousAggFunc(this=name, expressions=[amount]))


def _cast(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    to = node.args["to"]
    name = CASTS.get(
        to.this.name
        if isinstance(to, exp.DataType) and not isinstance(to.this, str)
        else str(to.this).upper()
    )
    if name is None:
        raise HogQLError(f"Unsupported type: {written(to)}")
    return builder.build(exp.AnonymousAggFunc(this=name, expressions=[node.this]))


def _concat(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    parts = [builder.build(each) for each in (node.this, node.expression)]
    texts = [builder.coercions.text(each) for each in parts]
    made = exp.DPipe(this=_operand(texts[0]), expression=_operand(texts[1]), safe=False)
    return Typed(made, kinds.TEXT, any(each.nullable for each in parts))


def _array(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    return array([builder.build(each) for each in node.expressions], builder.coercions)


def array(items: Sequence[Typed], coercions: Coercions) -> Typed:
    """A list; items of different types become text."""
    found = {each.kind for each in items if each.kind != kinds.NOTHING}
    numeric = bool(found) and found <= kinds.NUMBERS
    kind = next(iter(found)) if len(found) == 1 else kinds.NUMBER if numeric else kinds.TEXT
    uniform = len(found) <= 1 or numeric
    parts = [each.sql if uniform or each.kind == kinds.NOTHING else coercions.text(each) for each in items]
    return Typed(sql.call("list_value", *parts), kinds.array_of(kind if items else kinds.NOTHING))


def _tuple(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    return tuple_of([builder.build(each) for each in node.expressions])


def tuple_of(items: Sequence[Typed]) -> Typed:
    """A tuple."""
    return Typed(
        sql.call("row", *[each.sql for each in items]), f"Tuple({', '.join(each.kind for each in items)})"
    )


def _lambda(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    names = [each.name for each in node.expressions]
    known = {
        name: Typed(exp.column(exp.to_identifier(name, quoted=True)), kinds.UNKNOWN, True) for name in names
    }
    inner = ExpressionBuilder(builder.resolver, builder.coercions, {**builder.names, **known})
    body = inner.build(node.this)
    parameters = [exp.to_identifier(name, quoted=True) for name in names]
    return Typed(exp.Lambda(this=body.sql, expressions=parameters), body.kind)


def _subquery(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    inner = node.unnest() if isinstance(node, exp.Subquery) else node
    compiled, columns = builder.resolver.query(inner)
    kind = next(iter(columns.values())).kind if columns else kinds.UNKNOWN
    return Typed(compiled.subquery(copy=False), kind, nullable=True)


def _placeholder(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    return builder.resolver.placeholder(str(node.this))


def _extract(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    unit = node.this.name.lower()
    names = {"day": "toDayOfMonth", "week": "toISOWeek", "dow": "toDayOfWeek", "doy": "toDayOfYear"}
    name = names.get(unit, f"to{unit.capitalize()}")
    return builder.build(exp.AnonymousAggFunc(this=name, expressions=[node.expression]))


def _call(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    if node.name == IN_COHORT:
        identifier = node.expressions[1]
        value: JSON = identifier.name if isinstance(identifier, exp.Literal) else None
        return builder.resolver.in_cohort(int(value) if isinstance(value, str) and value.isdigit() else value)
    return builder.resolver.call(node.name, node, builder)


Builder = Callable[[ExpressionBuilder, exp.Expr], Typed]

BUILDERS: Mapping[str, Builder] = MappingProxyType(
    {
        "Column": _field, "Identifier": _field, "Dot": _field, "Bracket": _field,
        "Literal": _literal, "Null": _null, "Boolean": _boolean, "Paren": _paren,
        "And": _connector, "Or": _connector, "Not": _not, "Is": _is,
        "EQ": _equality, "NEQ": _equality, "GT": _order, "GTE": _order, "LT": _order, "LTE": _order,
        "Between": _between, "Like": _like, "ILike": _like, "In": _in,
        "Case": _case, "If": _if, "Coalesce": _coalesce,
        "Add": _arithmetic, "Sub": _arithmetic, "Mul": _arithmetic, "Div": _arithmetic, "Mod": _arithmetic,
        "Neg": _negative, "Interval": _interval, "Cast": _cast, "TryCast": _cast, "DPipe": _concat,
        "Array": _array, "Tuple": _tuple, "Lambda": _lambda, "Subquery": _subquery, "Select": _subquery,
        "Placeholder": _placeholder, "Extract": _extract,
        "AnonymousAggFunc": _call, "ParameterizedAgg": _call, "Anonymous": _call, "Window": _call,
    }
)  # fmt: skip
