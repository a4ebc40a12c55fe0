"""Refreshing and background queries that lie about themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast

from ...store import JSONObject
from .edits import LIST, RETRIEVE, asking, deaf_to, reading, sending, without_field
from .model import Asked, ContractFault, Given

POLL: Final = frozenset(("query_retrieve",))
ASK: Final = frozenset(("query_create",))


def _fault(name: str, description: str, rule: str, **parts: object) -> ContractFault:
    parts.setdefault("operations", POLL)
    return ContractFault(name, "async", description, rule, **parts)  # type: ignore[arg-type]


def _status(edit: Callable[[dict[str, Any]], None]) -> Callable[[Asked, Given], Given]:
    def change(_: Asked, given: Given) -> Given:
        for row in [given.body] if isinstance(given.body, dict) else []:
            if isinstance(row.get("query_status"), dict):
                edit(cast("dict[str, Any]", row["query_status"]))
        return given

    return change


def _never_done(asked: Asked, given: Given) -> Given:
    if given.status != 200:
        return given
    running = {"complete": False, "results": None, "end_time": None}
    return _status(lambda status: status.update(running))(asked, given).with_status(202)


def _no_results(status: dict[str, Any]) -> None:
    if status["complete"]:
        status["results"] = None


def _ends_first(status: dict[str, Any]) -> None:
    if status.get("end_time"):
        status["end_time"] = "2001-01-01T00:00:00Z"


def _other_id(status: dict[str, Any]) -> None:
    status["id"] = f"{status['id']}x"


def _done_at_once(status: dict[str, Any]) -> None:
    if not status["complete"]:
        status["results"] = {"results": []}


def _failure_is_success(asked: Asked, given: Given) -> Given:
    if given.status != 400 or not isinstance(given.body, dict) or "query_status" not in given.body:
        return given
    changed: dict[str, Any] = {
        "error": False,
        "complete": True,
        "error_message": None,
        "results": {"results": []},
    }
    return _status(lambda status: status.update(changed))(asked, given).with_status(200)


def _found_anyway(_: Asked, given: Given) -> Given:
    return given.with_status(202).with_body({"query_status": None}) if given.status == 404 else given


def _accepted(_: Asked, given: Given) -> Given:
    pending = isinstance(given.body, dict) and given.body.get("query_status")
    return given.with_status(202) if given.status == 200 and pending else given


def _crashes(_: Asked, given: Given) -> Given:
    status = given.body.get("query_status") if isinstance(given.body, dict) else None
    if isinstance(status, dict) and status.get("error"):
        crash: JSONObject = {
            "type": "server_error",
            "code": "error",
            "detail": "A server error occurred.",
            "attr": None,
        }
        return given.with_status(500).with_body(crash)
    return given


def _unknown_mode_refused(asked: Asked, given: Given) -> Given:
    if asked.query.get("refresh") != "sometimes":
        return given
    error: JSONObject = {
        "type": "validation_error",
        "code": "invalid_choice",
        "detail": "No such mode.",
        "attr": "refresh",
    }
    return given.with_status(400).with_body(error)


def _swapped(old: str, new: str) -> Any:
    return reading("refresh", lambda text: new if text == old else text)


def _body_refresh(old: str, new: str) -> Any:
    def edit(body: dict[str, Any]) -> None:
        if body.get("refresh", "blocking") == old:
            body["refresh"] = new

    return sending(edit)


def _computes_unasked(asked: Asked) -> Asked:
    return asked if "refresh" in asked.query else asking(refresh="blocking")(asked)


FAULTS: Final = (
    _fault("query_never_completes", "A query runs forever.", "It ends.", on_answer=_never_done),
    _fault(
        "complete_without_results",
        "A complete query has no results.",
        "It has them.",
        on_answer=_status(_no_results),
    ),
    _fault(
        "ends_before_it_starts",
        "A query ends before it starts.",
        "Its times are in order.",
        on_answer=_status(_ends_first),
    ),
    _fault(
        "id_changes_while_polling", "The id of a query changes.", "It stays.", on_answer=_status(_other_id)
    ),
    _fault(
        "results_before_complete",
        "A running query has results.",
        "They come with `complete`.",
        on_answer=_status(_done_at_once),
    ),
    _fault(
        "failure_is_success", "A failed query is complete.", "It has failed.", on_answer=_failure_is_success
    ),
    _fault("unknown_query_is_pending", "An unknown query is pending.", "It is 404.", on_answer=_found_anyway),
    _fault(
        "client_id_is_ignored",
        "`client_query_id` is not the id.",
        "It is.",
        operations=ASK,
        on_request=without_field("client_query_id"),
    ),
    _fault(
        "query_is_always_queued",
        "A query is never computed at once.",
        "Without `refresh` it is.",
        operations=ASK,
        on_request=_body_refresh("blocking", "async"),
    ),
    _fault(
        "query_is_never_queued",
        "`force_async` computes.",
        "It queues.",
        operations=ASK,
        on_request=_body_refresh("force_async", "blocking"),
    ),
    _fault(
        "query_is_never_forced",
        "`force_blocking` repeats.",
        "It computes.",
        operations=ASK,
        on_request=_body_refresh("force_blocking", "blocking"),
    ),
    _fault(
        "async_blocks",
        "`async` computes.",
        "It queues.",
        operations=RETRIEVE,
        on_request=_swapped("async", "blocking"),
    ),
    _fault(
        "lazy_async_blocks",
        "`lazy_async` computes.",
        "It queues.",
        operations=RETRIEVE,
        on_request=_swapped("lazy_async", "blocking"),
    ),
    _fault(
        "lazy_async_is_async",
        "`lazy_async` is `async`.",
        "It waits longer.",
        operations=RETRIEVE,
        on_request=_swapped("lazy_async", "async"),
    ),
    _fault(
        "blocking_queues",
        "`blocking` queues.",
        "It computes.",
        operations=RETRIEVE,
        on_request=_swapped("blocking", "async"),
    ),
    _fault(
        "force_async_repeats",
        "`force_async` repeats a result.",
        "It answers a status.",
        operations=RETRIEVE,
        on_request=_swapped("force_async", "async"),
    ),
    _fault(
        "force_blocking_repeats",
        "`force_blocking` repeats a result.",
        "It computes.",
        operations=RETRIEVE,
        on_request=_swapped("force_blocking", "blocking"),
    ),
    _fault(
        "true_is_no_mode",
        "`refresh=true` computes nothing.",
        "It is `force_blocking`.",
        operations=RETRIEVE,
        on_request=_swapped("true", "force_cache"),
    ),
    _fault(
        "computes_unasked",
        "A plain read computes.",
        "It does not.",
        operations=RETRIEVE,
        on_request=_computes_unasked,
    ),
    _fault(
        "list_never_refreshes",
        "`refresh` of a list is ignored.",
        "It refreshes the rows.",
        operations=LIST,
        on_request=deaf_to("refresh"),
    ),
    _fault(
        "unknown_mode_is_refused",
        "An unknown mode is 400.",
        "It is `force_cache`.",
        operations=RETRIEVE,
        on_answer=_unknown_mode_refused,
    ),
    _fault(
        "insight_is_accepted",
        "A queued insight is 202.",
        "It is 200.",
        operations=RETRIEVE,
        on_answer=_accepted,
    ),
    _fault(
        "failing_query_crashes",
        "A failing query is 500.",
        "It is told in the status.",
        operations=RETRIEVE,
        on_answer=_crashes,
    ),
)
