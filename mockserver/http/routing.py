"""Connexion's FlaskApp, told to route straight to our views over our bridge."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from .lean_imports import stood_in

with warnings.catch_warnings(), stood_in():
    # Starlette's test client, where it is imported after all, warns about its own dependency
    warnings.simplefilter("ignore")
    from connexion import FlaskApp
    from connexion.apps.flask import FlaskApi, FlaskASGIApp
    from connexion.datastructures import MediaTypeDict
    from connexion.exceptions import ProblemException
    from connexion.lifecycle import ConnexionResponse
    from connexion.middleware import MiddlewarePosition
    from connexion.middleware.server_error import ServerErrorMiddleware
    from connexion.options import SwaggerUIOptions
    from connexion.resolver import Resolver

from starlette.exceptions import HTTPException

__all__ = [
    "ConnexionResponse",
    "ContractFlaskApp",
    "HTTPException",
    "MediaTypeDict",
    "MiddlewarePosition",
    "ProblemException",
    "Resolver",
    "SwaggerUIOptions",
]


class ContractFlaskApi(FlaskApi):  # type: ignore[misc]
    """Views get what they need from the exchange, so Connexion's argument decorators are left out."""

    def make_operation(self, operation: Any) -> Callable[..., Any]:
        """The view itself."""
        view: Callable[..., Any] = operation.function
        return view


class ContractFlaskAsgiApp(FlaskASGIApp):  # type: ignore[misc]
    """The innermost app: Flask behind the bridge that `bridge` makes."""

    def __init__(self, import_name: str, server_args: dict[str, Any], bridge: Callable[[Any], Any]) -> None:
        super().__init__(import_name, server_args)
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
    """A FlaskApp whose innermost app is ours."""

    def __init__(self, import_name: str, *, bridge: Callable[[Any], Any], **kwargs: Any) -> None:
        super().__init__(import_name, **kwargs)
        # Connexion's own last resort calls its asynchronous handler as if it were not, and fails over that;
        # the front answers what no layer caught
        self.middleware.middlewares.remove(ServerErrorMiddleware)
        inner = ContractFlaskAsgiApp(import_name, {}, bridge)
        self._middleware_app = inner
        self.middleware.app = inner
        self.app = inner.app
