"""Whatever is raised around a handler, in the dialect of its path: the vendor's, or problem details."""

from __future__ import annotations

import logging
from typing import Any

from ..control.problems import MEDIA_TYPE, Problem
from ..errors import ApiError
from .contract import Contract
from .control_answers import as_problem, is_control, problem_body
from .exceptions import ErrorAnswers
from .exchange import KEY, Exchange
from .routing import ConnexionResponse, HTTPException

logger = logging.getLogger("mockserver")


class ErrorDialects:
    """Connexion's exception handlers for both dialects."""

    def __init__(self, vendor: ErrorAnswers, control: Contract) -> None:
        self._vendor = vendor
        self._control = control

    async def problem(self, request: Any, error: Problem) -> ConnexionResponse:
        """A refusal by the control plane."""
        exchange: Exchange = request.scope[KEY]
        headers = dict(error.headers)
        if error.status == 401:
            headers.setdefault("WWW-Authenticate", "Bearer")
        return ConnexionResponse(
            status_code=error.status,
            mimetype=MEDIA_TYPE,
            body=problem_body(error, exchange.path),
            headers=headers,
        )

    async def api_error(self, request: Any, error: ApiError) -> ConnexionResponse:
        """An error that knows its own answer in the vendor's dialect."""
        exchange: Exchange = request.scope[KEY]
        exchange.notes["error"] = error.name
        if is_control(exchange.path):
            return await self.problem(request, as_problem(error, exchange.path))
        return await self._vendor.api_error(request, error)

    async def http_exception(self, request: Any, error: HTTPException) -> ConnexionResponse:
        """A path without route, or a method that the path does not have."""
        exchange: Exchange = request.scope[KEY]
        if not is_control(exchange.path):
            exchange.notes["error"] = (
                "method_not_allowed" if error.status_code == 405 else "endpoint_not_found"
            )
            return await self._vendor.http_exception(request, error)
        if error.status_code == 405:
            allowed = self._control.allowed_methods(exchange.path)
            text = f"{exchange.path} has no {exchange.method}."
            headers = {"Allow": allowed} if allowed else {}
            return await self.problem(request, Problem("method_not_allowed", text, headers=headers))
        return await self.problem(request, Problem("not_found", f"There is nothing at {exchange.path}."))

    async def refusal(self, request: Any, error: Any) -> ConnexionResponse:
        """A refusal by Connexion itself."""
        exchange: Exchange = request.scope[KEY]
        if not is_control(exchange.path):
            return await self._vendor.problem(request, error)
        if error.status == 415:
            given = exchange.headers.get("content-type", "")
            text = f"Send application/json, not {given or 'nothing'}."
            return await self.problem(request, Problem("unsupported_media_type", text))
        return await self.crash(request, error)

    async def crash(self, request: Any, error: Exception) -> ConnexionResponse:
        """A bug of the fake: logged loudly."""
        exchange: Exchange = request.scope[KEY]
        if not is_control(exchange.path):
            exchange.notes["error"] = "server_error"
            return await self._vendor.crash(request, error)
        logger.error("request failed", exc_info=error)
        return await self.problem(request, Problem("server_error", "The control plane failed; see the log."))
