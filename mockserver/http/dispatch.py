"""From a routed request to its handler and back: the one place that knows both HTTP and handlers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

import flask
import orjson

from ..api.call import Answer, Call
from ..errors import ApiError, api_error
from ..services import Services
from ..store import StoreUnavailable
from .exchange import KEY, Exchange

Handler = Callable[[Call], Answer]

logger = logging.getLogger("mockserver")


class Dispatcher:
    """Makes the Flask view of an operation from its handler."""

    def __init__(
        self, services: Services, handlers: Mapping[str, Handler], allowed: Callable[[str], str | None]
    ) -> None:
        self._services = services
        self._handlers = handlers
        self._allowed = allowed

    def view(self, operation_id: str) -> Callable[..., flask.Response]:
        """The view of one operation; raises LookupError where no handler has its name."""
        handler = self._handlers.get(operation_id)
        if handler is None:
            raise LookupError(f"no handler is called {operation_id}")

        def view(**path: str) -> flask.Response:
            return self._run(operation_id, handler, path)

        view.__name__ = operation_id
        return view

    def _run(self, operation_id: str, handler: Handler, path: Mapping[str, str]) -> flask.Response:
        exchange: Exchange = flask.request.environ[KEY]
        try:
            answer = self._services.store.run(lambda: handler(self._call(operation_id, exchange, path)))
        except ApiError as error:
            exchange.notes["error"] = error.name
            answer = as_answer(error)
        except StoreUnavailable as error:
            logger.error("%s failed: %s", operation_id, error)
            answer = as_answer(api_error("server_error"))
        except Exception:
            logger.exception("%s failed", operation_id)
            answer = as_answer(api_error("server_error"))
        response = as_response(answer)
        if answer.status == 405:
            # RFC 9110, 15.5.6: a 405 must say what is allowed
            response.headers["Allow"] = self._allowed(exchange.path) or ""
        return response

    def _call(self, operation_id: str, exchange: Exchange, path: Mapping[str, str]) -> Call:
        return Call(
            services=self._services,
            operation_id=operation_id,
            method=exchange.method,
            caller=exchange.caller,
            path=path,
            query=exchange.query,
            headers=exchange.headers,
            base_url=exchange.base_url,
            raw_path=exchange.raw_path,
            query_string=exchange.query_string,
            profile=self._services.profile_of(exchange.project),
            found_project=exchange.project,
            parsed_body=exchange.readable_body(),
            violation=exchange.violation,
        )


def as_answer(error: ApiError) -> Answer:
    """An error as an answer."""
    if error.text is not None:
        return Answer(error.text.encode(), error.status, error.headers, "text/plain; charset=utf-8")
    body = None if error.body is None else dict(error.body)
    return Answer(body, error.status, error.headers)


def as_response(answer: Answer) -> flask.Response:
    """An answer as Flask sends it; JSON by orjson, an empty body without a content type."""
    body = answer.body
    if body is None:
        response = flask.Response(b"", answer.status)
        del response.headers["Content-Type"]
    elif isinstance(body, bytes):
        response = flask.Response(body, answer.status, content_type=answer.content_type)
    else:
        data = (
            body.encode()
            if isinstance(body, str) and answer.content_type != "application/json"
            else orjson.dumps(body)
        )
        response = flask.Response(data, answer.status, content_type=answer.content_type)
    for name, value in answer.headers.items():
        response.headers[name] = value
    for cookie in answer.cookies:
        response.headers.add("Set-Cookie", cookie)
    return response
