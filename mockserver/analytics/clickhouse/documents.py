"""Members of JSON documents: DuckDB's pointers as the names and places that ClickHouse takes one by one."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from sqlglot import exp

from mockserver.analytics.clickhouse.pieces import call, enclosed, filled
from mockserver.analytics.model import UnsupportedQuery

Of = Callable[[exp.Expr], exp.Expr]
Read = Callable[[exp.Expr, Sequence[exp.Expr]], exp.Expr]


def member(of: Of, arguments: Sequence[exp.Expr]) -> exp.Expr:
    """A member as text: strings bare, the rest in JSON's notation, null for none."""
    return _read(of, arguments, _text)


def raw_member(of: Of, arguments: Sequence[exp.Expr]) -> exp.Expr:
    """A member in JSON's notation, null for none."""
    return _read(of, arguments, lambda document, way: filled("nullIf(_1, '')", [_raw(document, way)]))


def exists(of: Of, arguments: Sequence[exp.Expr]) -> exp.Expr:
    """Whether there is such a member."""
    return _read(of, arguments, lambda document, way: call("JSONHas", document, *way))


def whole_object(of: Of, arguments: Sequence[exp.Expr]) -> exp.Expr:
    """`json_object(name, value, ...)` of values in JSON's notation; those that are null are left out."""
    members = [
        filled(
            "if(coalesce(_2, 'null') = 'null', '', concat(_1, _2))",
            [exp.Literal.string(f"{json.dumps(name.name, ensure_ascii=False)}:"), of(value)],
        )
        for name, value in zip(arguments[::2], arguments[1::2], strict=True)
    ]
    return filled(
        "concat('{', arrayStringConcat(arrayFilter(x -> notEmpty(x), _1), ','), '}')",
        [call("array", *members) if members else filled("emptyArrayString()", [])],
    )


def _raw(document: exp.Expr, way: Sequence[exp.Expr]) -> exp.Expr:
    return call("JSONExtractRaw", document, *way)


def _text(document: exp.Expr, way: Sequence[exp.Expr]) -> exp.Expr:
    bare = call("JSONExtractString", document.copy(), *[each.copy() for each in way])
    return filled("if(startsWith(_1, '\"'), _2, nullIf(nullIf(_1, ''), 'null'))", [_raw(document, way), bare])


def _read(of: Of, arguments: Sequence[exp.Expr], read: Read) -> exp.Expr:
    document, pointer = arguments
    return _along(of(document), [], _segments(of, pointer), read)


def _along(
    document: exp.Expr, before: list[exp.Expr], after: Sequence[exp.Expr | int], read: Read
) -> exp.Expr:
    """A number may be a place in a list or the name of a member; the document tells which."""
    for place, segment in enumerate(after):
        if not isinstance(segment, int):
            before.append(segment)
            continue
        inner = _raw(document, before) if before else document
        rest = after[place + 1 :]
        at = _along(inner, [exp.Literal.number(segment + 1)], rest, read)
        named = _along(inner.copy(), [exp.Literal.string(str(segment))], rest, read)
        return filled("if(JSONType(_1) = 'Array', _2, _3)", [inner.copy(), at, named])
    return read(document, before)


def _segments(of: Of, pointer: exp.Expr) -> list[exp.Expr | int]:
    """The steps of a pointer; numbers written out are places from 0."""
    if isinstance(pointer, exp.Literal):
        return [_segment(each) for each in pointer.name.split("/")[1:]]
    if not isinstance(pointer, exp.Anonymous) or pointer.name != "concat":
        raise UnsupportedQuery("ClickHouse has no such way into a JSON document here")
    found: list[exp.Expr | int] = []
    for part in pointer.expressions:
        if isinstance(part, exp.Anonymous | exp.Literal) and part.name in ("concat", "", "/"):
            found += _segments(of, part) if part.name == "concat" else []
        elif isinstance(part, exp.Literal):
            found += _segments(of, part) if part.name.startswith("/") else [_segment(part.name)]
        elif isinstance(part, exp.Cast):
            found.append(filled("toInt64(_1) + 1", [enclosed(of(part.this))]))
        else:
            found.append(of(part))
    return found


def _segment(text: str) -> exp.Expr | int:
    name = text.replace("~1", "/").replace("~0", "~")
    return int(name) if name.isdigit() else exp.Literal.string(name)
