"""Calls of functions: plain ones, aggregates with `If` and parameters, and windows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.hogql import functions_more, kinds
from mockserver.analytics.hogql.errors import HogQLError
from mockserver.analytics.hogql.expressions import ExpressionBuilder
from mockserver.analytics.hogql.formats import strftime_format
from mockserver.analytics.hogql.kinds import Typed
from mockserver.analytics.hogql.templates import arities, fill, row_of, scalar_row, suggestion
from mockserver.analytics.hogql.values import array, chosen, coalesced, tuple_of
from mockserver.analytics.sql import Sql

COMPARISONS = {
    "equals": exp.EQ, "notEquals": exp.NEQ, "less": exp.LT, "greater": exp.GT, "lessOrEquals": exp.LTE,
    "greaterOrEquals": exp.GTE,
}  # fmt: skip
IF = "If"
NEVER_AGGREGATES = frozenset({"if", "multiIf", "nullIf"})


class Calls:
    """Builds calls; `now` is local, without a zone, and `utc_offset` undone by `to_utc`."""

    def __init__(self, now: datetime, zone_name: str) -> None:
        self._now = now
        self._zone_name = zone_name

    def build(self, name: str, node: exp.Expr, builder: ExpressionBuilder) -> Typed:
        """One call; raises HogQLError naming the function when there is none."""
        if isinstance(node, exp.Window):
            return self._window(node, builder)
        special = self._special(name, node, builder)
        if special is not None:
            return special
        arguments, parameters = _arguments(node), _parameters(node)
        aggregate = _aggregate(name, arguments, parameters, builder)
        if aggregate is not None:
            return aggregate
        row = scalar_row(name, len(arguments)) if not parameters else None
        if row is None:
            raise _unknown(name, node, len(arguments))
        return fill(row, [builder.build(each) for each in arguments], builder.coercions.table())

    def _window(self, node: exp.Window, builder: ExpressionBuilder) -> Typed:
        inner = node.this
        arguments = _arguments(inner)
        row = row_of(functions_more.WINDOWS, inner.name, len(arguments))
        if row is not None:
            function = fill(row, [builder.build(each) for each in arguments], builder.coercions.table())
        else:
            found = _aggregate(inner.name, arguments, _parameters(inner), builder)
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
        return Typed(made, function.kind, nullable=function.nullable)

    def _special(self, name: str, node: exp.Expr, builder: ExpressionBuilder) -> Typed | None:
        """Functions that no template can say: logic and choices first."""
        arguments = _arguments(node)
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
        if lowered in ("concat", "concatws", "format") and arguments:
            return self._text(lowered, [builder.build(each) for each in arguments], builder)
        if len(arguments) >= 2 and isinstance(arguments[0], exp.Lambda):
            return self._higher(name, node, arguments, builder)
        if lowered == "arrayzip" and len(arguments) >= 2:
            return self._zip([builder.build(each) for each in arguments])
        if lowered.startswith("json") and len(arguments) >= 1:
            return self._json(lowered, [builder.build(each) for each in arguments], builder)
        return self._moment(lowered, arguments, builder)

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
        tests = name.lower() not in ("arraymap", "arraysum", "arrayavg")
        made = exp.Lambda(this=inner.coercions.truth(body) if tests else body.sql, expressions=[item.this])
        source = arrays[0] if len(arrays) == 1 else self._zip(arrays)
        filled = fill(row, [Typed(made, body.kind), source], builder.coercions.table())
        return Typed(filled.sql, kinds.array_of(body.kind)) if name.lower() == "arraymap" else filled

    def _json(self, name: str, values: Sequence[Typed], builder: ExpressionBuilder) -> Typed | None:
        """JSONExtract and its relations: the document first, then the way down by names and places from 1."""
        document = builder.coercions.text(values[0])
        way, wanted = list(values[1:]), name.removeprefix("jsonextract")
        if name == "jsonextract" and way:
            literal = way.pop().sql
            wanted = (
                literal.name.lower().removeprefix("nullable(").rstrip(")")
                if isinstance(literal, exp.Literal)
                else ""
            )
        pointer: Sql = sql.text("")
        for step in way:
            part: Sql = builder.coercions.text(step)
            if step.kind in kinds.NUMBERS:
                part = sql.as_text(exp.Paren(this=exp.Sub(this=step.sql, expression=sql.number(1))))
            pointer = sql.call("concat", pointer, sql.text("/"), part)
        if isinstance(values[0].sql, exp.Literal) or way:
            pointer = _folded(pointer)
        read = sql.call("json_extract_string", document, pointer) if way else document
        if name == "jsonhas":
            return Typed(sql.call("json_exists", document, pointer), kinds.CHOICE)
        if name == "jsonextractraw":
            raw = sql.as_text(sql.call("json_extract", document, pointer))
            return Typed(exp.func("coalesce", raw, sql.text("")), kinds.TEXT)
        if name == "jsonextractstring" or wanted == "string":
            return Typed(exp.func("coalesce", read, sql.text("")), kinds.TEXT)
        if wanted in ("int", "uint", "int64", "uint64", "int32"):
            whole = exp.TryCast(this=sql.call("trunc", sql.as_double(read)), to=exp.DataType.build("bigint"))
            return Typed(exp.func("coalesce", whole, sql.number(0)), kinds.WHOLE)
        if wanted in ("float", "float64"):
            return Typed(exp.func("coalesce", sql.as_double(read), sql.number(0)), kinds.NUMBER)
        if wanted in ("bool", "boolean"):
            truth = exp.TryCast(this=read, to=exp.DataType.build("boolean"))
            return Typed(exp.func("coalesce", truth, exp.false()), kinds.CHOICE)
        if wanted == "array(string" or (name == "jsonextract" and wanted.startswith("array")):
            listed = sql.call(
                "from_json", sql.call("json_extract", document, pointer), sql.text('["VARCHAR"]')
            )
            return Typed(exp.func("coalesce", listed, sql.call("list_value")), kinds.array_of(kinds.TEXT))
        return None

    def _moment(self, name: str, arguments: Sequence[exp.Expr], builder: ExpressionBuilder) -> Typed | None:
        count = len(arguments)
        now = exp.cast(exp.Literal.string(self._now.isoformat(" ", "microseconds")), "timestamp")
        if name in ("now", "now64") and count <= 1:
            return Typed(now, kinds.TIME if name == "now" else kinds.PRECISE_TIME)
        if name in ("today", "yesterday", "current_date") and not count:
            day = exp.cast(exp.Literal.string(self._now.date().isoformat()), "date")
            if name == "yesterday":
                return Typed(
                    exp.cast(exp.Paren(this=exp.Sub(this=day, expression=sql.number(1))), "date"), kinds.DAY
                )
            return Typed(day, kinds.DAY)
        if name in ("formatdatetime", "todate", "tostring") and count == 2 and name == "formatdatetime":
            value, pattern = builder.build(arguments[0]), arguments[1]
            if not isinstance(pattern, exp.Literal):
                raise HogQLError("formatDateTime needs its format as text")
            made = sql.call(
                "strftime", builder.coercions.moment(value), sql.text(strftime_format(pattern.name))
            )
            return Typed(made, kinds.TEXT, value.nullable)
        if name in ("tounixtimestamp", "tounixtimestamp64milli") and count >= 1:
            value = builder.build(arguments[0])
            seconds = sql.call("epoch", self._to_utc(builder.coercions.moment(value)))
            if name.endswith("milli"):
                seconds = exp.Mul(this=seconds, expression=sql.number(1000))
            return Typed(exp.cast(sql.call("floor", seconds), "bigint"), kinds.WHOLE, value.nullable)
        if name in ("fromunixtimestamp", "fromunixtimestamp64milli") and count == 1:
            value = builder.build(arguments[0])
            number: Sql = builder.coercions.number(value)
            if name.endswith("milli"):
                number = exp.Div(this=exp.Paren(this=number), expression=sql.number(1000))
            return Typed(builder.coercions.moment(Typed(number, kinds.NUMBER)), kinds.TIME, value.nullable)
        if name == "totimezone" and count == 2:
            value = builder.build(arguments[0])
            zone = builder.coercions.text(builder.build(arguments[1]))
            moved = sql.call("timezone", zone, sql.call("timezone", sql.text(self._zone_name), value.sql))
            return Typed(moved, value.kind, value.nullable)
        if name in ("dateadd", "date_add", "datesub", "date_sub") and count in (2, 3):
            return self._shifted(name.endswith("sub"), arguments, builder)
        return None

    def _shifted(self, back: bool, arguments: Sequence[exp.Expr], builder: ExpressionBuilder) -> Typed:
        kind = exp.Sub if back else exp.Add
        if len(arguments) == 2:
            return builder.build(kind(this=arguments[0], expression=arguments[1]))
        unit = arguments[0].name.lower()
        step = exp.AnonymousAggFunc(this=f"toInterval{unit.capitalize()}", expressions=[arguments[1]])
        return builder.build(kind(this=arguments[2], expression=step))

    def _to_utc(self, local: Sql) -> Sql:
        if self._zone_name == "UTC":
            return local
        return sql.call("timezone", sql.text(self._zone_name), local)


def _folded(pointer: Sql) -> Sql:
    """A pointer of nothing but literals as one literal."""
    parts = list(pointer.find_all(exp.Literal))
    inner = pointer
    while isinstance(inner, exp.Anonymous) and inner.name == "concat":
        last = inner.expressions[-1]
        if not (isinstance(last, exp.Literal) and last.is_string):
            return pointer
        inner = inner.expressions[0]
    literals = sorted(parts, key=lambda each: -each.depth)
    return sql.text("".join(each.name for each in literals)) if literals else pointer


def _arguments(node: exp.Expr) -> list[exp.Expr]:
    if isinstance(node, exp.ParameterizedAgg):
        return list(node.args.get("params") or [])
    return list(node.expressions)


def _parameters(node: exp.Expr) -> list[exp.Expr]:
    return list(node.expressions) if isinstance(node, exp.ParameterizedAgg) else []


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


def _aggregate(
    name: str, arguments: Sequence[exp.Expr], parameters: Sequence[exp.Expr], builder: ExpressionBuilder
) -> Typed | None:
    if name in NEVER_AGGREGATES:
        return None
    table = functions_more.AGGREGATES
    if name.lower() == "count" and len(arguments) == 1 and isinstance(arguments[0], exp.Star):
        arguments = ()
    if len(arguments) == 1 and isinstance(arguments[0], exp.Distinct) and name.lower() == "count":
        inner = [builder.build(each) for each in arguments[0].expressions]
        value = inner[0].sql if len(inner) == 1 else tuple_of(inner).sql
        return Typed(sql.count_distinct(value), kinds.COUNT)
    row = row_of(table, name, len(arguments), len(parameters))
    if row is not None:
        return _filled(name, row, arguments, parameters, builder, None)
    base = name.removesuffix(IF)
    if base == name or not arguments:
        return None
    row = row_of(table, base, len(arguments) - 1, len(parameters))
    if row is None:
        return None
    return _filled(base, row, arguments[:-1], parameters, builder, builder.condition(arguments[-1]))


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
