"""The results inside insights: their schema depends on the kind of the query beside them.

The contract says so by its extension `x-result-schemas`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from ..http.contract import Contract
from .fields import Fields

EXTENSION: Final = "x-result-schemas"
EACH: Final = "*"
DEEPEST: Final = 6

Plan = tuple[tuple[str, ...], str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class ResultFound:
    """A result, where it stands, and the pointer of the schema it must keep to."""

    path: tuple[str | int, ...]
    value: Any
    schema: str


class ResultSchemas:
    """Finds results in answers."""

    def __init__(self, contract: Contract, fields: Fields) -> None:
        self._document = contract.document
        self._fields = fields
        self._plans = cache(lambda place: tuple(self._plan(place, (), frozenset())))

    def found(self, body: Any, place: str) -> Iterator[ResultFound]:
        """The results in a body whose schema stands at `place`."""
        for steps, name, schemas in self._plans(place):
            for path, holder in _follow(body, steps, ()):
                schema = schemas.get(_kind(holder.get("query")))
                if schema is not None and holder.get(name) is not None:
                    yield ResultFound((*path, name), holder[name], schema)

    def _plan(self, place: str, steps: tuple[str, ...], above: frozenset[str]) -> Iterator[Plan]:
        if len(steps) > DEEPEST:
            return
        for view in self._fields.views(place):
            if view.place in above:
                continue
            inner = above | {view.place}
            for name, schema in view.names.items():
                extension = self._fields.node(schema).get(EXTENSION)
                if extension is not None:
                    yield steps, name, extension
                yield from self._plan(schema, (*steps, name), inner)
            if view.items is not None:
                yield from self._plan(view.items, (*steps, EACH), inner)


def _follow(
    node: Any, steps: Sequence[str], path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    if not steps:
        if isinstance(node, dict):
            yield path, node
    elif steps[0] == EACH:
        for number, item in enumerate(node if isinstance(node, list) else ()):
            yield from _follow(item, steps[1:], (*path, number))
    elif isinstance(node, dict) and steps[0] in node:
        yield from _follow(node[steps[0]], steps[1:], (*path, steps[0]))


def _kind(query: Any) -> str:
    """The kind of what is asked: inside a node that shows a query, that of its source."""
    while isinstance(query, dict) and isinstance(query.get("source"), dict):
        query = query["source"]
    return str(query.get("kind", "")) if isinstance(query, dict) else ""
