"""Whatever is raised around a handler, as an answer in the vendor's envelope."""

from __future__ import annotations

import logging
from typing import Any

import orjson

from ..errors import ApiError, api_error
from .contract import Contract
from .exchange import KEY, Exchange
from .routing import ConnexionResponse, HTTPException

logger = logging.getLogger("mockserver")


class ErrorAnswers:
    """Connexion's exception handlers."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract

    async def api_error(self, _request: Any, error: ApiError) -> ConnexionResponse:
        """An error that knows its own answer."""
        return render(error)

    async def http_exception(self, request: Any, error: HTTPException) -> ConnexionResponse:
        """A path without route, or a method that the path does not have."""
        exchange: Exchange = request.scope[KEY]
        if error.status_code == 405:
            allowed = self._contract.allowed_methods(exchange.path)
            headers = {"Allow": allowed} if allowed else {}
            return render(api_error("method_not_allowed", method=exchange.method, headers=headers))
        return render(api_error("endpoint_not_found"))

    async def problem(self, request: Any, error: Any) -> ConnexionResponse:
        """A refusal by Connexion itself."""
        exchange: Exchange = request.scope[KEY]
        if error.status == 415:
            media_type = exchange.headers.get("content-type", "")
            return render(api_error("unsupported_media_type", media_type=media_type))
        if error.status == 401:
            return render(api_error("not_authenticated"))
        return await self.crash(request, error)

    async def crash(self, _request: Any, error: Exception) -> ConnexionResponse:
        """A bug of the fake: logged loudly."""
        logger.error("request failed", exc_info=error)
        return render(api_error("server_error"))


def render(error: ApiError) -> ConnexionResponse:
    """An error in PostHog's envelope."""
    headers = dict(error.headers)
    if error.body is None:
        return ConnexionResponse(status_code=error.status, body=b"", headers=headers)
    return ConnexionResponse(
        status_code=error.status,
        mimetype="application/json",
        body=orjson.dumps(dict(error.body)),
        headers=headers,
    )
