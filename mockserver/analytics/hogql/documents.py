"""JSONExtract and its relations: a document, then the way down by names and places from 1.

ClickHouse: text that is no JSON is a document with nothing in it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.hogql import kinds
from mockserver.analytics.hogql.coercion import Coercions
from mockserver.analytics.hogql.kinds import Typed
from mockserver.analytics.sql import Sql

WHOLE_TYPES = frozenset({"int", "uint", "int64", "uint64", "int32", "uint32", "int8", "uint8"})
TYPE_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "ARRAY": "Array", "OBJECT": "Object", "VARCHAR": "String", "DOUBLE": "Double", "BIGINT": "Int64",
        "UBIGINT": "Int64", "BOOLEAN": "Bool", "NULL": "Null",
    }
)  # fmt: skip


def json_call(name: str, values: Sequence[Typed], coercions: Coercions) -> Typed | None:
    """A call of a JSON function by its name in lower case; None for one that is not here."""
    way, wanted = list(values[1:]), name.removeprefix("jsonextract")
    if name == "jsonextract" and way:
        literal = way.pop().sql
        wanted = literal.name.lower() if isinstance(literal, exp.Literal) else ""
        wanted = wanted.removeprefix("nullable(").rstrip(")")
    document = _valid(values[0], coercions)
    pointer = _pointer(way, coercions)
    if name in INSPECTIONS:
        inside = sql.call("json_extract", document, pointer) if way else document
        return INSPECTIONS[name](inside)
    read = sql.call("json_extract_string", document, pointer) if way else document
    if name == "jsonhas":
        return Typed(
            exp.func("coalesce", sql.call("json_exists", document, pointer), exp.false()), kinds.CHOICE
        )
    if name == "jsonextractraw":
        raw = sql.as_text(sql.call("json_extract", document, pointer))
        return Typed(exp.func("coalesce", raw, sql.text("")), kinds.TEXT)
    return _typed(wanted, name, read, sql.call("json_extract", document.copy(), pointer.copy()))


def _typed(wanted: str, name: str, read: Sql, inside: Sql) -> Typed | None:
    if wanted == "string":
        return Typed(exp.func("coalesce", read, sql.text("")), kinds.TEXT)
    if wanted in WHOLE_TYPES:
        whole = exp.TryCast(this=sql.call("trunc", sql.as_double(read)), to=exp.DataType.build("bigint"))
        return Typed(exp.func("coalesce", whole, sql.number(0)), kinds.WHOLE)
    if wanted in ("float", "float64"):
        return Typed(exp.func("coalesce", sql.as_double(read), sql.number(0)), kinds.NUMBER)
    if wanted in ("bool", "boolean"):
        truth = exp.TryCast(this=read, to=exp.DataType.build("boolean"))
        return Typed(exp.func("coalesce", truth, exp.false()), kinds.CHOICE)
    if wanted == "array(string" or (name == "jsonextract" and wanted.startswith("array")):
        listed = sql.call("from_json", inside, sql.text('["VARCHAR"]'))
        return Typed(exp.func("coalesce", listed, sql.call("list_value")), kinds.array_of(kinds.TEXT))
    return None


def _length(inside: Sql) -> Typed:
    is_object = exp.EQ(this=sql.call("json_type", inside), expression=sql.text("OBJECT"))
    members = sql.call("len", sql.call("json_keys", inside.copy()))
    size = sql.case([(is_object, members)], sql.call("json_array_length", inside.copy()))
    return Typed(exp.func("coalesce", exp.cast(size, "bigint"), sql.number(0)), kinds.COUNT)


def _array_length(inside: Sql) -> Typed:
    is_array = exp.EQ(this=sql.call("json_type", inside), expression=sql.text("ARRAY"))
    size = sql.case([(is_array, sql.call("json_array_length", inside.copy()))])
    return Typed(size, kinds.COUNT, nullable=True)


def _type(inside: Sql) -> Typed:
    found = sql.call("json_type", inside)
    branches = [
        (exp.EQ(this=found.copy(), expression=sql.text(own)), sql.text(shown))
        for own, shown in TYPE_NAMES.items()
    ]
    return Typed(sql.case(branches, sql.text("Null")), kinds.TEXT)


def _keys(inside: Sql) -> Typed:
    return Typed(_or_empty(sql.call("json_keys", inside)), kinds.array_of(kinds.TEXT))


def _items(inside: Sql) -> Typed:
    is_array = exp.EQ(this=sql.call("json_type", inside), expression=sql.text("ARRAY"))
    listed = exp.cast(sql.call("json_extract", inside.copy(), sql.text("$[*]")), "text[]")
    return Typed(_or_empty(sql.case([(is_array, listed)])), kinds.array_of(kinds.TEXT))


def _or_empty(listed: Sql) -> Sql:
    return exp.func("coalesce", listed, sql.call("list_value"))


INSPECTIONS: Mapping[str, Callable[[Sql], Typed]] = MappingProxyType(
    {
        "jsonlength": _length,
        "jsonarraylength": _array_length,
        "jsontype": _type,
        "jsonextractkeys": _keys,
        "jsonextractarrayraw": _items,
    }
)


def _valid(value: Typed, coercions: Coercions) -> Sql:
    text = coercions.text(value)
    if isinstance(text, exp.Literal):
        try:
            json.loads(text.name)
        except ValueError:
            return exp.cast(exp.null(), "text")
        return text
    return sql.case([(sql.call("json_valid", text), text.copy())])


def _pointer(way: Sequence[Typed], coercions: Coercions) -> Sql:
    pointer: Sql = sql.text("")
    for step in way:
        part: Sql = coercions.text(step)
        if step.kind in kinds.NUMBERS:
            part = sql.as_text(exp.Paren(this=exp.Sub(this=step.sql, expression=sql.number(1))))
        pointer = sql.call("concat", pointer, sql.text("/"), part)
    return _folded(pointer)


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
