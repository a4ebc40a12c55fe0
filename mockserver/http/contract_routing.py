"""Routing by the contracts: which operation a request is, or that it is none.

It stands in the place of Connexion's own, which tries one path after the other.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from ..errors import api_error
from .contract import Operation
from .exchange import exchange_of
from .path_tree import PathTree
from .routing import ROUTING_CONTEXT, HTTPException, SpecMiddleware

Scope = MutableMapping[str, Any]


class ContractRouting(SpecMiddleware):  # type: ignore[misc]
    """ASGI middleware that notes the operation of a request where Connexion and our layers look for it."""

    def __init__(self, app: Callable[..., Awaitable[None]], *, operations: Iterable[Operation]) -> None:
        self._app = app
        self._tree = PathTree(operations)

    def add_api(self, specification: Any, **_: Any) -> None:
        """Nothing to add: the operations are known already."""

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Pass the request on; raises ApiError for no endpoint, HTTPException for no such method of one."""
        if scope["type"] == "http":
            place = self._tree.place(scope["path"])
            if place is None:
                raise api_error("endpoint_not_found")
            operation = place.operations.get(scope["method"])
            if operation is None:
                raise HTTPException(405)
            exchange_of(scope).operation = operation
            scope["path_params"] = exchange_of(scope).path_params = place.parameters
            routing = {"api_base_path": "", "operation_id": operation.operation_id}
            scope["extensions"] = {**scope.get("extensions", {}), ROUTING_CONTEXT: routing}
        await self._app(scope, receive, send)
