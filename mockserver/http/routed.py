"""Right after routing: which operation of the contract a request is, or that it is none."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from ..errors import api_error
from .contract import Contract, Operation
from .exchange import exchange_of

Scope = MutableMapping[str, Any]


class Routed:
    """Notes the operation that Connexion has found; an unknown path under `/api` ends here.

    So does a method that a path does not have, where Connexion fell back on a less particular path.
    """

    def __init__(
        self, app: Callable[..., Awaitable[None]], *, operations: Mapping[str, Operation], contract: Contract
    ) -> None:
        self._app = app
        self._operations = operations
        self._contract = contract
        self._hidden = contract.hidden_paths()

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Pass the request on; raises ApiError for an endpoint or a method that does not exist."""
        if scope["type"] == "http":
            routing = scope.get("extensions", {}).get("connexion_routing", {})
            exchange = exchange_of(scope)
            exchange.operation = self._operations.get(routing.get("operation_id") or "")
            if exchange.operation is None:
                raise api_error("endpoint_not_found")
            hidden = self._hidden.get(exchange.operation.operation_id, ())
            if any(path.fullmatch(exchange.path) for path in hidden):
                exchange.operation = None
                allowed = self._contract.allowed_methods(exchange.path) or ""
                raise api_error("method_not_allowed", method=exchange.method, headers={"Allow": allowed})
        await self._app(scope, receive, send)
