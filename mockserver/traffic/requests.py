"""What is wrong with what was sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from ..errors import ApiError
from ..http.capture_bodies import CAPTURE_PATHS, plain_json
from ..http.contract import Contract, Operation, Parameter
from ..http.json_schema import pointer
from .addresses import Address
from .bodies import Unreadable, is_json_type, media_type_of, parsed, plain, text_of
from .exchange import Request
from .faults import faults
from .fields import Fields
from .kinds import Where
from .reader import Reader
from .seen import brief, shown, shown_text
from .wrong import Wrong

FORM: Final = "application/x-www-form-urlencoded"
PERSONAL_KEY: Final = re.compile(r"\bph[xs]_[A-Za-z0-9_-]{8,}")
# not the tokens that are made to stand in an address: a shared link's, and the project's own, which is public
SECRET_PARAMETER: Final = re.compile(
    r"pass(word|wd|phrase)?$|secret|api_?key$|authorization|credential|csrf|^(access|refresh|id|share)_?token$",
    re.IGNORECASE,
)
# PostHog takes a personal API key in any JSON body too
KEY_IN_BODY: Final = "personal_api_key"


class RequestChecks:
    """Holds requests against one contract."""

    def __init__(self, contract: Contract, reader: Reader, fields: Fields) -> None:
        self._contract = contract
        self._reader = reader
        self._fields = fields
        schemes = contract.document.get("components", {}).get("securitySchemes", {}).values()
        self._credentials = frozenset(one["name"] for one in schemes if one.get("in") == "query")

    def of(self, request: Request, address: Address, operation: Operation) -> Iterator[Wrong]:
        """What is wrong with a request to an operation."""
        yield from self._path(address, operation)
        yield from self._query(request, operation)
        if request.body is not None:
            yield from self._body(request, request.body, operation)

    def secrets(self, request: Request) -> Iterator[Wrong]:
        """Secrets in the address."""
        if PERSONAL_KEY.search(request.path):
            yield Wrong("path.secret", "", "no personal API key", "one")
        for name, value in request.query.items():
            if (value and SECRET_PARAMETER.search(name)) or PERSONAL_KEY.search(value):
                yield Wrong("query.secret", name, "secrets in headers or bodies", "[redacted]")

    def _path(self, address: Address, operation: Operation) -> Iterator[Wrong]:
        values = address.path_params or {}
        for parameter in operation.parameters:
            if parameter.place == "path" and parameter.name in values:
                yield from self._parameter(parameter, Where.PATH, values)

    def _query(self, request: Request, operation: Operation) -> Iterator[Wrong]:
        values = request.query
        known = set(self._credentials)
        for parameter in operation.parameters:
            if parameter.place != "query":
                continue
            known.add(parameter.name)
            if parameter.name not in values:
                if parameter.required:
                    yield Wrong("query.missing", parameter.name, "a value", "none", parameter.pointer)
                continue
            if self._node(parameter).get("deprecated"):
                seen = shown_text(values[parameter.name])
                yield Wrong("query.deprecated", parameter.name, "no use of it", seen, parameter.pointer)
            if not parameter.lenient:
                yield from self._parameter(parameter, Where.QUERY, values)
        for name in values:
            if name not in known and not SECRET_PARAMETER.search(name):
                schema = pointer("paths", operation.path, operation.method)
                yield Wrong("query.undocumented", name, "a documented parameter", shown(values[name]), schema)

    def _parameter(self, parameter: Parameter, where: Where, values: Any) -> Iterator[Wrong]:
        value = self._reader.value(_above(parameter), parameter.name, values)
        for fault in faults(self._contract.book.validator(parameter.pointer), value):
            yield Wrong.of_fault(where, fault, parameter.name)

    def _node(self, parameter: Parameter) -> Any:
        return self._fields.node(_above(parameter))

    def _body(self, request: Request, raw: bytes, operation: Operation) -> Iterator[Wrong]:
        place = pointer("paths", operation.path, operation.method)
        content = request.headers.get("content-type", "")
        if not raw.strip():
            if operation.body_required:
                yield Wrong("request_body.missing", "", "a body", "none", f"{place}/requestBody")
            return
        if not operation.body_types:
            yield Wrong("request_body.unexpected", "", "no body", f"{len(raw)} bytes", place)
            return
        if operation.path in CAPTURE_PATHS:
            yield from self._capture(request, raw, operation)
            return
        if not content:
            types = " or ".join(operation.body_types)
            yield Wrong("request_type.missing", "", types, "none", f"{place}/requestBody")
            return
        body_pointer = self._contract.request_pointer(operation, operation.body_types[0])
        key = self._reader.media_type(body_pointer.rsplit("/", 2)[0], content)
        if key is None:
            types = " or ".join(operation.body_types)
            yield Wrong("request_type.undocumented", "", types, brief(content), f"{place}/requestBody")
            return
        schema = self._contract.request_pointer(operation, key)
        try:
            value = self._value(raw, request, schema)
        except Unreadable as problem:
            yield Wrong("request_body.unreadable", "", key, str(problem), schema)
            return
        yield from self._held(value, schema)

    def _value(self, raw: bytes, request: Request, schema: str) -> Any:
        body, content = plain(raw, request.headers), request.headers.get("content-type", "")
        kind = media_type_of(content)
        if is_json_type(kind):
            return parsed(body)
        if kind == FORM:
            return self._reader.form(schema.rsplit("/", 1)[0], kind, body)
        return text_of(body, content)

    def _capture(self, request: Request, raw: bytes, operation: Operation) -> Iterator[Wrong]:
        """PostHog's capture goes by what it finds in a body, whatever its type says."""
        schema = self._contract.request_pointer(operation, operation.body_types[0])
        try:
            unpacked = plain_json(plain(raw, request.headers), request.query.get("compression", ""))
            value = parsed(unpacked)
        except ApiError as error:
            reason = str(error.body["detail"] if isinstance(error.body, dict) else error.body)
            yield Wrong("request_body.unreadable", "", "events", shown_text(reason), schema)
            return
        except Unreadable as problem:
            yield Wrong("request_body.unreadable", "", "events", str(problem), schema)
            return
        yield from self._held(value, schema)

    def _held(self, value: Any, schema: str) -> Iterator[Wrong]:
        for fault in faults(self._contract.book.validator(schema), value):
            yield Wrong.of_fault(Where.REQUEST_BODY, fault)
        for found in self._fields.undocumented_or_deprecated(value, schema):
            if found.pointer == f"/{KEY_IN_BODY}":
                continue
            name = found.pointer.rsplit("/", 1)[1]
            kind = "deprecated" if found.is_deprecated else "undocumented"
            words = f"no use of `{name}`" if found.is_deprecated else f"no field `{name}`"
            seen = shown(found.value, found.pointer)
            yield Wrong(f"request_body.{kind}", found.pointer, words, seen, found.schema)


def _above(parameter: Parameter) -> str:
    """Where the parameter itself stands, above its schema."""
    return parameter.pointer.removesuffix("/schema")
