"""Small edits that faults are put together from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, cast

from ...store import JSON, JSONObject
from .model import Asked, Given

OnRequest = Callable[[Asked], Asked]
OnAnswer = Callable[[Asked, Given], Given]

LIST: Final = frozenset(("insights_list",))
RETRIEVE: Final = frozenset(("insights_retrieve",))
CREATE: Final = frozenset(("insights_create",))
UPDATE: Final = frozenset(("insights_partial_update", "insights_update"))
INSIGHTS: Final = LIST | RETRIEVE | CREATE | UPDATE


def deaf_to(*parameters: str) -> OnRequest:
    """The server does not get to see these query parameters."""

    def change(asked: Asked) -> Asked:
        return replace(asked, query={key: held for key, held in asked.query.items() if key not in parameters})

    return change


def asking(**changes: str) -> OnRequest:
    """The server sees these query parameters, whatever was sent."""

    def change(asked: Asked) -> Asked:
        return replace(asked, query={**asked.query, **changes})

    return change


def reading(parameter: str, read: Callable[[str], str]) -> OnRequest:
    """The server sees a query parameter changed, where it was sent."""

    def change(asked: Asked) -> Asked:
        if parameter not in asked.query:
            return asked
        return replace(asked, query={**asked.query, parameter: read(asked.query[parameter])})

    return change


def sending(edit: Callable[[dict[str, Any]], None]) -> OnRequest:
    """The server sees another body."""

    def change(asked: Asked) -> Asked:
        if not isinstance(asked.body, dict):
            return asked
        body = dict(asked.body)
        edit(body)
        return replace(asked, body=cast("JSON", body))

    return change


def without_field(*fields: str) -> OnRequest:
    """The server does not see these fields of a body."""

    def edit(body: dict[str, Any]) -> None:
        for field in fields:
            body.pop(field, None)

    return sending(edit)


def rows(edit: Callable[[JSONObject], None]) -> OnAnswer:
    """Every object of an answer is edited."""

    def change(_: Asked, given: Given) -> Given:
        for row in given.rows:
            edit(row)
        return given

    return change


def without(*keys: str) -> OnAnswer:
    """Objects lack keys."""

    def edit(row: JSONObject) -> None:
        for key in keys:
            row.pop(key, None)

    return rows(edit)


def told(key: str, make: Callable[[JSONObject], Any]) -> OnAnswer:
    """Objects that have a key have another value under it."""

    def edit(row: JSONObject) -> None:
        if key in row:
            row[key] = make(row)

    return rows(edit)


def body_with(edit: Callable[[Asked, dict[str, Any]], None]) -> OnAnswer:
    """The object of a good answer is edited."""

    def change(asked: Asked, given: Given) -> Given:
        if given.status < 400 and isinstance(given.body, dict):
            edit(asked, given.body)
        return given

    return change


def error_with(edit: Callable[[dict[str, Any]], None]) -> OnAnswer:
    """The object of an error is edited."""

    def change(_: Asked, given: Given) -> Given:
        if given.status >= 400 and isinstance(given.body, dict) and "detail" in given.body:
            edit(given.body)
        return given

    return change


def answering(statuses: Mapping[int, int], body: JSON | bytes | None = None) -> OnAnswer:
    """Some statuses are others; with a body, that is answered too."""

    def change(_: Asked, given: Given) -> Given:
        if given.status not in statuses:
            return given
        changed = given.with_status(statuses[given.status])
        return changed if body is None else as_json(changed, body)

    return change


def as_json(given: Given, body: JSON | bytes) -> Given:
    """An answer with a JSON body, labelled so."""
    return given.with_body(body).with_header("content-type", "application/json")


def reorder(change: Callable[[list[Any]], list[Any]], key: str = "results") -> OnAnswer:
    """The rows of a list are others, or in another order."""

    def edit(_: Asked, given: Given) -> Given:
        if given.status >= 400:
            return given
        if isinstance(given.body, list):
            return given.with_body(change(given.body))
        if isinstance(given.body, dict) and isinstance(given.body.get(key), list):
            return given.with_body({**given.body, key: change(cast("list[Any]", given.body[key]))})
        return given

    return edit
