"""Violations of the control plane's contract as problems that name the field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..control.problems import Problem


def body_problem(errors: Sequence[Any]) -> Problem:
    """jsonschema-rs errors of one body as a problem; the first gives its `field`."""
    found = [each for error in errors for each in _described(error)]
    field, detail = found[0]
    return Problem("invalid_body", detail, field=field or None, errors=found if len(found) > 1 else ())


def _described(error: Any) -> Iterator[tuple[str, str]]:
    place = field_name(error.instance_path)
    kind = error.kind
    if kind.name == "additionalProperties":
        for name in kind.unexpected:
            yield _below(place, name), f"There is no key `{name}` here."
    elif kind.name == "required":
        yield _below(place, kind.property), "This key is required."
    else:
        yield place, error.message


def _below(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def field_name(path: Sequence[str | int]) -> str:
    """A path into JSON as people write it: `events[3].properties`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.lstrip(".")
