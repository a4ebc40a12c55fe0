"""Queries that are not saved: run, poll and cancel them; and the cancel action of insights."""

from __future__ import annotations

from typing import cast

from ..errors import api_error
from ..refresh.cache_key import WRAPPERS, cache_key, source_of
from ..refresh.jobs import ENDED, State
from ..refresh.modes import Mode, parse_refresh
from ..refresh.results import RunFailure, response_fields, response_miss
from ..refresh.service import Question, not_found
from ..resources.context import Overrides
from ..resources.dashboard_filters import apply as apply_overrides
from ..store import JSONObject
from .call import Answer, Call

DOCUMENTED_FIELDS = frozenset(
    (
        "name",
        "derived_name",
        "query",
        "order",
        "deleted",
        "dashboards",
        "description",
        "tags",
        "favorited",
        "_create_in_folder",
    )
)


def query_create(call: Call) -> Answer:
    """Run a query, at once or in the background; `refresh` is `blocking` unless it says otherwise."""
    body = call.body
    context = call.context
    question = _question(call, body)
    mode = parse_refresh(body.get("refresh", call.query.get("refresh")), Mode.BLOCKING)
    client_id = body.get("client_query_id")
    query_id = str(client_id) if client_id else None
    refresh = call.services.refresh
    try:
        reply = refresh.answer(context, question, mode, query_id=query_id or refresh.new_query_id(context))
    except RunFailure as failure:
        raise failure.as_api_error() from failure
    status = refresh.status_of(context, reply.job) if reply.job else None
    if reply.cached is None:
        if status is None:
            return Answer(response_miss(question.key))
        if status["error"]:
            # a refresh policy lets it fail at once: no other way to say so than a run that failed
            code = reply.job["error_code"] if reply.job else None
            raise RunFailure(str(status["error_message"]), code, None).as_api_error()
        return Answer({"query_status": status}, 200 if status["complete"] else 202)
    answer = response_fields(reply.cached, is_cached=reply.is_cached)
    answer["query_status"] = status
    return Answer(answer, 202 if status and not status["complete"] else 200)


def _question(call: Call, body: JSONObject) -> Question:
    query = cast("JSONObject", body.get("query"))
    overrides = Overrides(
        filters=cast("JSONObject | None", body.get("filters_override")),
        variables=cast("JSONObject | None", body.get("variables_override")),
    )
    query = apply_overrides(query, overrides, call.profile)
    source = source_of(query)
    kind = (source or query).get("kind")
    if source is None or kind == "SavedInsightNode" or kind in WRAPPERS:
        raise api_error("unsupported_query_kind", kind=kind)
    return Question(source, cache_key(source, call.project))


def query_retrieve(call: Call) -> Answer:
    """The status of a query: 202 while it runs, 200 when it is done, 400 or 500 when it failed."""
    context = call.context
    refresh = call.services.refresh
    job = refresh.board.find(context, call.path["id"])
    if job is None:
        raise not_found(call.path["id"], context.project_id)
    job = refresh.settle_job(context, refresh.board.read(context, job))
    show_progress = call.query.get("show_progress", "").lower() in ("true", "1")
    status = refresh.status_of(context, job, show_progress=show_progress)
    if status["error"]:
        return Answer({"query_status": status}, 400 if status["error_message"] else 500)
    return Answer({"query_status": status}, 200 if status["complete"] else 202)


def query_destroy(call: Call) -> Answer:
    """Cancel a query; PostHog says what it did, and answers 200 also where there was nothing to do."""
    context = call.context
    board = call.services.refresh.board
    job = board.find(context, call.path["id"])
    if job is None:
        return Answer({"message": "Only tried to dequeue the query, as it was not found"})
    state = board.look(context, job).state
    if state in ENDED:
        return Answer({"message": "Query already complete"})
    board.cancel(context, job)
    if state is State.QUEUED:
        return Answer({"message": "Only tried to dequeue, no running query found"})
    return Answer({"message": "Cancelled query on clickhouse"})


def insights_cancel_create(call: Call) -> Answer:
    """Cancel the project's queries whose client id starts with the one given."""
    body = call.body
    given = body.get("client_query_id")
    if not isinstance(given, str) or not given:
        if not (call.profile.cancel_takes_documented_body and DOCUMENTED_FIELDS & body.keys()):
            raise api_error("client_query_id_required")
    else:
        call.services.refresh.board.cancel_prefix(call.context, given)
    return Answer(None, call.profile.cancel_status)
