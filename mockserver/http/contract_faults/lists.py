"""Lists whose envelope or paging is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from .model import Asked, ContractFault, Given

LIST: Final = frozenset(("insights_list",))


def _without(key: str) -> Callable[[Asked, Given], Given]:
    def change(_: Asked, given: Given) -> Given:
        if isinstance(given.body, dict) and "results" in given.body:
            return given.with_body({name: value for name, value in given.body.items() if name != key})
        return given

    return change


def _bare(_: Asked, given: Given) -> Given:
    if isinstance(given.body, dict) and "results" in given.body:
        return given.with_body(given.body["results"])
    return given


def _deaf_to(parameter: str) -> Callable[[Asked], Asked]:
    def change(asked: Asked) -> Asked:
        return replace(asked, query={name: value for name, value in asked.query.items() if name != parameter})

    return change


def _never_next(_: Asked, given: Given) -> Given:
    if isinstance(given.body, dict) and "next" in given.body:
        return given.with_body({**given.body, "next": None})
    return given


FAULTS: Final = (
    ContractFault(
        "list_without_count",
        "paging",
        "Pages have no `count`.",
        "A page has `count`, `next`, `previous`, `results`.",
        LIST,
        on_answer=_without("count"),
    ),
    ContractFault(
        "bare_list",
        "paging",
        "A page is a bare array.",
        "A page is an object with `results`.",
        LIST,
        on_answer=_bare,
    ),
    ContractFault(
        "ignores_limit",
        "paging",
        "`limit` makes no difference.",
        "A page has no more than `limit` results.",
        LIST,
        on_request=_deaf_to("limit"),
    ),
    ContractFault(
        "ignores_offset",
        "paging",
        "Every page is the first one.",
        "A page begins at `offset`.",
        LIST,
        on_request=_deaf_to("offset"),
    ),
    ContractFault(
        "ignores_search",
        "paging",
        "`search` finds everything.",
        "`search` leaves out what does not fit.",
        LIST,
        on_request=_deaf_to("search"),
    ),
    ContractFault(
        "never_next",
        "paging",
        "`next` is always null.",
        "`next` leads to the rest while there is one.",
        LIST,
        on_answer=_never_next,
    ),
)
