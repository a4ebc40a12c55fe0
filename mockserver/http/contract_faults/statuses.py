"""Statuses and headers that are not the documented ones."""

from __future__ import annotations

from typing import Final

from .edits import CREATE, RETRIEVE, UPDATE, answering, as_json
from .model import Asked, ContractFault, Given

VIEWED: Final = frozenset(("insights_viewed_create",))
DESTROY: Final = frozenset(("insights_destroy",))


def _fault(name: str, description: str, rule: str, **parts: object) -> ContractFault:
    return ContractFault(name, "status", description, rule, **parts)  # type: ignore[arg-type]


def _without_allow(_: Asked, given: Given) -> Given:
    return given.with_header("allow", None)


def _delete_says_why(_: Asked, given: Given) -> Given:
    return as_json(given, {"detail": "no"}) if given.status == 405 else given


def _knows_its_parameters(asked: Asked, given: Given) -> Given:
    if "colour" not in asked.query:
        return given
    error = {
        "type": "validation_error",
        "code": "invalid_input",
        "detail": "Unknown parameter.",
        "attr": "colour",
    }
    return as_json(given.with_status(400), error)  # type: ignore[arg-type]


FAULTS: Final = (
    _fault(
        "viewed_as_accepted",
        "Telling of a view answers 202.",
        "It answers 201, on the documented server 200.",
        operations=VIEWED,
        on_answer=answering({201: 202, 200: 202}),
    ),
    _fault(
        "update_as_accepted",
        "An update answers 202.",
        "It answers 200.",
        operations=UPDATE,
        on_answer=answering({200: 202}),
    ),
    _fault(
        "missing_as_forbidden",
        "An unknown insight is 403.",
        "It is 404.",
        operations=RETRIEVE,
        on_answer=answering({404: 403}),
    ),
    _fault(
        "deleted_as_gone",
        "What is not there is 410.",
        "It is 404.",
        operations=RETRIEVE | UPDATE,
        on_answer=answering({404: 410}),
    ),
    _fault(
        "delete_with_a_body",
        "DELETE answers 405 with a body.",
        "The body of that 405 is empty.",
        operations=DESTROY,
        on_answer=_delete_says_why,
    ),
    _fault(
        "method_as_missing",
        "A wrong method is 404.",
        "It is 405.",
        on_answer=answering({405: 404}),
    ),
    _fault(
        "no_allow_header",
        "A 405 does not say what is allowed.",
        "A 405 has an `Allow` header.",
        on_answer=_without_allow,
    ),
    _fault(
        "bad_body_as_crash",
        "A bad body is 500.",
        "It is 400.",
        operations=CREATE | UPDATE,
        on_answer=answering({400: 500}),
    ),
    _fault(
        "bad_body_as_unprocessable",
        "A bad body is 422.",
        "It is 400.",
        operations=CREATE | UPDATE,
        on_answer=answering({400: 422}),
    ),
    _fault(
        "media_type_as_bad_request",
        "Another media type is 400.",
        "It is 415.",
        operations=CREATE | UPDATE,
        on_answer=answering({415: 400}),
    ),
    _fault(
        "unknown_parameters_refused",
        "An unknown parameter is refused.",
        "Unknown parameters are ignored.",
        on_answer=_knows_its_parameters,
    ),
    _fault(
        "unknown_dashboard_as_missing",
        "Creating on an unknown dashboard is 404.",
        "It is 400 and names the field.",
        operations=CREATE,
        on_answer=answering({400: 404}),
    ),
)
