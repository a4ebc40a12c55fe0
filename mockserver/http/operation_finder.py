"""Which operation a request is, before it is routed: faults are matched by it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .contract import Operation

PARAMETER = re.compile(r"\{[^}]*\}")


class OperationFinder:
    """The contract's operations by method and path; the most particular path wins, as in routing."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._by_method: dict[str, list[tuple[re.Pattern[str], Operation]]] = {}
        for operation in sorted(operations, key=_order):
            listed = self._by_method.setdefault(operation.method.upper(), [])
            listed.append((_pattern(operation.path), operation))

    def find(self, method: str, path: str) -> Operation | None:
        """The operation, or None for what the contract does not have."""
        for pattern, operation in self._by_method.get(method, ()):
            if pattern.fullmatch(path):
                return operation
        return None


def _order(operation: Operation) -> tuple[int, int]:
    return len(PARAMETER.findall(operation.path)), -len(PARAMETER.sub("", operation.path))


def _pattern(path: str) -> re.Pattern[str]:
    literals = [re.escape(literal) for literal in PARAMETER.split(path)]
    return re.compile("[^/]+".join(literals))
