"""HogQL expressions, built anew for the event store's database.

Every kind of node has its own row in `BUILDERS`; a node without one is an error, so nothing passes unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.hogql import kinds, operators
from mockserver.analytics.hogql.coercion import Coercions
from mockserver.analytics.hogql.dialect import IN_COHORT
from mockserver.analytics.hogql.errors import HogQLError
from mockserver.analytics.hogql.fields import inside_json
from mockserver.analytics.hogql.functions import INDEX_ERROR
from mockserver.analytics.hogql.kinds import Typed
from mockserver.analytics.hogql.parsing import written
from mockserver.analytics.hogql.values import array, chosen, coalesced, element, tuple_of
from mockserver.analytics.model import JSON
from mockserver.analytics.sql import Sql

CASTS: Mapping[str, str] = MappingProxyType(
    {
        "TEXT": "toString", "VARCHAR": "toString", "BIGINT": "toInt64", "INT": "toInt64",
        "SMALLINT": "toInt64",
        "TINYINT": "toInt64", "UBIGINT": "toInt64", "UINT": "toInt64", "USMALLINT": "toInt64",
        "UTINYINT": "toInt64",
        "DOUBLE": "toFloat", "FLOAT": "toFloat", "DATE": "toDate", "DATE32": "toDate",
        "DATETIME": "toDateTime",
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
        check_parts(node)
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
        return element(inner, place)
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


def _hexadecimal(_: ExpressionBuilder, node: exp.Expr) -> Typed:
    return Typed(sql.number(int(node.name, 16)), kinds.WHOLE)


def _null(_: ExpressionBuilder, __: exp.Expr) -> Typed:
    return Typed(exp.null(), kinds.NOTHING, nullable=True)


def _boolean(_: ExpressionBuilder, node: exp.Expr) -> Typed:
    return Typed(exp.true() if node.this else exp.false(), kinds.LITERAL_BOOL)


def _paren(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    inner = builder.build(node.this)
    return inner.at(exp.Paren(this=inner.sql))


def _case(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    subject = node.args.get("this")
    branches: list[tuple[Sql, Typed]] = []
    for each in node.args.get("ifs") or []:
        test = exp.EQ(this=subject.copy(), expression=each.this) if subject is not None else each.this
        branches.append((builder.condition(test), builder.build(each.args["true"])))
    default = node.args.get("default")
    return chosen(branches, builder.build(default) if default is not None else None, builder.coercions)


def _if(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    false = node.args.get("false")
    branch = (builder.condition(node.this), builder.build(node.args["true"]))
    return chosen([branch], builder.build(false) if false is not None else None, builder.coercions)


def _coalesce(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    return coalesced([builder.build(each) for each in (node.this, *node.expressions)], builder.coercions)


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


def _array(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    return array([builder.build(each) for each in node.expressions], builder.coercions)


def _tuple(builder: ExpressionBuilder, node: exp.Expr) -> Typed:
    return tuple_of([builder.build(each) for each in node.expressions])


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
    compiled, columns = builder.resolver.query(node)
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

PLAIN_PARTS = frozenset({"this", "expression", "expressions", "negate"})
FURTHER_PARTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "Column": frozenset({"table", "db", "catalog"}),
        "Between": frozenset({"low", "high"}),
        "In": frozenset({"query", "field"}),
        "Case": frozenset({"ifs", "default"}),
        "If": frozenset({"true", "false"}),
        "Interval": frozenset({"unit"}),
        "Cast": frozenset({"to"}),
        "TryCast": frozenset({"to", "requires_string"}),
        "Div": frozenset({"typed", "safe"}),
        "DPipe": frozenset({"safe"}),
        "Literal": frozenset({"is_string"}),
        "HexString": frozenset({"is_integer"}),
        "Identifier": frozenset({"quoted"}),
        "ParameterizedAgg": frozenset({"params"}),
        "Window": frozenset({"partition_by", "order", "spec", "over", "alias"}),
    }
)
WHOLE_QUERIES = frozenset({"Select", "Subquery"})


def check_parts(node: exp.Expr) -> None:
    """Refuse a node that carries anything its builder would pass over; raises HogQLError."""
    name = type(node).__name__
    if name in WHOLE_QUERIES:
        return
    known = PLAIN_PARTS | FURTHER_PARTS.get(name, frozenset())
    for part, value in node.args.items():
        if value and part not in known:
            raise HogQLError(f"Unsupported {part.replace('_', ' ').strip()} in: {written(node)[:200]}")


BUILDERS: Mapping[str, Builder] = MappingProxyType(
    {
        "Column": _field,
        "Identifier": _field,
        "Dot": _field,
        "Bracket": _field,
        "Literal": _literal,
        "HexString": _hexadecimal,
        "Null": _null,
        "Boolean": _boolean,
        "Paren": _paren,
        "And": operators.connector,
        "Or": operators.connector,
        "Not": operators.negation,
        "Is": operators.null_test,
        "EQ": operators.equality,
        "NEQ": operators.equality,
        "GT": operators.order,
        "GTE": operators.order,
        "LT": operators.order,
        "LTE": operators.order,
        "Between": operators.between,
        "Like": operators.like,
        "ILike": operators.like,
        "In": operators.membership,
        "Case": _case,
        "If": _if,
        "Coalesce": _coalesce,
        "Add": operators.arithmetic,
        "Sub": operators.arithmetic,
        "Mul": operators.arithmetic,
        "Div": operators.arithmetic,
        "Mod": operators.arithmetic,
        "Neg": operators.negative,
        "Interval": _interval,
        "Cast": _cast,
        "TryCast": _cast,
        "DPipe": operators.concat,
        "Array": _array,
        "Tuple": _tuple,
        "Lambda": _lambda,
        "Subquery": _subquery,
        "Select": _subquery,
        "Placeholder": _placeholder,
        "Extract": _extract,
        "AnonymousAggFunc": _call,
        "ParameterizedAgg": _call,
        "Anonymous": _call,
        "Window": _call,
    }
)
