"""`windowFunnel(seconds)(time, first, second, ...)`: how many of the conditions were met in order."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.hogql import kinds
from mockserver.analytics.hogql.errors import HogQLError
from mockserver.analytics.hogql.expressions import ExpressionBuilder
from mockserver.analytics.hogql.kinds import Typed
from mockserver.analytics.sql import Sql

TIMES = "times"


def window_funnel(
    arguments: Sequence[exp.Expr], parameters: Sequence[exp.Expr], builder: ExpressionBuilder
) -> Typed:
    """The longest chain of conditions, each met no earlier than the one before, within so many seconds.

    ClickHouse: the window counts from the first condition's moment, both ends included; one event may meet
    several conditions at once.
    """
    if len(parameters) != 1 or len(arguments) < 2:
        raise HogQLError("windowFunnel takes one window in seconds, a time and conditions; it has no modes")
    width = builder.coercions.number(builder.build(parameters[0]))
    time = builder.build(arguments[0])
    if time.kind not in kinds.TIMES | kinds.NUMBERS | {kinds.DAY}:
        raise HogQLError(f"windowFunnel needs a time or a number first, not {time.kind}")
    moment = time.sql
    if time.kind not in kinds.NUMBERS:
        moment = sql.call("floor", sql.call("epoch", exp.cast(time.sql, "timestamp")))
    moment = exp.cast(moment, "bigint")
    lists = [_when(moment, builder.condition(each)) for each in arguments[1:]]
    # The lists are named once, since a lambda can hold no aggregate.
    starts = sql.call("list_transform", _list(1), _lambda("s1", _reached(2, len(lists), width)))
    best = exp.func("coalesce", sql.call("list_max", starts), sql.number(0))
    named = sql.call("list_transform", sql.call("list_value", sql.call("row", *lists)), _lambda(TIMES, best))
    return Typed(sql.call("list_extract", named, sql.number(1)), kinds.SMALL)


def _when(moment: Sql, condition: Sql) -> Sql:
    """The moments at which a condition is met."""
    listed = sql.filtered(sql.call("list", moment.copy()), condition)
    return exp.func("coalesce", listed, exp.cast(sql.call("list_value"), "bigint[]"))


def _list(step: int) -> Sql:
    return sql.call("struct_extract_at", sql.column(TIMES), sql.number(step))


def _lambda(name: str, body: Sql) -> Sql:
    return exp.Lambda(this=body, expressions=[exp.to_identifier(name, quoted=True)])


def _reached(step: int, steps: int, width: Sql) -> Sql:
    """How many are met from `s1` on, those before `step` being met and the last of them at `s{step - 1}`."""
    if step > steps:
        return sql.number(steps)
    candidate = sql.column("x")
    until = exp.Add(this=sql.column("s1"), expression=exp.Paren(this=width.copy()))
    fits = exp.and_(candidate >= sql.column(f"s{step - 1}"), candidate.copy() <= until)
    nearest = sql.call("list_min", sql.call("list_filter", _list(step), _lambda("x", fits)))
    there = sql.column("y").is_(exp.null()).not_()
    found = sql.call("list_filter", sql.call("list_value", nearest), _lambda("y", there))
    further = sql.call("list_transform", found, _lambda(f"s{step}", _reached(step + 1, steps, width)))
    return exp.func("coalesce", sql.call("list_extract", further, sql.number(1)), sql.number(step - 1))
