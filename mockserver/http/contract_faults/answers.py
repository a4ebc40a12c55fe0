"""Answers with a wrong status or header."""

from __future__ import annotations

from typing import Final

from .model import Asked, ContractFault, Given


def _created_as_ok(_: Asked, given: Given) -> Given:
    return given.with_status(200) if given.status == 201 else given


def _deletes_hard(_: Asked, given: Given) -> Given:
    return given.with_status(204).with_body(b"") if given.status == 405 else given


def _json_as_text(_: Asked, given: Given) -> Given:
    is_json = given.headers.get("content-type", "").startswith("application/json")
    return given.with_header("content-type", "text/html; charset=utf-8") if is_json else given


FAULTS: Final = (
    ContractFault(
        "created_as_ok",
        "status",
        "Creating answers 200.",
        "Creating an insight answers 201.",
        on_answer=_created_as_ok,
    ),
    ContractFault(
        "deletes_hard",
        "status",
        "DELETE answers 204.",
        "Insights are never deleted for good: DELETE answers 405.",
        frozenset(("insights_destroy",)),
        on_answer=_deletes_hard,
    ),
    ContractFault(
        "json_as_text",
        "status",
        "JSON is labelled as HTML.",
        "JSON has the media type application/json.",
        on_answer=_json_as_text,
    ),
)
