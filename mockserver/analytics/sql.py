"""Small pieces of SQL as sqlglot expressions.

Every value becomes an escaped literal here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

from sqlglot import exp

from mockserver.analytics.model import JSON, QueryError

Sql: TypeAlias = exp.Expr

HOGQL = "hogql"


def text(value: str) -> Sql:
    """A string literal. A NUL character, which no literal can hold, is left out."""
    return exp.Literal.string(value.replace("\x00", ""))


def number(value: float) -> Sql:
    """A number literal, negative ones in parentheses."""
    if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124
        raise QueryError("A number must be finite")
    if isinstance(value, float) and not value.is_integer():
        return exp.cast(exp.Literal.string(repr(value)), "double")
    literal_number: Sql = exp.Literal.number(abs(int(value)))
    return exp.Paren(this=exp.Neg(this=literal_number)) if value < 0 else literal_number


def instant(moment: datetime) -> Sql:
    """An aware moment as a TIMESTAMP literal in UTC."""
    naive = moment.astimezone(UTC).replace(tzinfo=None)
    literal = naive.isoformat(" ", "microseconds")
    return written(exp.cast(exp.Literal.string(literal), "timestamp"), f"toDateTime64('{literal}', 6, 'UTC')")


def column(name: str, table: str | None = None) -> exp.Column:
    """A column by name."""
    return exp.column(exp.to_identifier(name, quoted=True), table=table)


def written(expression: Sql, hogql: str) -> Sql:
    """The expression, remembered to read `hogql` where the query is shown as HogQL."""
    expression.meta[HOGQL] = hogql
    return expression


def call(name: str, *arguments: Sql) -> Sql:
    """A function by its own name in the target database."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def all_of(conditions: Iterable[Sql]) -> Sql:
    """All hold; true when there are none."""
    listed = list(conditions)
    return exp.and_(*listed) if listed else exp.true()


def any_of(conditions: Iterable[Sql]) -> Sql:
    """At least one holds; false when there are none."""
    listed = list(conditions)
    return exp.or_(*listed) if listed else exp.false()


def negated(condition: Sql) -> Sql:
    """True when the condition is false or unknown."""
    return exp.not_(exp.func("coalesce", condition, exp.false()))


def as_double(value: Sql) -> Sql:
    """A number, or null when the text is not one."""
    return exp.TryCast(this=value, to=exp.DataType.build("double"))


def as_text(value: Sql) -> Sql:
    """A value's text form."""
    return exp.cast(value, "text")


def count_all() -> Sql:
    """How many rows."""
    return exp.Count(this=exp.Star())


def count_distinct(value: Sql) -> Sql:
    """How many different values, nulls not counted."""
    return exp.Count(this=exp.Distinct(expressions=[value]))


def filtered(aggregate: Sql, condition: Sql) -> Sql:
    """An aggregate over the rows where the condition holds."""
    return exp.Filter(this=aggregate, expression=exp.Where(this=condition))


def window(
    function: Sql,
    partition_by: Sequence[Sql],
    order_by: Sequence[Sql] = (),
    frame: tuple[str, str, str, str] | None = None,
) -> Sql:
    """A window function; `frame` is `(start, side, end, side)` of a ROWS frame."""
    spec = None
    if frame is not None:
        start, start_side, end, end_side = frame
        spec = exp.WindowSpec(kind="ROWS", start=start, start_side=start_side, end=end, end_side=end_side)
    return exp.Window(
        this=function,
        partition_by=list(partition_by),
        order=exp.Order(expressions=list(order_by)) if order_by else None,
        spec=spec,
    )


def descending(value: Sql) -> Sql:
    """A sort key from large to small, nulls last."""
    return exp.Ordered(this=value, desc=True, nulls_first=False)


def ascending(value: Sql) -> Sql:
    """A sort key from small to large, nulls last."""
    return exp.Ordered(this=value, desc=False, nulls_first=False)


def case(branches: Iterable[tuple[Sql, Sql]], otherwise: Sql | None = None) -> Sql:
    """The first branch whose condition holds, else `otherwise`."""
    made = exp.Case()
    for condition, value in branches:
        made = made.when(condition, value)
    return made.else_(otherwise) if otherwise is not None else made


def like_pattern(value: str) -> str:
    """A LIKE pattern, for use with the escape character `\\`, that finds `value` anywhere."""
    escaped = value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def contains(value: Sql, part: str) -> Sql:
    """Whether text holds `part`, in any case; null stays null."""
    found = exp.ILike(this=value, expression=text(like_pattern(part)))
    return exp.Escape(this=found, expression=text("\\"))


def constant(value: JSON) -> Sql:
    """A JSON scalar as a literal."""
    if value is None:
        return exp.null()
    if isinstance(value, bool):
        return exp.true() if value else exp.false()
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, str):
        return text(value)
    raise QueryError("A plain value is needed, not a list or an object")
