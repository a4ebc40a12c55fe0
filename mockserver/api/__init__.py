"""Handlers of the contract, one module a tag; each finds its function by operationId."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Final

from .call import Answer, Call

MODULES: Final = (
    "activity",
    "capture",
    "dashboards",
    "health",
    "insight_actions",
    "insights",
    "organizations",
    "personal_api_keys",
    "projects",
    "query",
    "session",
    "shared_pages",
    "sharing",
    "siblings",
    "users",
)


def find_handlers(operation_ids: Iterable[str]) -> dict[str, Callable[[Call], Answer]]:
    """The handler of each operation; raises LookupError for one that no module has."""
    modules = [import_module(f"{__name__}.{name}") for name in MODULES]
    found: dict[str, Callable[[Call], Answer]] = {}
    for operation_id in operation_ids:
        handler = next((getattr(m, operation_id) for m in modules if hasattr(m, operation_id)), None)
        if handler is None:
            raise LookupError(f"no module of handlers has a function {operation_id}")
        found[operation_id] = handler
    return found
