"""Every change between two contracts that may break who keeps to the old one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from mockserver.http.contract import Contract, Operation, Parameter
from mockserver.http.json_schema import pointer

from ..findings import Severity
from .schemas import Admission, Loss

REQUEST: Final = "request"
RESPONSE: Final = "response"

TITLES: Final[Mapping[str, str]] = {
    "operation_removed": "An operation is gone.",
    "operation_renamed": "An operation has another id; generated clients name it otherwise.",
    "credentials_needed": "An operation asks for credentials that did not.",
    "scope_needed": "A personal API key needs a further scope.",
    "parameter_required": "A parameter must be sent that need not be.",
    "parameter_removed": "A parameter is no longer documented.",
    "parameter_narrowed": "A parameter takes less than it did.",
    "body_required": "A body must be sent that need not be.",
    "body_removed": "An operation no longer takes a body.",
    "media_type_removed": "A media type is gone.",
    "request_narrowed": "A body that was allowed is not any more.",
    "status_removed": "A status that an answer may have is gone.",
    "response_widened": "An answer may be what it was not before.",
    "field_removed": "A field of an answer is no longer documented.",
}
NOTES: Final = frozenset(("operation_renamed", "parameter_removed", "status_removed", "field_removed"))


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `status` is that of the answers it is about, `place` a pointer or a name.

    `schema` leads into the new contract, or into the old one where `is_gone`.
    """

    kind: str
    operation_id: str
    side: str
    place: str
    message: str
    schema: str
    status: str = ""
    is_gone: bool = False

    @property
    def severity(self) -> Severity:
        """Breaking changes are errors; what breaks only those who go by the documentation is a note."""
        return Severity.NOTE if self.kind in NOTES else Severity.ERROR


class Comparison:
    """Two contracts, operation by operation; an operation is its method and path."""

    def __init__(self, old: Contract, new: Contract) -> None:
        self._old, self._new = old, new
        self._sent = Admission(old.document, new.document)
        self._answered = Admission(new.document, old.document)
        self._by_route = {(one.method, _route(one.path)): one for one in new.operations.values()}

    def changes(self) -> Iterator[Change]:
        """Every breaking change, in the order of the old contract."""
        for old in self._old.operations.values():
            new = self._by_route.get((old.method, _route(old.path)))
            if new is None:
                words = f"{old.method.upper()} {old.path} is gone"
                place = pointer("paths", old.path, old.method)
                yield Change("operation_removed", old.operation_id, REQUEST, "", words, place, is_gone=True)
            else:
                yield from self._operation(old, new)

    def _operation(self, old: Operation, new: Operation) -> Iterator[Change]:
        here = pointer("paths", new.path, new.method)
        name = old.operation_id

        def change(kind: str, place: str, message: str, schema: str = here) -> Change:
            return Change(kind, name, REQUEST, place, message, schema)

        if new.operation_id != name:
            yield change("operation_renamed", "", f"it is called {new.operation_id} now")
        if new.secured and not old.secured:
            yield change("credentials_needed", "", "it asks for credentials now")
        scopes = sorted(set(new.required_scopes or ()) - set(old.required_scopes or ()))
        if scopes:
            yield change("scope_needed", "", f"a key needs {', '.join(scopes)} now")
        yield from self._parameters(old, new)
        yield from self._body(old, new)
        for status in old.responses:
            yield from self._response(old, new, status)

    def _parameters(self, old: Operation, new: Operation) -> Iterator[Change]:
        held = {(one.place, one.name): one for one in old.parameters}
        given = {(one.place, one.name): one for one in new.parameters if one.place != "path"}
        for key, one in given.items():
            before = held.get(key)
            if one.required and (before is None or not before.required):
                yield self._parameter("parameter_required", old, one, "it must be sent now")
            if before is not None and not one.lenient:
                yield from self._narrowed(old, before, one)
        for key, one in held.items():
            if one.place != "path" and key not in given:
                yield self._parameter("parameter_removed", old, one, "it is gone", is_gone=True)

    def _narrowed(self, operation: Operation, before: Parameter, now: Parameter) -> Iterator[Change]:
        if before.lenient:
            yield self._parameter("parameter_narrowed", operation, now, "it is no longer read leniently")
        for loss in self._sent.losses(before.schema, now.schema):
            yield self._parameter("parameter_narrowed", operation, now, _words(loss))

    def _parameter(
        self, kind: str, operation: Operation, one: Parameter, message: str, *, is_gone: bool = False
    ) -> Change:
        return Change(kind, operation.operation_id, REQUEST, one.name, message, one.pointer, is_gone=is_gone)

    def _body(self, old: Operation, new: Operation) -> Iterator[Change]:
        here = pointer("paths", new.path, new.method)
        if old.body_types and not new.body_types:
            yield Change("body_removed", old.operation_id, REQUEST, "", "it takes no body now", here)
            return
        if new.body_required and not old.body_required:
            yield Change("body_required", old.operation_id, REQUEST, "", "a body must be sent now", here)
        for kind in old.body_types:
            if kind not in new.body_types:
                yield Change("media_type_removed", old.operation_id, REQUEST, kind, "it is gone", here)
                continue
            places = self._old.request_pointer(old, kind), self._new.request_pointer(new, kind)
            for loss in self._sent.losses({"$ref": places[0]}, {"$ref": places[1]}):
                yield Change(
                    "request_narrowed", old.operation_id, REQUEST, loss.pointer, _words(loss), places[1]
                )

    def _response(self, old: Operation, new: Operation, status: str) -> Iterator[Change]:
        here = pointer("paths", new.path, new.method, "responses")
        name = old.operation_id
        if status not in new.responses:
            words = f"{status} is gone"
            yield Change("status_removed", name, RESPONSE, status, words, here, status)
            return
        for kind in old.responses[status]:
            if kind not in new.responses[status]:
                place = f"{status} {kind}"
                yield Change("media_type_removed", name, RESPONSE, place, f"{place} is gone", here, status)
                continue
            places = (
                self._new.response_pointer(new, status, kind),
                self._old.response_pointer(old, status, kind),
            )
            for loss in self._answered.losses({"$ref": places[0]}, {"$ref": places[1]}):
                words = _words(loss, answered=True)
                yield Change("response_widened", name, RESPONSE, loss.pointer, words, places[0], status)
            yield from self._fields(name, status, places)

    def _fields(self, name: str, status: str, places: tuple[str, str]) -> Iterator[Change]:
        """Fields that are not documented any more; a required one is a widening already."""
        gone = self._sent.losses({"$ref": places[1]}, {"$ref": places[0]})
        for loss in gone:
            if loss.rule == "undocumented":
                words = "the field is no longer documented"
                yield Change(
                    "field_removed", name, RESPONSE, loss.pointer, words, places[1], status, is_gone=True
                )


def _words(loss: Loss, *, answered: bool = False) -> str:
    if loss.rule == "required":
        return "it may be missing now" if answered else "it must be sent now"
    if loss.rule == "undocumented":
        return "the field is new" if answered else "the field may not be sent any more"
    verb = "may be" if answered else "might be"
    before, now = (loss.wanted, loss.admitted) if answered else (loss.admitted, loss.wanted)
    return f"it {verb} {before} before, and {'may' if answered else 'must'} be {now} now"


def _route(path: str) -> str:
    """A path whatever its parameters are called."""
    return re.sub(r"(?<=/)\{[^/]*\}(?=/|$)", "{}", path)
