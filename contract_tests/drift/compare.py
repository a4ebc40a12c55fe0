"""Where two answers differ, in values or, for servers that hold other data, in shape."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

# numbers and labels computed from events, which no two servers share
COMPUTED: Final = frozenset(("result", "results_text"))
LONGEST: Final = 80
MISSING: Final = "nothing"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: a JSON pointer with `*` for rows, or a part of the answer; and what each side has."""

    place: str
    left: str
    right: str

    @property
    def is_of_shape(self) -> bool:
        """Whether one side has a field that the other one lacks, whatever its value."""
        return MISSING in (self.left, self.right)

    @property
    def message(self) -> str:
        """The difference in a sentence."""
        return f"{self.place or 'the body'}: left has {self.left}, right has {self.right}"


def by_values(left: Any, right: Any, place: str = "") -> Iterator[Difference]:
    """Every place where two normalised values differ."""
    if isinstance(left, dict) and isinstance(right, dict):
        for key in dict.fromkeys((*left, *right)):
            inner = f"{place}/{key}"
            if key not in left or key not in right:
                yield Difference(inner, brief(left, key), brief(right, key))
            elif key in COMPUTED:
                yield from by_shape(left[key], right[key], inner)
            else:
                yield from by_values(left[key], right[key], inner)
    elif isinstance(left, list) and isinstance(right, list):
        if len(left) != len(right):
            yield Difference(place, f"{len(left)} items", f"{len(right)} items")
        for one, other in zip(left, right, strict=False):
            yield from by_values(one, other, f"{place}/*")
    elif left != right or type(left) is not type(right):
        yield Difference(place, brief(left), brief(right))


def by_shape(left: Any, right: Any, place: str = "") -> Iterator[Difference]:
    """Every place where two values have other fields or other types; rows of a list count as one."""
    yield from _shapes(shape(left), shape(right), place)


def shape(value: Any) -> dict[str, Any]:
    """The types of a value, its fields, and those of all its items together."""
    found: dict[str, Any] = {"types": {_type(value)}, "fields": {}, "items": None}
    if isinstance(value, dict):
        found["fields"] = {key: shape(item) for key, item in value.items()}
    elif isinstance(value, list):
        for item in value:
            found["items"] = shape(item) if found["items"] is None else _merged(found["items"], shape(item))
    return found


def _merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    fields = dict(one["fields"])
    for key, inner in other["fields"].items():
        fields[key] = _merged(fields[key], inner) if key in fields else inner
    items = [each for each in (one["items"], other["items"]) if each is not None]
    merged = None if not items else items[0] if len(items) == 1 else _merged(*items)
    return {"types": one["types"] | other["types"], "fields": fields, "items": merged}


def _shapes(left: dict[str, Any], right: dict[str, Any], place: str) -> Iterator[Difference]:
    first, second = left["types"] - {"null"}, right["types"] - {"null"}
    if first and second and not first & second:
        yield Difference(place, " or ".join(sorted(first)), " or ".join(sorted(second)))
        return
    if "object" in first & second and left["fields"] and right["fields"]:
        for key in dict.fromkeys((*left["fields"], *right["fields"])):
            one, other = left["fields"].get(key), right["fields"].get(key)
            if one is None or other is None:
                words = [
                    MISSING if each is None else " or ".join(sorted(each["types"])) for each in (one, other)
                ]
                yield Difference(f"{place}/{key}", *words)
            else:
                yield from _shapes(one, other, f"{place}/{key}")
    if left["items"] is not None and right["items"] is not None:
        yield from _shapes(left["items"], right["items"], f"{place}/*")


def _type(value: Any) -> str:
    names = ((bool, "boolean"), (int, "number"), (float, "number"), (str, "text"), (list, "list"))
    if value is None:
        return "null"
    return next((name for kind, name in names if isinstance(value, kind)), "object")


def brief(value: Any, key: str | None = None) -> str:
    """A value in a few words; with a key, that of the field or `nothing`."""
    if key is not None:
        if key not in value:
            return MISSING
        value = value[key]
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
