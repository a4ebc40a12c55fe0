"""Paths of a contract as a tree of segments: a look-up costs the length of the path, not of the list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from .contract import Operation

PARAMETER: Final = re.compile(r"\{([^}]*)\}")


@dataclass(slots=True)
class Node:
    """What may follow a part of a path. `patterns` are segments with parameters, most particular first."""

    literals: dict[str, Node] = field(default_factory=dict)
    patterns: list[tuple[str, re.Pattern[str] | None, tuple[str, ...], Node]] = field(default_factory=list)
    operations: dict[str, Operation] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """A path that the contract has: its operations by method (upper case), and the path's parameters."""

    operations: Mapping[str, Operation]
    parameters: Mapping[str, str]


class PathTree:
    """Operations by path; the most particular path wins, whatever its methods, as in Django."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._root = Node()
        for operation in operations:
            self._add(operation)

    def _add(self, operation: Operation) -> None:
        node = self._root
        for segment in operation.path.split("/")[1:]:
            node = _below(node, segment)
        node.operations[operation.method.upper()] = operation
        if operation.method == "get":
            # RFC 9110, 9.3.2: whatever can be got can be asked about
            node.operations.setdefault("HEAD", operation)

    def place(self, path: str) -> Place | None:
        """The most particular path that fits, or None where none does."""
        segments = path.split("/")
        found: list[tuple[str, str]] = []
        node = _follow(self._root, segments, 1, found)
        return None if node is None else Place(node.operations, dict(found))

    def find(self, method: str, path: str) -> Operation | None:
        """The operation, or None for what the contract does not have."""
        place = self.place(path)
        return None if place is None else place.operations.get(method)


def _below(node: Node, segment: str) -> Node:
    names = tuple(PARAMETER.findall(segment))
    if not names:
        return node.literals.setdefault(segment, Node())
    shape = PARAMETER.sub("{}", segment)
    for known, _, known_names, child in node.patterns:
        if known == shape and known_names == names:
            return child
    pattern = None
    if shape != "{}":
        pattern = re.compile("([^/]+)".join(re.escape(part) for part in shape.split("{}")))
    child = Node()
    node.patterns.append((shape, pattern, names, child))
    node.patterns.sort(key=lambda entry: -len(entry[0]))
    return child


def _follow(node: Node, segments: list[str], at: int, found: list[tuple[str, str]]) -> Node | None:
    if at == len(segments):
        return node if node.operations else None
    segment = segments[at]
    literal = node.literals.get(segment)
    if literal is not None:
        end = _follow(literal, segments, at + 1, found)
        if end is not None:
            return end
    if segment:
        for _, pattern, names, child in node.patterns:
            matched = (segment,) if pattern is None else _groups(pattern, segment)
            if matched is not None:
                end = _follow(child, segments, at + 1, found)
                if end is not None:
                    found.extend(zip(names, matched, strict=True))
                    return end
    return None


def _groups(pattern: re.Pattern[str], segment: str) -> tuple[str, ...] | None:
    match = pattern.fullmatch(segment)
    return None if match is None else match.groups()
