"""Whether everything that one schema admits another one admits too, and where not.

For what clients send, the new schema must admit all that the old one did; for what servers answer, the old
one must admit all that the new one does. Both are the same question, asked the other way round.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

Schema = Mapping[str, Any]

ALL_TYPES: Final = frozenset(("null", "boolean", "number", "string", "array", "object"))
DEEPEST: Final = 40
LOWER: Final = ("minimum", "minLength", "minItems", "minProperties")
UPPER: Final = ("maximum", "maxLength", "maxItems", "maxProperties")
UNITS: Final = {"Length": " characters", "Items": " items", "Properties": " fields"}


@dataclass(frozen=True, slots=True)
class Loss:
    """A value that the first schema admits and the second does not: where, and which in words."""

    rule: str
    pointer: str
    admitted: str
    wanted: str


class Admission:
    """Compares schemas of two documents, each with references of its own."""

    def __init__(self, first: Mapping[str, Any], second: Mapping[str, Any]) -> None:
        self._documents = first, second
        self._known: dict[tuple[str, str], tuple[Loss, ...]] = {}

    def losses(self, first: Schema, second: Schema, pointer: str = "", depth: int = 0) -> list[Loss]:
        """What is admitted by the first schema and not by the second."""
        if depth > DEEPEST:
            return []
        key = _key(first), _key(second)
        if key not in self._known:
            # a schema inside of itself is as its outside is; what is not yet known is taken for equal
            self._known[key] = ()
            self._known[key] = tuple(self._compare(first, second, depth))
        return [
            Loss(one.rule, f"{pointer}{one.pointer}", one.admitted, one.wanted) for one in self._known[key]
        ]

    def _compare(self, first: Schema, second: Schema, depth: int) -> Iterator[Loss]:
        wanted = self._alternatives(second, 1)
        for one in self._alternatives(first, 0):
            tried = [list(self._plain(one, other, depth)) for other in wanted]
            if all(tried):
                nearest = min(tried, key=_distance)
                # of an alternative that is gone its name is enough
                yield from [loss for loss in nearest if _is_of_kind(loss)] or nearest

    def _alternatives(self, schema: Schema, side: int) -> list[Schema]:
        """The plain schemas that a schema is a choice of, references followed and `allOf` merged."""
        schema = self._followed(schema, side)
        found: list[Schema] = []
        for word in ("anyOf", "oneOf"):
            for inner in schema.get(word, ()):
                found += self._alternatives(inner, side)
        if found:
            return found
        merged = dict(schema)
        for part in merged.pop("allOf", ()):
            for inner in self._alternatives(part, side)[:1]:
                properties = {**inner.get("properties", {}), **merged.get("properties", {})}
                required = [*inner.get("required", ()), *merged.get("required", ())]
                merged = {**inner, **merged, "properties": properties, "required": required}
        return [merged]

    def _followed(self, schema: Schema, side: int) -> Schema:
        for _ in range(DEEPEST):
            reference = schema.get("$ref")
            if reference is None:
                break
            node: Any = self._documents[side]
            for part in reference[2:].split("/"):
                node = node[part.replace("~1", "/").replace("~0", "~")]
            schema = node
        return schema

    def _plain(self, one: Schema, other: Schema, depth: int) -> Iterator[Loss]:
        types, wanted = _types(one), _types(other)
        # whole numbers are numbers
        lost = sorted(types - wanted - ({"integer"} if "number" in wanted else set()))
        if lost:
            yield Loss("type", "", " or ".join(lost), " or ".join(sorted(wanted)))
        yield from _values(one, other)
        yield from _bounds(one, other)
        if "object" in types & wanted:
            yield from self._objects(one, other, depth)
        if "array" in types & wanted and "items" in other:
            yield from self.losses(one.get("items", {}), other["items"], "/*", depth + 1)

    def _objects(self, one: Schema, other: Schema, depth: int) -> Iterator[Loss]:
        for name in other.get("required", ()):
            if name not in one.get("required", ()):
                yield Loss("required", f"/{name}", "no such field", "the field")
        rest = other.get("additionalProperties")
        known = other.get("properties", {})
        for name, schema in one.get("properties", {}).items():
            if name in known:
                yield from self.losses(schema, known[name], f"/{name}", depth + 1)
            elif rest is False:
                yield Loss("undocumented", f"/{name}", "the field", "no such field")
            elif isinstance(rest, Mapping):
                yield from self.losses(schema, rest, f"/{name}", depth + 1)
        if rest is False and one.get("additionalProperties") is not False and known:
            yield Loss("additionalProperties", "", "any further field", "no further field")


def _types(schema: Schema) -> frozenset[str]:
    """The JSON types of a schema; an integer is a number that is whole."""
    if "enum" in schema:
        found = {_type_of(value) for value in schema["enum"]}
    elif "type" in schema:
        found = {schema["type"]}
    else:
        return ALL_TYPES | {"integer"}
    return frozenset(found | ({"null"} if schema.get("nullable") else set()))


def _type_of(value: Any) -> str:
    kinds = ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"), (list, "array"))
    if value is None:
        return "null"
    return next((name for kind, name in kinds if isinstance(value, kind)), "object")


def _values(one: Schema, other: Schema) -> Iterator[Loss]:
    if "enum" not in other:
        return
    if "enum" not in one:
        yield Loss("enum", "", "any value", _listed(other["enum"]))
        return
    lost = [value for value in one["enum"] if value not in other["enum"]]
    if lost:
        yield Loss("enum", "", _listed(lost), _listed(other["enum"]))


def _bounds(one: Schema, other: Schema) -> Iterator[Loss]:
    for words, is_lower in ((LOWER, True), (UPPER, False)):
        for word in words:
            bound, held = other.get(word), one.get(word)
            if bound is None or bound == (0 if is_lower and word != "minimum" else None):
                continue
            if held is None or (held < bound if is_lower else held > bound):
                yield Loss(word, "", _limit(held, word, is_lower), _limit(bound, word, is_lower))
    for word in ("pattern", "format"):
        if word in other and other[word] != one.get(word):
            yield Loss(word, "", one.get(word, "any text"), other[word])


def _limit(bound: Any, word: str, is_lower: bool) -> str:
    if bound is None:
        return "no limit"
    unit = next((unit for ending, unit in UNITS.items() if word.endswith(ending)), "")
    return f"{'at least' if is_lower else 'at most'} {bound}{unit}"


def _listed(values: list[Any]) -> str:
    return ", ".join(json.dumps(value) for value in values)


def _distance(losses: list[Loss]) -> tuple[int, int]:
    """How far an alternative is: another type or another `kind` is farther than anything else."""
    far = sum(_is_of_kind(one) or (one.rule == "type" and not one.pointer) for one in losses)
    return far, len(losses)


def _is_of_kind(loss: Loss) -> bool:
    return loss.rule == "enum" and loss.pointer == "/kind"


def _key(schema: Schema) -> str:
    reference = schema.get("$ref")
    return str(reference) if reference else json.dumps(schema, sort_keys=True)
