"""Errors outside PostHog's envelope."""

from __future__ import annotations

from typing import Final

from .model import Asked, ContractFault, Given

PAGE: Final = b"<!doctype html><title>Error</title><h1>Something went wrong</h1>"


def _without_attr(_: Asked, given: Given) -> Given:
    if given.status >= 400 and isinstance(given.body, dict):
        return given.with_body({name: value for name, value in given.body.items() if name != "attr"})
    return given


def _detail_as_list(_: Asked, given: Given) -> Given:
    if given.status >= 400 and isinstance(given.body, dict) and "detail" in given.body:
        return given.with_body({**given.body, "detail": [given.body["detail"]]})
    return given


def _as_page(_: Asked, given: Given) -> Given:
    if given.status < 400:
        return given
    return given.with_body(PAGE).with_header("content-type", "text/html; charset=utf-8")


def _not_found_as_ok(_: Asked, given: Given) -> Given:
    return given.with_status(200).with_body(None) if given.status == 404 else given


FAULTS: Final = (
    ContractFault(
        "error_without_attr",
        "shape",
        "Errors have no `attr`.",
        "An error has `type`, `code`, `detail` and `attr`.",
        on_answer=_without_attr,
    ),
    ContractFault(
        "error_detail_as_list",
        "shape",
        "`detail` is a list.",
        "`detail` is text.",
        on_answer=_detail_as_list,
    ),
    ContractFault("error_as_page", "shape", "Errors are HTML pages.", "Errors are JSON.", on_answer=_as_page),
    ContractFault(
        "not_found_as_ok",
        "shape",
        "What is missing answers 200 and null.",
        "What is missing answers 404.",
        on_answer=_not_found_as_ok,
    ),
)
