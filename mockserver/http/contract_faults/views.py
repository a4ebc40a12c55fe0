"""Views that are forgotten, mixed up or made up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from .edits import LIST, RETRIEVE, answering, reorder, told
from .model import Asked, ContractFault, Given
from .saving import _undelete_all
from .stored import for_a_while, insight_id, put_back

if TYPE_CHECKING:
    from ...services import Services

MINE: Final = frozenset(("insights_my_last_viewed_retrieve",))
VIEWED: Final = frozenset(("insights_viewed_create",))
UNKNOWN: Final = 10**9


def _fault(name: str, description: str, rule: str, **parts: object) -> ContractFault:
    parts.setdefault("operations", MINE)
    return ContractFault(name, "views", description, rule, **parts)  # type: ignore[arg-type]


def _as_page(_: Asked, given: Given) -> Given:
    if not isinstance(given.body, list):
        return given
    page = {"count": len(given.body), "next": None, "previous": None, "results": given.body}
    return given.with_body(cast("Any", page))


def _without_time(listed: list[Any]) -> list[Any]:
    return [{**row, "last_viewed_at": None} for row in listed]


def _refuses_unknown(asked: Asked, given: Given) -> Given:
    ids = asked.body.get("insight_ids") if isinstance(asked.body, dict) else None
    if (
        given.status >= 400
        or not isinstance(ids, list)
        or not all(isinstance(one, int) and one > UNKNOWN for one in ids)
    ):
        return given
    error = {"type": "invalid_request", "code": "not_found", "detail": "Not found.", "attr": None}
    return (
        given.with_status(404).with_body(cast("Any", error)).with_header("content-type", "application/json")
    )


def _held(services: Services, asked: Asked) -> dict[int, str]:
    found = services.store.views.find("project", asked.project_id)
    return {view["id"]: view["last_viewed_at"] for view in found}


def _forget(services: Services, asked: Asked, held: dict[int, str]) -> None:
    for view in services.store.views.find("project", asked.project_id):
        if view["id"] not in held:
            services.store.views.drop(view["id"])
        elif view["last_viewed_at"] != held[view["id"]]:
            services.store.views.amend(view["id"], {"last_viewed_at": held[view["id"]]})


def _first_view_stays(services: Services, asked: Asked, held: dict[int, str]) -> None:
    for view in services.store.views.find("project", asked.project_id):
        if view["id"] in held and view["last_viewed_at"] != held[view["id"]]:
            services.store.views.amend(view["id"], {"last_viewed_at": held[view["id"]]})


def _reading_is_viewing(services: Services, asked: Asked, _: object) -> None:
    number = insight_id(asked)
    found = services.store.insights.fetch(number) if number is not None else None
    if found is None or found["deleted"]:
        return
    key = (asked.project_id, found["created_by"], number)
    if services.store.views.find_one("triple", key) is not None:
        return
    made = services.store.views.new_id()
    services.store.views.add(
        {
            "id": made,
            "project_id": found["project_id"],
            "user_id": found["created_by"],
            "insight_id": found["id"],
            "last_viewed_at": found["updated_at"],
        }
    )


FAULTS: Final = (
    _fault(
        "views_oldest_first",
        "The oldest view is first.",
        "The latest is.",
        on_answer=reorder(lambda listed: listed[::-1]),
    ),
    _fault(
        "views_are_three",
        "At most three are listed.",
        "At most five.",
        on_answer=reorder(lambda listed: listed[:3]),
    ),
    _fault("views_as_page", "Latest views are a page.", "They are a bare array.", on_answer=_as_page),
    _fault("views_without_time", "Views have no time.", "They say when.", on_answer=reorder(_without_time)),
    _fault(
        "views_of_deleted",
        "Deleted insights are listed.",
        "They are not.",
        before=for_a_while(_undelete_all),
        after=put_back,
    ),
    _fault(
        "views_are_forgotten", "A view is not kept.", "It is.", operations=VIEWED, before=_held, after=_forget
    ),
    _fault(
        "second_view_is_forgotten",
        "A second view does not count.",
        "It moves to the front.",
        operations=VIEWED,
        before=_held,
        after=_first_view_stays,
    ),
    _fault(
        "reading_is_viewing",
        "Reading counts as a view.",
        "It does not.",
        operations=RETRIEVE,
        after=_reading_is_viewing,
    ),
    _fault(
        "unknown_views_refused",
        "Unknown ids are refused.",
        "They are dropped.",
        operations=VIEWED,
        on_answer=_refuses_unknown,
    ),
    _fault(
        "empty_views_accepted",
        "No ids are fine.",
        "They are refused.",
        operations=VIEWED,
        on_answer=answering({400: 201}, b""),
    ),
    _fault(
        "list_knows_no_views",
        "Listed insights were never viewed.",
        "They say when.",
        operations=LIST,
        on_answer=told("last_viewed_at", lambda _: None),
    ),
    _fault(
        "trending_is_empty",
        "Nothing ever trends.",
        "What was viewed does.",
        operations=frozenset(("insights_trending_retrieve",)),
        on_answer=reorder(lambda _: []),
    ),
)
