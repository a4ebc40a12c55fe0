"""Connexion's FlaskApp, told to route straight to our views over our bridge."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

from .lean_imports import stood_in
from .routed_flask import RoutedFlask

with warnings.catch_warnings(), stood_in():
    # Starlette's test client, where it is imported after all, warns about its own dependency
    warnings.simplefilter("ignore")
    from connexion import FlaskApp
    from connexion.apps.flask import FlaskApi, FlaskASGIApp
    from connexion.datastructures import MediaTypeDict
    from connexion.exceptions import ProblemException
    from connexion.frameworks.flask import FlaskJSONProvider
    from connexion.lifecycle import ConnexionResponse
    from connexion.middleware.abstract import ROUTING_CONTEXT, SpecMiddleware
    from connexion.middleware.exceptions import ExceptionMiddleware
    from connexion.middleware.request_validation import (
        RequestValidationAPI,
        RequestValidationMiddleware,
        RequestValidationOperation,
    )
    from connexion.middleware.response_validation import (
        ResponseValidationAPI,
        ResponseValidationMiddleware,
        ResponseValidationOperation,
    )
    from connexion.resolver import Resolver

from starlette.exceptions import HTTPException

__all__ = [
    "ROUTING_CONTEXT",
    "ConnexionResponse",
    "ContractFlaskApp",
    "ExceptionMiddleware",
    "HTTPException",
    "MediaTypeDict",
    "ProblemException",
    "RequestValidationAPI",
    "RequestValidationMiddleware",
    "RequestValidationOperation",
    "Resolver",
    "ResponseValidationAPI",
    "ResponseValidationMiddleware",
    "ResponseValidationOperation",
    "SpecMiddleware",
]


class ContractFlaskApi(FlaskApi):  # type: ignore[misc]
    """Views get what they need from the exchange, so Connexion's argument decorators are left out."""

    def make_operation(self, operation: Any) -> Callable[..., Any]:
        """The view itself."""
        view: Callable[..., Any] = operation.function
        return view


class ContractFlaskAsgiApp(FlaskASGIApp):  # type: ignore[misc]
    """The innermost app: Flask behind the bridge that `bridge` makes."""

    def __init__(self, import_name: str, bridge: Callable[[Any], Any]) -> None:
        # as Connexion's own sets its Flask up, but for the thread pool and the routing
        self.app = RoutedFlask(import_name)
        self.app.json = FlaskJSONProvider(self.app)
        self.app.config.update(
            PROPAGATE_EXCEPTIONS=True, TRAP_BAD_REQUEST_ERRORS=True, TRAP_HTTP_EXCEPTIONS=True
        )
        self.asgi_app = bridge(self.app.wsgi_app)

    def add_api(self, specification: Any, *, name: str | None = None, **kwargs: Any) -> FlaskApi:
        """Register the routes of one document."""
        api = ContractFlaskApi(specification, **kwargs)
        if name is not None:
            self.app.register_blueprint(api.blueprint, name=name)
        else:
            self.app.register_blueprint(api.blueprint)
        return api


class ContractFlaskApp(FlaskApp):  # type: ignore[misc]
    """A FlaskApp whose innermost app is ours; `layers` stand around it, the outermost first.

    Connexion's own last resort is none of them: it calls its asynchronous handler as if it were not, and
    fails over that. The front answers what no layer caught.
    """

    def __init__(self, import_name: str, *, bridge: Callable[[Any], Any], layers: Sequence[Any]) -> None:
        super().__init__(import_name, middlewares=list(layers))
        inner = ContractFlaskAsgiApp(import_name, bridge)
        self._middleware_app = inner
        self.middleware.app = inner
        self.app = inner.app
