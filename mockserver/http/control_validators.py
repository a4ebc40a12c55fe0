"""The validators of requests to the control plane: strict where the vendor's are lenient."""

from __future__ import annotations

from ..control.problems import Problem
from ..errors import ApiError
from ..store import JSON
from .contract import Contract, Operation, Parameter
from .control_words import body_problem
from .exchange import Exchange, Scope, exchange_of
from .validators import Receive, coerce


class ControlParameters:
    """Checks path and query parameters; one that the contract does not name is refused."""

    def __init__(self, contract: Contract, *_: object, **__: object) -> None:
        self._contract = contract

    def validate(self, scope: Scope) -> None:
        """Raises Problem for the first parameter that is unknown or of a wrong value."""
        exchange = exchange_of(scope)
        operation = exchange.operation
        if operation is None:
            return
        known = {parameter.name for parameter in operation.parameters if parameter.place == "query"}
        for name in exchange.query:
            if name not in known:
                raise Problem("invalid_parameter", f"There is no parameter `{name}` here.", field=name)
        for parameter in operation.parameters:
            sent = exchange.query if parameter.place == "query" else scope["path_params"]
            if parameter.name in sent:
                self._check(parameter, str(sent[parameter.name]))

    def _check(self, parameter: Parameter, text: str) -> None:
        value = coerce(text, parameter.schema)
        for error in self._contract.book.validator(parameter.pointer).iter_errors(value):
            raise Problem("invalid_parameter", error.message, field=parameter.name)


def typed_query(operation: Operation, exchange: Exchange) -> dict[str, JSON]:
    """The query parameters with the types that the contract gives."""
    schemas = {parameter.name: parameter.schema for parameter in operation.parameters}
    return {name: coerce(text, schemas.get(name, {})) for name, text in exchange.query.items()}


class ControlBody:
    """Checks a request's body before its handler runs."""

    def __init__(self, contract: Contract, **_: object) -> None:
        self._contract = contract

    async def wrap_receive(self, receive: Receive, *, scope: Scope) -> tuple[Receive, Scope]:
        """Raise Problem for a body that is not JSON or breaks the contract."""
        exchange = exchange_of(scope)
        if exchange.operation is not None and exchange.operation.body_types:
            self._check(exchange, exchange.operation)
        return receive, scope

    def _check(self, exchange: Exchange, operation: Operation) -> None:
        if not exchange.is_json:
            given = exchange.headers.get("content-type", "")
            raise Problem("unsupported_media_type", f"Send application/json, not {given}.")
        try:
            body = exchange.parsed_body()
        except ApiError as error:
            raise Problem("malformed_json", str(error)) from None
        if body is None and not exchange.body.strip():
            body = {}
        place = self._contract.request_pointer(operation, "application/json")
        errors = list(self._contract.book.validator(place).iter_errors(body))
        if errors:
            raise body_problem(errors)
