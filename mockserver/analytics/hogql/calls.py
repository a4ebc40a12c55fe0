"""Calls of functions: plain ones, aggregates with `If` and parameters, and windows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.hogql import functions_more, kinds
from mockserver.analytics.hogql.aggregates import aggregate_of, arguments_of, parameters_of
from mockserver.analytics.hogql.documents import json_call
from mockserver.analytics.hogql.errors import HogQLError
from mockserver.analytics.hogql.expressions import ExpressionBuilder
from mockserver.analytics.hogql.kinds import Typed
from mockserver.analytics.hogql.moments import Moments
from mockserver.analytics.hogql.templates import arities, fill, row_of, scalar_row, suggestion
from mockserver.analytics.hogql.values import array, chosen, coalesced, element, tuple_of
from mockserver.analytics.sql import Sql

COMPARISONS = {
    "equals": exp.EQ, "notEquals": exp.NEQ, "less": exp.LT, "greater": exp.GT, "lessOrEquals": exp.LTE,
    "greaterOrEquals": exp.GTE,
}  # fmt: skip
MEASURES = frozenset({"length", "totypename", "hex"})
KEYED_BY = frozenset(
    {"arraymap", "arraysum", "arrayavg", "arraymin", "arraymax", "arraysort", "arrayreversesort"}
)
IN_FRAME = frozenset({"laginframe", "leadinframe"})


class Calls:
    """Builds calls; `now` is local, without a zone."""

    def __init__(self, now: datetime, zone_name: str) -> None:
        self._zone_name = zone_name
        self._moments = Moments(now, zone_name)

    def build(self, name: str, node: exp.Expr, builder: ExpressionBuilder) -> Typed:
        """One call; raises HogQLError naming the function when there is none."""
        if isinstance(node, exp.Window):
            return self._window(node, builder)
        special = self._special(name, node, builder)
        if special is not None:
            return special
        arguments, parameters = arguments_of(node), parameters_of(node)
        aggregate = aggregate_of(name, arguments, parameters, builder)
        if aggregate is not None:
            return aggregate
        row = scalar_row(name, len(arguments)) if not parameters else None
        if row is None:
            raise _unknown(name, node, len(arguments))
        return fill(row, [builder.build(each) for each in arguments], builder.coercions.table())

    def _window(self, node: exp.Window, builder: ExpressionBuilder) -> Typed:
        inner = node.this
        arguments = arguments_of(inner)
        row = row_of(functions_more.WINDOWS, inner.name, len(arguments))
        if row is not None:
            function = fill(row, [builder.build(each) for each in arguments], builder.coercions.table())
        else:
            found = aggregate_of(inner.name, arguments, parameters_of(inner), builder)
            if found is None:
                raise _unknown(inner.name, inner, len(arguments))
            function = found
        order = node.args.get("order")
        # An aggregate that is never null stands inside a coalesce, which belongs around the window.
        default = function.sql.expressions if isinstance(function.sql, exp.Coalesce) else []
        made: Sql = exp.Window(
            this=function.sql.this if default else function.sql,
            partition_by=[builder.sql(each) for each in node.args.get("partition_by") or []],
            order=_order(order, builder) if order is not None else None,
            spec=_spec(node.args.get("spec")),
        )
        if node.args.get("alias") is not None:
            raise HogQLError("Named windows are not supported")
        made = exp.func("coalesce", made, *default) if default else made
        if inner.name.lower() in IN_FRAME and not function.nullable:
            outside = kinds.default(function.kind)
            made = exp.func("coalesce", made, outside) if outside is not None else made
        return Typed(made, function.kind, nullable=function.nullable)

    def _special(self, name: str, node: exp.Expr, builder: ExpressionBuilder) -> Typed | None:
        """Functions that no template can say: logic and choices first."""
        arguments = arguments_of(node)
        lowered = name.lower()
        if name in COMPARISONS and len(arguments) == 2:
            return builder.build(COMPARISONS[name](this=arguments[0], expression=arguments[1]))
        if lowered in ("and", "or") and arguments:
            conditions = [exp.Paren(this=builder.condition(each)) for each in arguments]
            return Typed(sql.all_of(conditions) if lowered == "and" else sql.any_of(conditions), kinds.CHOICE)
        if lowered == "if" and len(arguments) == 3:
            branch = (builder.condition(arguments[0]), builder.build(arguments[1]))
            return chosen([branch], builder.build(arguments[2]), builder.coercions)
        if lowered == "multiif" and len(arguments) >= 3 and len(arguments) % 2:
            pairs = zip(arguments[:-1:2], arguments[1::2], strict=True)
            branches = [(builder.condition(test), builder.build(value)) for test, value in pairs]
            return chosen(branches, builder.build(arguments[-1]), builder.coercions)
        if lowered in ("coalesce", "ifnull") and arguments:
            return coalesced([builder.build(each) for each in arguments], builder.coercions)
        if lowered in ("in", "notin") and len(arguments) == 2:
            inside: exp.Expr = exp.In(this=arguments[0], expressions=[arguments[1]])
            return builder.build(inside if lowered == "in" else exp.Not(this=inside))
        return self._composed(name, node, arguments, builder)

    def _composed(
        self, name: str, node: exp.Expr, arguments: Sequence[exp.Expr], builder: ExpressionBuilder
    ) -> Typed | None:
        """Lists, tuples, text and JSON put together or taken apart."""
        lowered = name.lower()
        if lowered == "array":
            return array([builder.build(each) for each in arguments], builder.coercions)
        if lowered == "tuple":
            return tuple_of([builder.build(each) for each in arguments])
        if lowered in ("greatest", "least") and arguments:
            values = [builder.build(each) for each in arguments]
            made = sql.call(lowered, *[each.sql for each in values])
            return Typed(made, values[0].kind, any(each.nullable for each in values))
        if lowered in ("concat", "concatws", "concatwithseparator", "format") and arguments:
            return self._text(
                lowered.replace("withseparator", "ws"), [builder.build(each) for each in arguments], builder
            )
        if len(arguments) >= 2 and isinstance(arguments[0], exp.Lambda):
            return self._higher(name, node, arguments, builder)
        if lowered == "arrayconcat" and len(arguments) > 2:
            return builder.build(_nested(name, [_nested(name, arguments[:-1]), arguments[-1]]))
        if lowered == "arrayzip" and len(arguments) >= 2:
            return self._zip([builder.build(each) for each in arguments])
        if lowered.startswith("json") and len(arguments) >= 1:
            return json_call(lowered, [builder.build(each) for each in arguments], builder.coercions)
        if lowered in MEASURES and len(arguments) == 1:
            return self._measured(lowered, builder.build(arguments[0]), builder)
        if lowered == "arrayelement" and len(arguments) == 2:
            place = exp.cast(builder.coercions.number(builder.build(arguments[1])), "bigint")
            return element(builder.build(arguments[0]), place)
        return self._moments.build(lowered, arguments, builder)

    def _text(self, name: str, values: Sequence[Typed], builder: ExpressionBuilder) -> Typed:
        texts = [builder.coercions.text(each) for each in values]
        nullable = any(each.nullable for each in values)
        if name == "format":
            return Typed(sql.call("format", *texts), kinds.TEXT, nullable)
        if name == "concatws":
            return Typed(sql.call("concat_ws", *texts), kinds.TEXT, nullable)
        joined = texts[0]
        for each in texts[1:]:
            joined = exp.DPipe(this=joined, expression=exp.Paren(this=each), safe=False)
        return Typed(exp.Paren(this=joined), kinds.TEXT, nullable)

    def _zip(self, values: Sequence[Typed]) -> Typed:
        kind = ", ".join(kinds.item_kind(each.kind) for each in values)
        return Typed(sql.call("list_zip", *[each.sql for each in values]), kinds.array_of(f"Tuple({kind})"))

    def _higher(
        self, name: str, node: exp.Expr, arguments: Sequence[exp.Expr], builder: ExpressionBuilder
    ) -> Typed:
        """A function over arrays: several arrays become one of tuples, which the lambda takes apart."""
        function = arguments[0]
        row = scalar_row(name, 2)
        if row is None or not isinstance(function, exp.Lambda):
            raise _unknown(name, node, len(arguments))
        arrays = [builder.build(each) for each in arguments[1:]]
        parameters = function.expressions
        if len(parameters) != len(arrays):
            raise HogQLError(
                f"{name} needs a function of as many parameters as there are arrays", *_place(node)
            )
        item = exp.column(exp.to_identifier(parameters[0].name, quoted=True))
        names = {
            each.name: Typed(
                item.copy()
                if len(arrays) == 1
                else sql.call("struct_extract_at", item.copy(), sql.number(place)),
                kinds.item_kind(array.kind),
                nullable=True,
            )
            for place, (each, array) in enumerate(zip(parameters, arrays, strict=True), 1)
        }
        inner = ExpressionBuilder(builder.resolver, builder.coercions, {**builder.names, **names})
        body = inner.build(function.this)
        tests = name.lower() not in KEYED_BY
        made = exp.Lambda(this=inner.coercions.truth(body) if tests else body.sql, expressions=[item.this])
        source = arrays[0] if len(arrays) == 1 else self._zip(arrays)
        filled = fill(row, [Typed(made, body.kind), source], builder.coercions.table())
        if name.lower() in ("arrayfirst", "arraylast"):
            otherwise = kinds.default(filled.kind)
            return filled.at(exp.func("coalesce", filled.sql, otherwise)) if otherwise is not None else filled
        return Typed(filled.sql, kinds.array_of(body.kind)) if name.lower() == "arraymap" else filled

    def _measured(self, name: str, value: Typed, builder: ExpressionBuilder) -> Typed | None:
        """What hangs on the type of the one argument."""
        if name == "length":
            measure = "strlen" if value.kind == kinds.TEXT else "len"  # ClickHouse: text's length in bytes
            return Typed(sql.call(measure, value.sql), kinds.COUNT, value.nullable)
        if name == "totypename":
            return Typed(sql.text(kinds.shown(value.kind, value.nullable, self._zone_name)), kinds.TEXT)
        if name == "hex":
            if value.kind == kinds.DIGEST:
                return Typed(value.sql, kinds.TEXT, value.nullable)
            if value.kind in kinds.NUMBERS - {kinds.NUMBER}:
                digits = sql.call("to_hex", exp.cast(value.sql, "ubigint"))
                odd = exp.EQ(
                    this=exp.Mod(this=sql.call("length", digits), expression=sql.number(2)),
                    expression=sql.number(1),
                )
                padded = sql.call("concat", sql.text("0"), digits.copy())
                return Typed(sql.case([(odd, padded)], digits.copy()), kinds.TEXT, value.nullable)
            return Typed(sql.call("hex", builder.coercions.text(value)), kinds.TEXT, value.nullable)
        return None


def _nested(name: str, arguments: Sequence[exp.Expr]) -> exp.Expr:
    return exp.AnonymousAggFunc(this=name, expressions=list(arguments))


def _unknown(name: str, node: exp.Expr, count: int) -> HogQLError:
    expected = arities(name)
    if expected:
        wanted = " or ".join(str(each) for each in expected)
        plural = "argument" if expected == [1] else "arguments"
        return HogQLError(f"Function '{name}' expects {wanted} {plural}, found {count}", *_place(node))
    return HogQLError(f"Unsupported function call '{name}(...)'.{suggestion(name)}", *_place(node))


def _place(node: exp.Expr) -> tuple[int | None, int | None]:
    meta = node.meta or {}
    return meta.get("start"), meta.get("end")


def _order(order: exp.Order, builder: ExpressionBuilder) -> exp.Order:
    return exp.Order(
        expressions=[
            exp.Ordered(this=builder.sql(each.this), desc=bool(each.args.get("desc")), nulls_first=False)
            for each in order.expressions
        ]
    )


def _spec(spec: exp.Expr | None) -> exp.WindowSpec | None:
    if spec is None:
        return None

    def edge(name: str) -> str | None:
        value = spec.args.get(name)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, exp.Literal) and value.name.isdigit():
            return value.name
        raise HogQLError("Unsupported window frame")

    return exp.WindowSpec(
        kind="RANGE" if str(spec.args.get("kind")).upper() == "RANGE" else "ROWS",
        start=edge("start"), start_side=edge("start_side"), end=edge("end"), end_side=edge("end_side"),
    )  # fmt: skip
