"""Connexion's validation of requests and responses, with validators made once, not for each request."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

from .routing import (
    RequestValidationAPI,
    RequestValidationMiddleware,
    RequestValidationOperation,
    ResponseValidationAPI,
    ResponseValidationMiddleware,
    ResponseValidationOperation,
)

Scope = MutableMapping[str, Any]
ANY: str = "*/*"


class RequestCheck(RequestValidationOperation):  # type: ignore[misc]
    """The checks of one operation's requests: parameters, media type, body."""

    def __init__(self, next_app: Any, *, operation: Any, validator_map: Mapping[str, Any], **_: Any) -> None:
        super().__init__(next_app, operation=operation, validator_map=validator_map)
        self._parameters = validator_map["parameter"]()
        self._body = validator_map["body"][ANY]()
        self._takes_body = bool(operation.consumes)

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Pass on a request that keeps to the contract; raises what the validators raise."""
        self._parameters.validate(scope)
        if self._takes_body:
            mime_type, _ = self.extract_content_type(scope["headers"])
            self.validate_mime_type(mime_type)
            receive, scope = await self._body.wrap_receive(receive, scope=scope)
        await self.next_app(scope, receive, send)


class ResponseCheck(ResponseValidationOperation):  # type: ignore[misc]
    """The check of one operation's responses."""

    def __init__(self, next_app: Any, *, operation: Any, validator_map: Mapping[str, Any]) -> None:
        super().__init__(next_app, operation=operation, validator_map=validator_map)
        self._make = validator_map["response"][ANY]

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Pass the request on, with its answer held back until it has been checked."""
        await self.next_app(scope, receive, self._make(scope).wrap_send(send))


class RequestCheckApi(RequestValidationAPI):  # type: ignore[misc]
    """The request checks of one document."""

    def make_operation(self, operation: Any) -> RequestCheck:
        """The check of one operation."""
        return RequestCheck(self.next_app, operation=operation, validator_map=self.validator_map)


class ResponseCheckApi(ResponseValidationAPI):  # type: ignore[misc]
    """The response checks of one document."""

    def make_operation(self, operation: Any) -> ResponseCheck:
        """The check of one operation."""
        return ResponseCheck(self.next_app, operation=operation, validator_map=self.validator_map)


class RequestChecks(RequestValidationMiddleware):  # type: ignore[misc]
    """Middleware that holds requests against the contract."""

    api_cls = RequestCheckApi


class ResponseChecks(ResponseValidationMiddleware):  # type: ignore[misc]
    """Middleware that holds responses against the contract."""

    api_cls = ResponseCheckApi
