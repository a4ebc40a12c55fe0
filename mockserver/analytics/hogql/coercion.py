"""Values of one type where another is needed: properties are text, ClickHouse's truth values are numbers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.hogql import kinds
from mockserver.analytics.hogql.kinds import Typed
from mockserver.analytics.sql import Sql


class Coercions:
    """Turns expressions into numbers, text, moments and truth values; moments are local wall-clock time."""

    def __init__(self, zone: tzinfo, localise: Callable[[Sql], Sql]) -> None:
        self._zone = zone
        self._localise = localise

    def number(self, value: Typed) -> Sql:
        """As a number; text that is none becomes null."""
        if value.kind in kinds.BOOLEANS:
            return exp.cast(value.sql, "bigint")
        if value.kind in (kinds.TEXT, kinds.UNKNOWN, kinds.IDENTIFIER):
            return sql.as_double(value.sql)
        if value.kind in kinds.TIMES:
            return sql.call("epoch", value.sql)
        return value.sql

    def text(self, value: Typed) -> Sql:
        """As ClickHouse writes it."""
        if value.kind == kinds.TEXT:
            return value.sql
        if value.kind == kinds.CHOICE:
            return sql.as_text(exp.cast(value.sql, "bigint"))
        if value.kind == kinds.TIME:
            return sql.call("strftime", value.sql, sql.text("%Y-%m-%d %H:%M:%S"))
        if value.kind == kinds.PRECISE_TIME:
            return sql.call("strftime", value.sql, sql.text("%Y-%m-%d %H:%M:%S.%f"))
        if value.kind == kinds.NUMBER:
            return sql.call("regexp_replace", sql.as_text(value.sql), sql.text(r"\.0$"), sql.text(""))
        if value.kind.startswith("Array("):
            return self._array_text(value)
        return sql.as_text(value.sql)

    def _array_text(self, value: Typed) -> Sql:
        """`[1,2]` and `['a','b']`."""
        item = exp.to_identifier("item", quoted=True)
        kind = kinds.item_kind(value.kind)
        inner = self.text(Typed(exp.column(item), kind))
        if kind == kinds.TEXT:
            inner = sql.call("concat", sql.text("'"), inner, sql.text("'"))
        written = sql.call("list_transform", value.sql, exp.Lambda(this=inner, expressions=[item]))
        joined = sql.call("array_to_string", written, sql.text(","))
        return sql.call("concat", sql.text("["), joined, sql.text("]"))

    def whole(self, value: Typed) -> Sql:
        """As a whole number if it is exactly one, else null: `accurateCastOrNull`."""
        if value.kind in (kinds.TEXT, kinds.UNKNOWN, kinds.IDENTIFIER):
            text = sql.as_text(value.sql)
            digits = sql.call("regexp_full_match", text, sql.text("[+-]?[0-9]+"))
            return sql.case([(digits, exp.TryCast(this=text.copy(), to=exp.DataType.build("bigint")))])
        if value.kind == kinds.NUMBER:
            exact = exp.EQ(this=exp.Paren(this=value.sql), expression=sql.call("trunc", value.sql.copy()))
            return sql.case([(exact, exp.TryCast(this=value.sql.copy(), to=exp.DataType.build("bigint")))])
        return exp.cast(self.number(value), "bigint")

    def moment(self, value: Typed) -> Sql:
        """As a local moment: text is read as ISO 8601, numbers are seconds since 1970."""
        if value.kind in kinds.TIMES:
            return value.sql
        if value.kind == kinds.DAY:
            return value.sql
        if value.kind in kinds.NUMBERS:
            micro = exp.Mul(this=exp.cast(value.sql, "double"), expression=sql.number(1_000_000))
            return self._localise(sql.call("make_timestamp", exp.cast(micro, "bigint")))
        literal = value.sql.unnest() if isinstance(value.sql, exp.Paren) else value.sql
        if isinstance(literal, exp.Literal) and literal.is_string:
            parsed = self._literal(literal.name)
            if parsed is not None:
                return parsed
        return exp.TryCast(this=sql.as_text(value.sql), to=exp.DataType.build("timestamp"))

    def truth(self, value: Typed) -> Sql:
        """As a condition."""
        if value.kind in kinds.BOOLEANS:
            return value.sql
        if value.kind in kinds.NUMBERS:
            return exp.Paren(this=value.sql).neq(sql.number(0))
        return exp.TryCast(this=value.sql, to=exp.DataType.build("boolean"))

    def _literal(self, text: str) -> Sql | None:
        try:
            moment = datetime.fromisoformat(text.strip())
        except ValueError:
            return None
        local = moment.astimezone(self._zone).replace(tzinfo=None) if moment.tzinfo else moment
        return exp.cast(exp.Literal.string(local.isoformat(" ")), "timestamp")

    def table(self) -> dict[str, Callable[[Typed], Sql]]:
        """The coercions by the letter templates know them by."""
        return {"n": self.number, "w": self.whole, "t": self.text, "d": self.moment, "b": self.truth}


def comparable(left: Typed, right: Typed, coercions: Coercions) -> tuple[Sql, Sql]:
    """Both sides in a form that can be compared."""
    pair = {left.kind, right.kind}
    if left.kind == right.kind:
        return left.sql, right.sql
    if pair & kinds.TIMES or kinds.DAY in pair:
        return coercions.moment(left), coercions.moment(right)
    if pair & kinds.NUMBERS:
        return coercions.number(left), coercions.number(right)
    if pair & kinds.BOOLEANS:
        if kinds.TEXT in pair:
            return _bool_text(left), _bool_text(right)
        return coercions.number(left), coercions.number(right)
    if kinds.IDENTIFIER in pair:
        return sql.as_text(left.sql), sql.as_text(right.sql)
    return left.sql, right.sql


def _bool_text(value: Typed) -> Sql:
    return sql.as_text(value.sql) if value.kind in kinds.BOOLEANS else value.sql
