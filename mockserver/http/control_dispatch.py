"""From a routed request to a handler of the control plane and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import flask

from ..api.call import Answer
from ..control.call import ControlCall
from ..control.problems import MEDIA_TYPE, Problem
from ..services import Services
from ..store import JSONObject
from .control_answers import problem_body
from .control_validators import typed_query
from .dispatch import as_response
from .exchange import KEY, Exchange

Handler = Callable[[ControlCall], Answer]


class ControlDispatcher:
    """Makes the Flask view of an operation from its handler."""

    def __init__(self, services: Services, handlers: Mapping[str, Handler]) -> None:
        self._services = services
        self._handlers = handlers

    def view(self, operation_id: str) -> Callable[..., flask.Response]:
        """The view of one operation; raises LookupError where no handler has its name."""
        handler = self._handlers.get(operation_id)
        if handler is None:
            raise LookupError(f"no handler is called {operation_id}")

        def view(**path: str) -> flask.Response:
            return self._run(handler, path)

        view.__name__ = operation_id
        return view

    def _run(self, handler: Handler, path: Mapping[str, str]) -> flask.Response:
        exchange: Exchange = flask.request.environ[KEY]
        try:
            answer = self._services.store.run(lambda: handler(self._call(exchange, path)))
        except Problem as problem:
            body = problem_body(problem, exchange.path)
            answer = Answer(body, problem.status, problem.headers, content_type=MEDIA_TYPE)
        exchange.stream = answer.stream
        return as_response(answer)

    def _call(self, exchange: Exchange, path: Mapping[str, str]) -> ControlCall:
        body: JSONObject = dict(exchange.sent_object())
        return ControlCall(
            services=self._services,
            control=self._services.control,
            path=path,
            query=typed_query(exchange.operation, exchange) if exchange.operation else {},
            body=body,
            base_url=exchange.base_url,
            headers=exchange.headers,
        )
