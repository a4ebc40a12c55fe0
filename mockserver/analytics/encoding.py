"""How a property's values become one text column: PostHog compares and groups properties as text."""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from mockserver.analytics.columns import Coded, Column
from mockserver.analytics.model import JSON
from mockserver.analytics.parquet import TextColumn

Kind: TypeAlias = Literal["string", "number", "boolean"]

PLAIN_TYPES: tuple[set[type], ...] = (set(), {str}, {int}, {float})


@dataclass(frozen=True, slots=True)
class EncodedProperty:
    """A column's text, the JSON kind that text stands for, and the codes whose value the two do not tell."""

    text: TextColumn
    kind: Kind
    inexact: Mapping[int, JSON]


def text_of(value: JSON) -> str | None:
    """A JSON value as PostHog's property reads give it: strings bare, the rest in JSON's notation, null
    None.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def kind_of(value: JSON) -> Kind | None:
    """The kind whose text form gives the value back; None for null, lists and objects."""
    if isinstance(value, str):
        return "string"
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else None


def codes_of(codes: Sequence[int], size: int) -> array[int]:
    """Codes in the narrowest array that holds `size` values."""
    typecode = "B" if size <= 256 else "H" if size <= 65_536 else "I"
    return codes if isinstance(codes, array) and codes.typecode == typecode else array(typecode, codes)


def coded(column: Column) -> Coded:
    """A column as distinct values and codes, telling 1, 1.0 and true apart."""
    if isinstance(column, Coded):
        return Coded(column.values, codes_of(column.codes, len(column.values)))
    types = set(map(type, column)) - {type(None)}
    if types in PLAIN_TYPES:
        places: dict[JSON, int] = dict.fromkeys(column, 0)
        for place, value in enumerate(places):
            places[value] = place
        return Coded(list(places), codes_of(list(map(places.__getitem__, column)), len(places)))
    by_text: dict[tuple[type, str | None], int] = {}
    values: list[JSON] = []
    codes: list[int] = []
    for value in column:
        key = (type(value), text_of(value))
        code = by_text.setdefault(key, len(values))
        if code == len(values):
            values.append(value)
        codes.append(code)
    return Coded(values, codes_of(codes, len(values)))


def text_column(column: Column) -> TextColumn:
    """A column of strings or None, as it is."""
    whole = coded(column)
    return TextColumn([text_of(value) for value in whole.values], codes_of(whole.codes, len(whole.values)))


def encode_property(column: Column, kind: Kind | None = None) -> EncodedProperty:
    """A property's column as text; `kind` is the kind its stored column already has, None for a new one."""
    whole = coded(column)
    kinds = [kind_of(value) for value in whole.values]
    first: Kind = next((each for each in kinds if each is not None), "string")
    settled = kind or first
    inexact = {
        code: value
        for code, (value, each) in enumerate(zip(whole.values, kinds, strict=True))
        if value is not None and each != settled
    }
    texts = [text_of(value) for value in whole.values]
    return EncodedProperty(TextColumn(texts, codes_of(whole.codes, len(texts))), settled, inexact)


def rest_column(properties: dict[str, EncodedProperty], rows: int) -> TextColumn | None:
    """For each row the JSON object of properties whose text column does not tell their value.

    None if none do.
    """
    parts: dict[int, tuple[str, ...]] = {}
    for name, encoded in properties.items():
        if encoded.inexact:
            notes = {code: _member(name, value) for code, value in encoded.inexact.items()}
            for row, code in enumerate(encoded.text.codes):
                if code in notes:
                    parts[row] = (*parts.get(row, ()), notes[code])
    if not parts:
        return None
    places: dict[tuple[str, ...], int] = {}
    codes = array("I", bytes(4 * rows))
    for row, members in parts.items():
        codes[row] = places.setdefault(members, len(places) + 1)
    texts: list[str | None] = [None, *("{" + ",".join(members) + "}" for members in places)]
    return TextColumn(texts, codes_of(codes, len(texts)))


def _member(name: str, value: JSON) -> str:
    return f"{json.dumps(name)}:{json.dumps(value, ensure_ascii=False, separators=(',', ':'))}"
