"""Pages whose arithmetic or links are wrong."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from .edits import LIST, answering, asking, body_with, deaf_to, reading
from .model import Asked, ContractFault, Given

ACTIVITY: Final = frozenset(("insights_activity_retrieve",))
LINKS: Final = ("next", "previous")


def _fault(name: str, description: str, rule: str, **parts: object) -> ContractFault:
    parts.setdefault("operations", LIST)
    return ContractFault(name, "paging", description, rule, **parts)  # type: ignore[arg-type]


def _count_of_page(_: Asked, body: dict[str, Any]) -> None:
    body["count"] = len(body["results"])


def _one_too_many(_: Asked, body: dict[str, Any]) -> None:
    body["count"] += 1


def _relative(_: Asked, body: dict[str, Any]) -> None:
    for link in LINKS:
        if body[link]:
            parts = urlsplit(body[link])
            body[link] = f"{parts.path}?{parts.query}"


def _bare_links(_: Asked, body: dict[str, Any]) -> None:
    for link in LINKS:
        if body[link]:
            address, _, query = body[link].partition("?")
            kept = [pair for pair in query.split("&") if pair.startswith(("limit=", "offset="))]
            body[link] = f"{address}?{'&'.join(kept)}"


def _never_previous(_: Asked, body: dict[str, Any]) -> None:
    body["previous"] = None


def _next_forever(asked: Asked, body: dict[str, Any]) -> None:
    if body["next"] is None and body["results"]:
        body["next"] = f"http://127.0.0.1{asked.path}?limit=1&offset=0"


def _log_count_of_page(_: Asked, body: dict[str, Any]) -> None:
    body["total_count"] = len(body["results"])


def _log_count_renamed(_: Asked, body: dict[str, Any]) -> None:
    body["count"] = body.pop("total_count")


def _log_never_next(_: Asked, body: dict[str, Any]) -> None:
    body["next"] = None


def _empty_without_limit(asked: Asked, given: Given) -> Given:
    if asked.query.get("limit") == "0" and isinstance(given.body, dict):
        return given.with_body({**given.body, "results": []})
    return given


def _bumped(text: str) -> str:
    return str(int(text) + 1) if text.isdigit() and int(text) > 0 else text


FAULTS: Final = (
    _fault(
        "count_of_page",
        "`count` is the rows of the page.",
        "`count` is the whole.",
        on_answer=body_with(_count_of_page),
    ),
    _fault(
        "count_too_many",
        "`count` is one too many.",
        "`count` is the whole.",
        on_answer=body_with(_one_too_many),
    ),
    _fault("relative_links", "Links have no host.", "Links are absolute.", on_answer=body_with(_relative)),
    _fault(
        "links_lose_filters",
        "Links lose filters.",
        "Links keep all parameters.",
        on_answer=body_with(_bare_links),
    ),
    _fault(
        "never_previous",
        "`previous` is always null.",
        "`previous` leads back.",
        on_answer=body_with(_never_previous),
    ),
    _fault("next_forever", "The last page has a `next`.", "`next` ends.", on_answer=body_with(_next_forever)),
    _fault(
        "limit_off_by_one",
        "A page has one row more.",
        "A page has `limit` rows.",
        on_request=reading("limit", _bumped),
    ),
    _fault(
        "offset_off_by_one",
        "One row is missed.",
        "A page begins at `offset`.",
        on_request=reading("offset", _bumped),
    ),
    _fault(
        "past_end_is_missing",
        "A page past the end is 404.",
        "It is empty.",
        on_answer=lambda asked, given: (
            answering(
                {200: 404},
                {"type": "invalid_request", "code": "not_found", "detail": "Invalid page.", "attr": None},
            )(asked, given)
            if int(asked.query.get("offset", "0") or 0 if asked.query.get("offset", "0").isdigit() else 0)
            > 40
            else given
        ),
    ),
    _fault(
        "limit_zero_is_empty",
        "`limit=0` gives nothing.",
        "It falls back to 100.",
        on_answer=_empty_without_limit,
    ),
    _fault(
        "limit_capped",
        "No page has more than 2 rows.",
        "There is no largest limit.",
        on_request=asking(limit="2"),
    ),
    _fault(
        "log_ignores_page",
        "Every page of a log is the first.",
        "`page` counts from 1.",
        operations=ACTIVITY,
        on_request=deaf_to("page"),
    ),
    _fault(
        "log_ignores_limit",
        "`limit` of a log is ignored.",
        "A page has `limit` entries.",
        operations=ACTIVITY,
        on_request=deaf_to("limit"),
    ),
    _fault(
        "log_count_of_page",
        "`total_count` is the page's.",
        "It is the whole.",
        operations=ACTIVITY,
        on_answer=body_with(_log_count_of_page),
    ),
    _fault(
        "log_count_renamed",
        "A log has `count`.",
        "It has `total_count`.",
        operations=ACTIVITY,
        on_answer=body_with(_log_count_renamed),
    ),
    _fault(
        "log_never_next",
        "`next` of a log is null.",
        "It leads on.",
        operations=ACTIVITY,
        on_answer=body_with(_log_never_next),
    ),
)
