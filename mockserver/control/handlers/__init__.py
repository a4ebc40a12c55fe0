"""Handlers of the control plane, one module a tag; each finds its function by operationId."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Final

from ...api.call import Answer
from ..call import ControlCall

MODULES: Final = (
    "accounts",
    "clock",
    "console",
    "content",
    "faults",
    "jobs",
    "looking",
    "projects",
    "refresh",
    "requests",
    "server",
    "snapshots",
)


def find_handlers(operation_ids: Iterable[str]) -> dict[str, Callable[[ControlCall], Answer]]:
    """The handler of each operation; raises LookupError for one that no module has."""
    modules = [import_module(f"{__name__}.{name}") for name in MODULES]
    found: dict[str, Callable[[ControlCall], Answer]] = {}
    for operation_id in operation_ids:
        handler = next((getattr(m, operation_id) for m in modules if hasattr(m, operation_id)), None)
        if handler is None:
            raise LookupError(f"no module of the control plane has a function {operation_id}")
        found[operation_id] = handler
    return found
