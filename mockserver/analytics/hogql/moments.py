"""Calls on dates and moments whose result's type hangs on what they are given, as ClickHouse has it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.hogql import kinds
from mockserver.analytics.hogql.errors import HogQLError
from mockserver.analytics.hogql.expressions import ExpressionBuilder
from mockserver.analytics.hogql.formats import strftime_format
from mockserver.analytics.hogql.kinds import Typed
from mockserver.analytics.hogql.operators import shifted
from mockserver.analytics.sql import Sql

SHIFT = re.compile(r"^(?P<way>add|subtract)(?P<unit>year|quarter|month|week|day|hour|minute|second)s$")
NAMED_SHIFTS = frozenset(
    {"dateadd", "date_add", "datesub", "date_sub", "date_subtract"}
    | {"timestampadd", "timestamp_add", "timestampsub", "timestamp_sub"}
)
TRUNCATED_TO_DATES = frozenset({"week", "month", "quarter", "year"})
FIRST_MONDAY, FIRST_DAY = "1970-01-05", "1970-01-01"


class Moments:
    """Builds calls on moments; `now` is local, without a zone."""

    def __init__(self, now: datetime, zone_name: str) -> None:
        self._now = now
        self._zone_name = zone_name

    def build(self, name: str, arguments: Sequence[exp.Expr], builder: ExpressionBuilder) -> Typed | None:
        """One call by its name in lower case; None when it is another kind of function."""
        return (
            self._present(name, len(arguments))
            or self._converted(name, arguments, builder)
            or self._cut(name, arguments, builder)
            or self._stepped(name, arguments, builder)
        )

    def _present(self, name: str, count: int) -> Typed | None:
        if name in ("now", "now64") and count <= 1:
            now = exp.cast(exp.Literal.string(self._now.isoformat(" ", "microseconds")), "timestamp")
            return Typed(now, kinds.TIME if name == "now" else kinds.PRECISE_TIME)
        if name not in ("today", "yesterday", "current_date") or count:
            return None
        day = exp.cast(exp.Literal.string(self._now.date().isoformat()), "date")
        if name != "yesterday":
            return Typed(day, kinds.DAY)
        before = exp.Paren(this=exp.Sub(this=day, expression=sql.number(1)))
        return Typed(exp.cast(before, "date"), kinds.DAY)

    def _converted(
        self, name: str, arguments: Sequence[exp.Expr], builder: ExpressionBuilder
    ) -> Typed | None:
        """Moments from and to text, seconds and other zones."""
        count = len(arguments)
        if name == "todatetime" and count in (1, 2):
            value = builder.build(arguments[0])
            # PostHog: text is read by parseDateTime64BestEffortOrNull, which knows microseconds.
            kind = kinds.PRECISE_TIME if value.kind in (kinds.TEXT, kinds.UNKNOWN) else kinds.TIME
            moment = builder.coercions.moment(value)
            made = exp.cast(moment, "timestamp") if value.kind == kinds.DAY else moment
            return Typed(made, kind, value.nullable)
        if name == "formatdatetime" and count == 2:
            return self._formatted(builder.build(arguments[0]), arguments[1], builder)
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
            known = zone.name if isinstance(zone, exp.Literal) else None
            return Typed(moved, value.kind, value.nullable, known)
        return None

    def _formatted(self, value: Typed, pattern: exp.Expr, builder: ExpressionBuilder) -> Typed:
        if not isinstance(pattern, exp.Literal):
            raise HogQLError("formatDateTime needs its format as text")
        moment = builder.coercions.moment(value)
        parts: list[Sql] = []
        for place, piece in enumerate(pattern.name.split("%Q")):  # strftime knows no quarters
            if place:
                parts.append(sql.as_text(sql.call("quarter", moment.copy())))
            parts.append(sql.call("strftime", moment.copy(), sql.text(strftime_format(piece))))
        made = sql.call("concat", *parts) if len(parts) > 1 else parts[0]
        return Typed(made, kinds.TEXT, value.nullable)

    def _cut(self, name: str, arguments: Sequence[exp.Expr], builder: ExpressionBuilder) -> Typed | None:
        """Moments cut down to the start of a period: dates from weeks upwards."""
        if len(arguments) != 2:
            return None
        if name == "tostartofinterval":
            value, step = (builder.build(each) for each in arguments)
            if not kinds.is_interval(step.kind):
                raise HogQLError("toStartOfInterval needs an interval as its second argument")
            origin = FIRST_MONDAY if step.kind == "IntervalWeek" else FIRST_DAY
            first = exp.cast(exp.Literal.string(origin), "timestamp")
            cut = sql.call("time_bucket", step.sql, builder.coercions.moment(value), first)
            dated = step.kind in kinds.DATE_PERIODS
        elif name in ("datetrunc", "date_trunc"):
            value = builder.build(arguments[1])
            unit = builder.coercions.text(builder.build(arguments[0]))
            cut = sql.call("date_trunc", sql.call("lower", unit), builder.coercions.moment(value))
            dated = isinstance(unit, exp.Literal) and unit.name.lower() in TRUNCATED_TO_DATES
        else:
            return None
        made = exp.cast(cut, "date" if dated else "timestamp")
        return Typed(made, kinds.DAY if dated else kinds.TIME, value.nullable)

    def _stepped(self, name: str, arguments: Sequence[exp.Expr], builder: ExpressionBuilder) -> Typed | None:
        """`addDays(moment, n)`, `dateAdd('day', n, moment)` and `dateAdd(moment, interval)`."""
        match, count = SHIFT.match(name), len(arguments)
        if match is not None and count == 2:
            moment, amount = arguments
            unit, back = match["unit"], match["way"] == "subtract"
        elif name in NAMED_SHIFTS and count == 3:
            unit, amount, moment = arguments[0].name.lower(), arguments[1], arguments[2]
            back = "sub" in name
        elif name in NAMED_SHIFTS and count == 2:
            return self._moved(
                builder.build(arguments[0]), builder.build(arguments[1]), "sub" in name, builder
            )
        else:
            return None
        step = exp.AnonymousAggFunc(this=f"toInterval{unit.capitalize()}", expressions=[amount])
        return self._moved(builder.build(moment), builder.build(step), back, builder)

    def _moved(self, value: Typed, step: Typed, back: bool, builder: ExpressionBuilder) -> Typed:
        if value.kind in (kinds.TEXT, kinds.UNKNOWN):
            value = Typed(builder.coercions.moment(value), kinds.PRECISE_TIME, value.nullable)
        return shifted(exp.Sub if back else exp.Add, value, step)

    def _to_utc(self, local: Sql) -> Sql:
        if self._zone_name == "UTC":
            return local
        return sql.call("timezone", sql.text(self._zone_name), local)
