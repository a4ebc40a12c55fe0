"""What is wrong with what was answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from ..http.contract import Contract, Operation
from ..http.contract_reader import pointer_of
from ..http.json_schema import pointer
from .bodies import Unreadable, is_json_type, media_type_of, parsed, plain, text_of
from .exchange import Response
from .faults import faults
from .fields import Fields
from .kinds import Severity, Where
from .reader import Reader
from .results import ResultSchemas
from .seen import brief, shown
from .wrong import Wrong

# PostHog answers these without a body where it has nothing to say
MAY_BE_EMPTY: Final = frozenset((404, 405))
BODILESS: Final = frozenset((204, 205, 304))


class ResponseChecks:
    """Holds answers against one contract."""

    def __init__(self, contract: Contract, reader: Reader, fields: Fields) -> None:
        self._contract = contract
        self._reader = reader
        self._fields = fields
        self._results = ResultSchemas(contract, fields)

    def of(self, response: Response, operation: Operation, *, is_head: bool = False) -> Iterator[Wrong]:
        """What is wrong with an answer of an operation; an answer to HEAD has no body to look at."""
        key = _status_key(operation, response.status)
        if key is None:
            yield self._unknown_status(response.status, operation)
            return
        place = self._place(operation, key)
        yield from self._headers(response.headers, self._fields.node(place), place)
        if not is_head and response.body is not None:
            yield from self._body(response, response.body, operation.responses[key], place)

    def _unknown_status(self, status: int, operation: Operation) -> Wrong:
        """OpenAPI 3.0.3, Responses Object: successes and known errors are documented, others need not be."""
        kind = "status.undocumented" if status < 300 else "status.other"
        known = " or ".join(sorted(operation.responses))
        schema = pointer("paths", operation.path, operation.method, "responses")
        return Wrong(kind, "", known, str(status), schema)

    def _place(self, operation: Operation, key: str) -> str:
        place = pointer("paths", operation.path, operation.method, "responses", key)
        return str(self._fields.node(place).get("$ref", place))

    def _headers(self, headers: Mapping[str, str], node: Any, place: str) -> Iterator[Wrong]:
        for name, given in node.get("headers", {}).items():
            header_place = given.get("$ref", f"{place}/headers/{name}")
            header = self._fields.node(header_place)
            if name.lower() not in headers:
                if header.get("required"):
                    yield Wrong("header.missing", name, "a value", "none", header_place)
                continue
            value = self._reader.value(header_place, name, {name: headers[name.lower()]})
            for fault in faults(self._contract.book.validator(f"{header_place}/schema"), value):
                yield Wrong.of_fault(Where.HEADER, fault, name)

    def _body(self, response: Response, raw: bytes, types: tuple[str, ...], place: str) -> Iterator[Wrong]:
        content = response.headers.get("content-type", "")
        if not types:
            # an error that the contract gives no body may have the envelope: one generation has it
            is_envelope = response.status in MAY_BE_EMPTY and is_json_type(media_type_of(content))
            if raw and not is_envelope:
                yield Wrong("response_body.unexpected", "", "no body", f"{len(raw)} bytes", place)
            return
        if not raw:
            is_text = content != "" and not is_json_type(media_type_of(content))
            if response.status not in MAY_BE_EMPTY | BODILESS and not is_text:
                yield Wrong("response_body.missing", "", "a body", "none", f"{place}/content")
            return
        if not content:
            yield Wrong("content_type.missing", "", " or ".join(types), "none", f"{place}/content")
            return
        key = self._reader.media_type(f"{place}/content", content)
        if key is None:
            words = " or ".join(types)
            yield Wrong("content_type.undocumented", "", words, brief(content), f"{place}/content")
            return
        schema = place + pointer("content", key, "schema")[1:]
        try:
            body = plain(raw, response.headers)
            value = parsed(body) if is_json_type(media_type_of(content)) else text_of(body, content)
        except Unreadable as problem:
            yield Wrong("response_body.unreadable", "", key, str(problem), schema)
            return
        yield from self._held(value, schema)

    def _held(self, value: Any, schema: str) -> Iterator[Wrong]:
        for fault in faults(self._contract.book.validator(schema), value):
            yield Wrong.of_fault(Where.RESPONSE_BODY, fault)
        for result in self._results.found(value, schema):
            for fault in faults(self._contract.book.validator(result.schema), result.value):
                yield Wrong.of_fault(Where.RESPONSE_BODY, fault, pointer_of(result.path))
        for found in self._fields.undocumented(value, schema):
            name = found.pointer.rsplit("/", 1)[1]
            yield Wrong(
                "response_body.undocumented",
                found.pointer,
                f"no field `{name}`",
                shown(found.value, found.pointer),
                found.schema,
                severity=Severity.NOTE,
            )


def _status_key(operation: Operation, status: int) -> str | None:
    for key in (str(status), f"{status // 100}XX", "default"):
        if key in operation.responses:
            return key
    return None
