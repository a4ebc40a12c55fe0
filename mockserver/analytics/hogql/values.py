"""Values put together from others: constants, choices, lists and tuples."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.hogql import kinds
from mockserver.analytics.hogql.coercion import Coercions
from mockserver.analytics.hogql.kinds import Typed
from mockserver.analytics.model import JSON
from mockserver.analytics.sql import Sql


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


def coalesced(values: Sequence[Typed], coercions: Coercions) -> Typed:
    """The first value that is not null; null only if all are."""
    found = {each.kind for each in values if each.kind != kinds.NOTHING}
    numeric = bool(found) and found <= kinds.NUMBERS
    kind = next(iter(found)) if len(found) == 1 else kinds.NUMBER if numeric else kinds.TEXT
    uniform = len(found) <= 1 or numeric
    parts = [each.sql if uniform or each.kind == kinds.NOTHING else coercions.text(each) for each in values]
    return Typed(exp.func("coalesce", *parts), kind, all(each.nullable for each in values))


def array(items: Sequence[Typed], coercions: Coercions) -> Typed:
    """A list; items of different types become text."""
    found = {each.kind for each in items if each.kind != kinds.NOTHING}
    numeric = bool(found) and found <= kinds.NUMBERS
    kind = next(iter(found)) if len(found) == 1 else kinds.NUMBER if numeric else kinds.TEXT
    uniform = len(found) <= 1 or numeric
    parts = [each.sql if uniform or each.kind == kinds.NOTHING else coercions.text(each) for each in items]
    return Typed(sql.call("list_value", *parts), kinds.array_of(kind if items else kinds.NOTHING))


def element(listed: Typed, place: Sql) -> Typed:
    """An array's item by its place from 1, or from -1 at the end.

    ClickHouse: past either end stands the type's default.
    """
    kind = kinds.item_kind(listed.kind)
    default = kinds.default(kind)
    if default is None:
        return Typed(sql.call("array_extract", listed.sql, place), kind, nullable=True)
    read = sql.call("list_extract", listed.sql, place)
    outside = exp.GT(this=sql.call("abs", place.copy()), expression=sql.call("len", listed.sql.copy()))
    return Typed(sql.case([(outside, default)], read), kind, nullable=True)


def tuple_of(items: Sequence[Typed]) -> Typed:
    """A tuple."""
    return Typed(
        sql.call("row", *[each.sql for each in items]), f"Tuple({', '.join(each.kind for each in items)})"
    )
