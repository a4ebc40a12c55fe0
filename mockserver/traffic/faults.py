"""What is wrong with a value by its schema: the faults that a person would name, each once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from ..http.contract_reader import pointer_of
from ..http.json_schema import pointer
from .seen import brief, shown

MOST: Final = 40
DEEPEST: Final = 12
# how far a value is from an alternative: the farther, the less it was meant for it
OTHER_TYPE: Final = 1000
OTHER_KIND: Final = 300
FOREIGN_FIELD: Final = 12
MISSING_FIELD: Final = 10
OTHERWISE: Final = 3
FAR: Final = OTHER_KIND


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: the keyword, where in the value and where in the contract, what was expected and seen."""

    rule: str
    pointer: str
    schema: str
    expected: str
    seen: str
    times: int = 1


def faults(validator: Any, value: Any) -> list[Fault]:
    """The faults of a value, those of the same keyword of the same schema as one."""
    if validator.is_valid(value):
        return []
    merged: dict[tuple[str, str, str], Fault] = {}
    for error in validator.iter_errors(value):
        for leaf in _leaves(error, 0):
            for fault in _of(leaf):
                key = (fault.rule, fault.schema, fault.expected)
                held = merged.get(key)
                merged[key] = fault if held is None else replace(held, times=held.times + 1)
        if len(merged) >= MOST:
            break
    return list(merged.values())


def _leaves(error: Any, depth: int) -> Iterator[Any]:
    """The errors that tell: for alternatives, those of the one that the value was meant for."""
    branches = _branches(error)
    if not branches or depth >= DEEPEST:
        yield error
        return
    root = len(error.instance_path)
    distances = [sum(_distance(inner, root, depth) for inner in branch) for branch in branches]
    best = min(range(len(branches)), key=distances.__getitem__)
    if distances[best] >= FAR:
        yield error
        return
    for inner in branches[best]:
        yield from _leaves(inner, depth + 1)


def _branches(error: Any) -> list[list[Any]]:
    if error.kind.name not in ("anyOf", "oneOf"):
        return []
    return [branch for branch in error.kind.context if branch]


def _distance(error: Any, root: int, depth: int) -> int:
    kind, path = error.kind, error.instance_path
    branches = _branches(error)
    if branches and depth < DEEPEST:
        return min(sum(_distance(inner, root, depth + 1) for inner in branch) for branch in branches)
    if len(path) == root and (kind.name in ("type", "enum", "const") or _wants_nothing(kind)):
        return OTHER_TYPE
    if kind.name in ("enum", "const") and path[-1] == "kind" and len(path) == root + 1:
        return OTHER_KIND
    if kind.name == "additionalProperties":
        return FOREIGN_FIELD * len(kind.unexpected)
    return MISSING_FIELD if kind.name == "required" else OTHERWISE


def _wants_nothing(kind: Any) -> bool:
    return bool(kind.name == "maxProperties" and kind.limit == 0)


def _of(error: Any) -> Iterator[Fault]:
    kind = error.kind
    place = pointer_of(error.instance_path)
    schema = pointer(*(str(part) for part in error.schema_path))
    if kind.name == "additionalProperties":
        for name in kind.unexpected:
            found = error.instance.get(name)
            inner = pointer_of([*error.instance_path, name])
            yield Fault("undocumented", inner, schema, f"no field `{name}`", shown(found, inner))
        return
    rule = "additionalProperties" if kind.name == "falseSchema" else kind.name
    seen = _kind_seen(error) if rule == "required" else shown(error.instance, place)
    yield Fault(rule, place, schema, brief(expected(error)), seen)


def _kind_seen(error: Any) -> str:
    names = ", ".join(list(error.instance)[:6]) if isinstance(error.instance, dict) else ""
    more = ", …" if len(error.instance) > 6 else ""
    return f"only {names}{more}" if names else "no field"


def expected(error: Any) -> str:
    """What a keyword asks for, in words."""
    kind = error.kind
    match kind.name:
        case "type":
            return " or ".join(kind.types)
        case "enum":
            return _one_of(kind.options)
        case "const":
            return shown(kind.expected_value)
        case "required":
            return f"a field `{kind.property}`"
        case "format":
            return f"a {kind.format}"
        case "pattern":
            return f"text that matches {kind.pattern}"
        case "multipleOf":
            return f"a multiple of {kind.multiple_of}"
        case "uniqueItems":
            return "no item twice"
        case "anyOf" | "oneOf":
            return _alternatives(error)
        case "falseSchema":
            return "nothing here"
    words = LIMITS.get(kind.name)
    return f"{words[0]} {kind.limit}{words[1]}" if words else str(error.message)


LIMITS: Final = {
    "minimum": ("at least", ""),
    "maximum": ("at most", ""),
    "exclusiveMinimum": ("more than", ""),
    "exclusiveMaximum": ("less than", ""),
    "minLength": ("at least", " characters"),
    "maxLength": ("at most", " characters"),
    "minItems": ("at least", " items"),
    "maxItems": ("at most", " items"),
    "minProperties": ("at least", " fields"),
    "maxProperties": ("at most", " fields"),
}


def _one_of(options: Sequence[Any]) -> str:
    texts = [shown(option) for option in options]
    return texts[0] if len(texts) == 1 else "one of " + ", ".join(texts)


def _alternatives(error: Any) -> str:
    branches = _branches(error)
    if not branches:
        return "exactly one of the alternatives"
    kinds = [
        option
        for branch in branches
        for inner in branch
        if inner.kind.name == "enum" and list(inner.instance_path)[-1:] == ["kind"]
        for option in inner.kind.options
    ]
    if kinds and isinstance(error.instance, dict) and "kind" in error.instance:
        return "`kind` to be " + _one_of(kinds)
    return " or ".join(dict.fromkeys(expected(branch[0]) for branch in branches))
