"""Filters and orders of the list that do not do what they say."""

from __future__ import annotations

import json
from typing import Any, Final

from .edits import LIST, deaf_to, reading
from .model import Asked, ContractFault, Given

IGNORED: Final = (
    ("order", "`order` sorts the list."),
    ("favorited", "`favorited` lists favourites only."),
    ("tags", "`tags` lists what carries one of them."),
    ("dashboards", "`dashboards` lists what is on all of them."),
    ("created_by", "`created_by` lists what these users have made."),
    ("short_id", "`short_id` lists one insight."),
    ("saved", "`saved` separates what is saved."),
    ("insight", "`insight` lists a kind of query."),
    ("date_from", "`date_from` bounds the last modification."),
    ("date_to", "`date_to` bounds the last modification."),
    ("created_date_from", "`created_date_from` bounds the creation."),
    ("created_date_to", "`created_date_to` bounds the creation."),
    ("last_viewed_date_to", "`last_viewed_date_to` bounds the last view."),
    ("events", "`events` must all be in the query."),
)


def _fault(name: str, description: str, rule: str, **parts: object) -> ContractFault:
    return ContractFault(name, "filters", description, rule, LIST, **parts)  # type: ignore[arg-type]


def _only_first(text: str) -> str:
    try:
        listed = json.loads(text)
    except ValueError:
        return text
    return json.dumps(listed[:1]) if isinstance(listed, list) else text


def _false_is_no_filter(asked: Asked) -> Asked:
    return deaf_to("favorited")(asked) if asked.query.get("favorited") == "false" else asked


def _names_only(asked: Asked, given: Given) -> Given:
    word = asked.query.get("search", "").lower()
    if not word or not isinstance(given.body, dict) or "results" not in given.body:
        return given
    kept: list[Any] = [row for row in given.rows if word in str(row.get("name") or "").lower()]
    return given.with_body({**given.body, "results": kept, "count": len(kept), "next": None})


def _case_matters(asked: Asked, given: Given) -> Given:
    word = asked.query.get("search", "")
    if not word or word == word.lower() or not isinstance(given.body, dict) or "results" not in given.body:
        return given
    return given.with_body({**given.body, "results": [], "count": 0, "next": None})


def _one_row_per_tag(asked: Asked, given: Given) -> Given:
    if "tags" not in asked.query or not isinstance(given.body, dict) or len(given.rows) < 2:
        return given
    wanted = json.loads(asked.query["tags"])
    doubled: list[Any] = []
    for row in given.rows:
        tags = row.get("tags")
        matching = [tag for tag in wanted if isinstance(tags, list) and tag in tags]
        doubled += [row] * max(1, len(matching))
    return given.with_body({**given.body, "results": doubled, "count": len(doubled)})


FAULTS: Final = (
    *(
        _fault(f"ignores_{name}", f"`{name}` makes no difference.", rule, on_request=deaf_to(name))
        for name, rule in IGNORED
    ),
    _fault(
        "never_descends",
        "`-` before an order is ignored.",
        "`order=-x` sorts down.",
        on_request=reading("order", lambda text: text.lstrip("-")),
    ),
    _fault(
        "dashboards_first_only",
        "Of several dashboards the first counts.",
        "All dashboards count.",
        on_request=reading("dashboards", _only_first),
    ),
    _fault(
        "tags_first_only",
        "Of several tags the first counts.",
        "Any of the tags counts.",
        on_request=reading("tags", _only_first),
    ),
    _fault(
        "events_first_only",
        "Of several events the first counts.",
        "All events count.",
        on_request=reading("events", _only_first),
    ),
    _fault(
        "favorited_false_is_no_filter",
        "`favorited=false` lists all.",
        "Any value lists favourites.",
        on_request=_false_is_no_filter,
    ),
    _fault(
        "search_names_only",
        "`search` looks at names only.",
        "It looks at descriptions and tags too.",
        on_answer=_names_only,
    ),
    _fault("search_case_matters", "`search` minds the case.", "It does not.", on_answer=_case_matters),
    _fault(
        "kinds_swapped",
        "`insight=FUNNELS` lists paths.",
        "It lists funnels.",
        on_request=reading("insight", lambda text: "PATHS" if text == "FUNNELS" else text),
    ),
    _fault(
        "row_for_each_tag",
        "A row comes once for each tag that fits.",
        "Rows are listed once.",
        on_answer=_one_row_per_tag,
    ),
)
