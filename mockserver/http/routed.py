"""Right after routing: which operation of the contract a request is, or that it is none."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from ..errors import api_error
from .contract import Operation
from .exchange import exchange_of

Scope = MutableMapping[str, Any]


class Routed:
    """Notes the operation that Connexion has found; an unknown path under `/api` ends here."""

    def __init__(self, app: Callable[..., Awaitable[None]], *, operations: Mapping[str, Operation]) -> None:
        self._app = app
        self._operations = operations

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Pass the request on; raises ApiError for an endpoint that does not exist."""
        if scope["type"] == "http":
            routing = scope.get("extensions", {}).get("connexion_routing", {})
            exchange = exchange_of(scope)
            exchange.operation = self._operations.get(routing.get("operation_id") or "")
            if exchange.operation is None:
                raise api_error("endpoint_not_found")
        await self._app(scope, receive, send)
