"""Fields that a schema lets through and does not know, and those that it calls deprecated.

JSON Schema has nothing to say of either, so the documented names are read from the schemas themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from ..http.contract import Contract
from ..http.contract_reader import pointer_of

DEEPEST: Final = 40
ROWS: Final = 200


@dataclass(frozen=True, slots=True)
class View:
    """One plain schema, without references and alternatives: the fields it names.

    `is_open` means that it also lets through fields that it does not name, without wanting them; one that
    takes any field on purpose names none. `kinds` are the values of `kind` that it is for.
    """

    place: str
    names: Mapping[str, str] = field(default_factory=dict)
    deprecated: frozenset[str] = frozenset()
    items: str | None = None
    extra: str | None = None
    takes_objects: bool = True
    is_open: bool = False
    is_free: bool = False
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FieldFound:
    """A field that is not documented, or deprecated; `schema` is where the contract says so, or should."""

    pointer: str
    schema: str
    value: Any
    is_deprecated: bool


class Fields:
    """Looks for such fields in values."""

    def __init__(self, contract: Contract) -> None:
        self._document = contract.document
        self.views = cache(self._views)
        self._is_telling = cache(self._look_for_telling)

    def undocumented(self, value: Any, place: str) -> Iterator[FieldFound]:
        """The fields of a value that the schema at a pointer lets through and does not name."""
        if self._is_telling(place, deprecated=False):
            walked = self._walk(value, self.views(place), (), deprecated=False)
            yield from (one for one in walked if not one.is_deprecated)

    def undocumented_or_deprecated(self, value: Any, place: str) -> Iterator[FieldFound]:
        """Such fields, and those that the schema calls deprecated."""
        if self._is_telling(place, deprecated=True):
            yield from self._walk(value, self.views(place), (), deprecated=True)

    def _look_for_telling(self, place: str, *, deprecated: bool) -> bool:
        """Whether any schema at or below a place lets fields through, or calls one deprecated."""
        seen: set[str] = set()
        waiting = [place]
        while waiting:
            for view in self.views(waiting.pop()):
                if view.place in seen:
                    continue
                seen.add(view.place)
                if view.is_open or (deprecated and view.deprecated):
                    return True
                waiting += [*view.names.values(), *filter(None, (view.items, view.extra))]
        return False

    def _walk(
        self, value: Any, views: tuple[View, ...], path: tuple[str | int, ...], *, deprecated: bool
    ) -> Iterator[FieldFound]:
        if len(path) > DEEPEST or not views:
            return
        if isinstance(value, list):
            inner = tuple(view for one in views if one.items for view in self.views(one.items))
            for number, item in enumerate(value[:ROWS] if inner else ()):
                yield from self._walk(item, inner, (*path, number), deprecated=deprecated)
        elif isinstance(value, dict):
            yield from self._walk_object(value, _meant(value, views), path, deprecated=deprecated)

    def _walk_object(
        self,
        value: dict[str, Any],
        views: tuple[View, ...],
        path: tuple[str | int, ...],
        *,
        deprecated: bool,
    ) -> Iterator[FieldFound]:
        is_open = any(view.is_open for view in views) and not any(view.is_free for view in views)
        for name, inner_value in value.items():
            knowing = [view for view in views if name in view.names]
            here = (*path, name)
            if not knowing and is_open:
                yield FieldFound(pointer_of(here), views[0].place, inner_value, is_deprecated=False)
            elif knowing and all(name in view.deprecated for view in knowing):
                schema = knowing[0].names[name]
                yield FieldFound(pointer_of(here), schema, inner_value, is_deprecated=True)
            if not isinstance(inner_value, dict | list):
                continue
            places = [view.names[name] for view in knowing] or [view.extra for view in views if view.extra]
            telling = [place for place in places if self._is_telling(place, deprecated=deprecated)]
            inner = tuple(view for place in telling for view in self.views(place))
            yield from self._walk(inner_value, inner, here, deprecated=deprecated)

    def _views(self, place: str) -> tuple[View, ...]:
        return tuple(self._read(place, 0))

    def _read(self, place: str, depth: int) -> Iterator[View]:
        node = self.node(place)
        if depth > DEEPEST or not isinstance(node, dict):
            return
        if "$ref" in node:
            yield from self._read(node["$ref"], depth + 1)
            return
        combined = [
            f"{place}/{word}/{number}"
            for word in ("allOf", "anyOf", "oneOf")
            for number in range(len(node.get(word, ())))
        ]
        for inner in combined:
            yield from self._read(inner, depth + 1)
        if "enum" not in node and ("properties" in node or not combined):
            yield self._view(node, place)

    def _view(self, node: Mapping[str, Any], place: str) -> View:
        properties = node.get("properties", {})
        additional = node.get("additionalProperties")
        kind = self.node(f"{place}/properties/kind") if "kind" in properties else {}
        return View(
            place=place,
            names={name: f"{place}/properties/{_escaped(name)}" for name in properties},
            deprecated=frozenset(name for name, schema in properties.items() if schema.get("deprecated")),
            items=f"{place}/items" if "items" in node else None,
            extra=f"{place}/additionalProperties" if isinstance(additional, dict) else None,
            takes_objects=node.get("type", "object") == "object",
            is_open=bool(properties) and additional is None,
            is_free=additional is True
            or isinstance(additional, dict)
            or not (properties or additional is False),
            kinds=frozenset(kind.get("enum", ())),
        )

    def node(self, place: str) -> Any:
        """The part of the contract at a pointer."""
        node: Any = self._document
        for part in place[2:].split("/"):
            key = part.replace("%25", "%").replace("~1", "/").replace("~0", "~")
            node = node[int(key)] if isinstance(node, list) else node[key]
        return node


def _meant(value: Mapping[str, Any], views: tuple[View, ...]) -> tuple[View, ...]:
    """The views of objects that a value's `kind` chooses; all of them where it chooses none."""
    views = tuple(view for view in views if view.takes_objects)
    kind = value.get("kind")
    if not isinstance(kind, str):
        return views
    return tuple(view for view in views if kind in view.kinds) or views


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1").replace("%", "%25")
