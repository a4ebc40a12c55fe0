"""A Flask app whose requests have been routed before they reach it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import flask
from flask.sessions import NullSession, SessionInterface
from werkzeug.routing import MapAdapter, Rule

from .exchange import KEY, Exchange


class Matched:
    """What Flask asks a URL adapter for, known already."""

    __slots__ = ("_parameters", "_rule")

    def __init__(self, rule: Rule, parameters: Mapping[str, str]) -> None:
        self._rule = rule
        self._parameters = parameters

    def match(self, **_: Any) -> tuple[Rule, dict[str, str]]:
        """The rule of the operation and the path's parameters."""
        return self._rule, dict(self._parameters)


class NoSession(SessionInterface):
    """No signed cookie: sessions are documents of the store."""

    def open_session(self, app: flask.Flask, request: flask.Request) -> NullSession:  # noqa: ARG002
        """A session that holds nothing."""
        return NullSession()

    def save_session(self, app: flask.Flask, session: Any, response: flask.Response) -> None:
        """Nothing to save."""


class RoutedFlask(flask.Flask):
    """Flask without routing of its own: the operation in the exchange says which view it is."""

    session_interface = NoSession()

    @cached_property
    def _rules(self) -> dict[str, Rule]:
        return {str(rule.endpoint).rpartition(".")[2]: rule for rule in self.url_map.iter_rules()}

    def create_url_adapter(self, request: flask.Request | None) -> MapAdapter | None:
        """The rule of the request's operation; Flask's own way for a request from elsewhere."""
        exchange: Exchange | None = request.environ.get(KEY) if request is not None else None
        if exchange is None or exchange.operation is None:
            return super().create_url_adapter(request)
        matched: Any = Matched(self._rules[exchange.operation.operation_id], exchange.path_params)
        return matched  # type: ignore[no-any-return]
