"""The three validators that Connexion calls, over the contract's compiled schemas."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson

from ..errors import ApiError, api_error
from ..store import JSON
from .checked_bodies import CheckedBodies
from .contract import Contract, Parameter
from .exchange import Exchange, Scope, exchange_of
from .vendor_words import body_violation, parameter_violation

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]

logger = logging.getLogger("mockserver.contract")


class ContractBreach(Exception):
    """An answer of the fake that its own contract does not allow: a bug of the fake."""


class ParameterValidator:
    """Checks path and query parameters; lenient ones pass, as the vendor lets them."""

    def __init__(self, contract: Contract, *_: object, **__: object) -> None:
        self._contract = contract

    def validate(self, scope: Scope) -> None:
        """Raises ApiError for a body of no type, or for the first parameter that is not as it must be."""
        exchange = exchange_of(scope)
        operation = exchange.operation
        if operation is None:
            return
        if exchange.body and operation.body_types and "content-type" not in exchange.headers:
            raise api_error("unsupported_media_type", media_type="")
        for parameter in operation.parameters:
            if parameter.place == "query" and not parameter.lenient:
                self._check(exchange, parameter)
            elif parameter.place == "path" and parameter.schema.get("type") == "integer":
                text = scope["path_params"].get(parameter.name, "")
                if not (text.isascii() and text.isdigit() and len(text) < 19):
                    raise api_error("not_found")

    def _check(self, exchange: Exchange, parameter: Parameter) -> None:
        text = exchange.query.get(parameter.name)
        if text is None:
            if parameter.required:
                raise api_error(
                    "invalid_value", field=parameter.name, reason="This field is required.", code="required"
                )
            return
        value = coerce(text, parameter.schema)
        for error in self._contract.book.validator(parameter.pointer).iter_errors(value):
            raise parameter_violation(parameter.name, error)


def coerce(text: str, schema: Any) -> JSON:
    """The text of a query parameter as the JSON value its schema speaks of, or the text itself."""
    kind = schema.get("type")
    try:
        if kind == "integer":
            return int(text)
        if kind == "number":
            return float(text)
    except ValueError:
        return text
    if kind == "boolean" and text.lower() in ("true", "false", "1", "0"):
        return text.lower() in ("true", "1")
    return text


class BodyValidator:
    """Checks a request's body. A violation is kept for the handler, which may find a 404 first."""

    def __init__(self, contract: Contract, **_: object) -> None:
        self._contract = contract

    async def wrap_receive(self, receive: Receive, *, scope: Scope) -> tuple[Receive, Scope]:
        """Note what is wrong with the body, if anything; the body itself goes on unchanged."""
        exchange = exchange_of(scope)
        if exchange.operation is not None:
            exchange.violation = self._violation(exchange)
        return receive, scope

    def _violation(self, exchange: Exchange) -> ApiError | None:
        operation = exchange.operation
        if operation is None or not exchange.is_json:
            return None
        try:
            body = exchange.parsed_body()
        except ApiError as error:
            return error
        if body is None and exchange.body.strip() == b"":
            body = {}
        place = self._contract.request_pointer(operation, "application/json")
        found = next(iter(self._contract.book.validator(place).iter_errors(body)), None)
        if found is None:
            return None
        root = "QueryRequest" if operation.operation_id == "query_create" else "QuerySchemaRoot"
        return body_violation(found, root)


def is_stream(message: Message) -> bool:
    """Whether a response's first message announces server-sent events."""
    kinds = [value for name, value in message.get("headers", ()) if name.lower() == b"content-type"]
    return any(kind.startswith(b"text/event-stream") for kind in kinds)


class ResponseValidator:
    """Checks an answer before it leaves."""

    def __init__(
        self, contract: Contract, checked: CheckedBodies, scope: Scope, *, strict: bool, **_: object
    ) -> None:
        self._contract = contract
        self._checked = checked
        self._exchange = exchange_of(scope)
        self._strict = strict

    def wrap_send(self, send: Send) -> Send:
        """Hold the answer back until it has been checked."""
        held: list[Message] = []
        endless = False

        async def checked(message: Message) -> None:
            nonlocal endless
            endless = endless or is_stream(message)
            if endless:
                # it has no end at which it could be checked
                await send(message)
                return
            held.append(message)
            if message["type"] == "http.response.start" or message.get("more_body", False):
                return
            self._check(held)
            for each in held:
                await send(each)
            held.clear()

        return checked

    def _check(self, messages: list[Message]) -> None:
        operation = self._exchange.operation
        if operation is None or self._exchange.method == "HEAD":
            return
        status = str(messages[0]["status"])
        headers = {name.lower(): value for name, value in messages[0]["headers"]}
        media_type = headers.get(b"content-type", b"").decode("latin-1").split(";")[0].strip()
        body = b"".join(message.get("body", b"") for message in messages[1:])
        problem = self._problem(status, media_type, body)
        if problem is None:
            return
        line = f"{operation.operation_id} answered {status} against the contract: {problem}"
        logger.error("%s", line)
        if self._strict:
            raise ContractBreach(line)

    def _problem(self, status: str, media_type: str, body: bytes) -> str | None:
        operation = self._exchange.operation
        if operation is None:
            return None
        declared = operation.responses.get(status)
        if declared is None:
            return "the status is not documented"
        if not declared:
            return None
        is_text = media_type in declared and not media_type.endswith("json")
        if not body:
            return None if is_text or status in ("404", "405") else "the body is empty"
        if media_type not in declared:
            return f"the media type {media_type or 'none'} is not documented"
        if is_text:
            return None
        place = self._contract.response_pointer(operation, status, media_type)
        if self._checked.has(place, body):
            return None
        validator = self._contract.book.validator(place)
        value = orjson.loads(body)
        if validator.is_valid(value):
            self._checked.add(place, body)
            return None
        error = next(validator.iter_errors(value))
        path = "/".join(map(str, error.instance_path))
        return f"{error.message[:300]} at /{path}"
