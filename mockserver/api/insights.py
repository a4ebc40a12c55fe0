"""Insights: list, create, retrieve, update, and the delete that is always refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from ..errors import api_error
from ..resources import insights
from ..resources.context import Context
from ..resources.insight_filters import is_true
from ..resources.insight_listing import Row, list_insights
from ..resources.insight_overrides import (
    PLAIN,
    Seen,
    read_from_dashboard,
    read_requested,
    seen_from,
    seen_plainly,
)
from ..resources.insight_shapes import InsightShapes
from ..resources.row_cache import Stamp, Written
from ..store import JSON, JSONObject
from ..store.documents import InsightDocument
from .call import Answer, Call
from .paging import page_envelope, read_limit, read_offset
from .rendering import check_format, rendered, wants_csv

NOTHING_SENT: Final[Mapping[str, JSON]] = MappingProxyType({})
VARYING: Final = (
    "refresh",
    "search",
    "from_dashboard",
    "filters_override",
    "variables_override",
    "tile_filters_override",
    "client_query_id",
)
DETAIL_METHODS: Final = "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"


def _shapes(call: Call, context: Context) -> InsightShapes:
    return InsightShapes(context, include_dashboards=is_true(call.query.get("include_dashboards")))


def _full(
    call: Call,
    context: Context,
    insight: InsightDocument,
    *,
    shapes: InsightShapes | None = None,
    seen: Seen = PLAIN,
    body: Mapping[str, JSON] = NOTHING_SENT,
    row: Row | None = None,
) -> JSONObject:
    """An insight in full, its result as `refresh` in the body or the query string asks."""
    fields = call.services.refresh.for_insight(
        context,
        insight,
        body.get("refresh", call.query.get("refresh")),
        seen.overrides,
        client_query_id=_client_query_id(call, body),
        shared=context.caller.is_shared,
        among_others=row is not None,
    )
    return (shapes or _shapes(call, context)).full(
        insight,
        fields,
        search_match_type=row.match_type if row else None,
        last_viewed_at=row.last_viewed_at if row else None,
        seen=seen,
    )


def _stamp(call: Call, context: Context) -> Stamp | None:
    """What written insights depend on; None where they are to be made anew.

    That is where the request or the passing of time decides about a result.
    """
    if (
        any(name in call.query for name in VARYING)
        or call.services.refresh.has_work()
        or context.caller.is_shared
        or wants_csv(call)
    ):
        return None
    return call.services.rows.stamp(context, call.query.get("include_dashboards"))


def _written(
    call: Call, kind: str, insight: InsightDocument, stamp: Stamp | None, make: Callable[[], JSONObject]
) -> Written:
    return make() if stamp is None else call.services.rows.row(kind, insight, stamp, make)


def _client_query_id(call: Call, body: Mapping[str, JSON]) -> str | None:
    sent = body.get("client_query_id", call.query.get("client_query_id"))
    return sent if isinstance(sent, str) and sent else None


def insights_list(call: Call) -> Answer:
    """A page of insights, in full or, with `basic`, without results."""
    check_format(call)
    context = call.context
    seen = seen_plainly(context, read_requested(context, call.query))
    page = list_insights(context, call.query, limit=read_limit(call.query), offset=read_offset(call.query))
    shapes = _shapes(call, context)
    if is_true(call.query.get("basic")):
        rows: list[Written] = [
            shapes.basic(row.insight, search_match_type=row.match_type, last_viewed_at=row.last_viewed_at)
            for row in page.rows
        ]
    else:
        stamp = _stamp(call, context)
        rows = [
            _written(
                call,
                "row",
                row.insight,
                stamp,
                partial(_full, call, context, row.insight, shapes=shapes, seen=seen, row=row),
            )
            for row in page.rows
        ]
    return rendered(call, page_envelope(call, page.count, rows))


def insights_create(call: Call) -> Answer:
    """Make an insight."""
    check_format(call)
    body, context = call.body, call.context
    insight = insights.create(context, body)
    return rendered(call, _full(call, context, insight, body=body), 201)


def insights_retrieve(call: Call) -> Answer:
    """One insight with its result, as it is or as it is seen on a dashboard."""
    check_format(call)
    context = call.context
    insight = insights.find(context, call.path["id"])
    if is_true(call.query.get("basic")):
        return rendered(call, _shapes(call, context).basic(insight))
    requested = read_requested(context, call.query)
    seen = seen_from(context, insight["id"], read_from_dashboard(call.query), requested)
    stamp = _stamp(call, context)
    return rendered(
        call,
        _written(call, "one", insight, stamp, partial(_full, call, context, insight, seen=seen)),
    )


def insights_partial_update(call: Call) -> Answer:
    """Change an insight; `deleted: false` is the one body that reaches a deleted one."""
    check_format(call)
    context = call.context
    sent = call.parsed_body
    restoring = isinstance(sent, dict) and sent.get("deleted") is False
    insight = insights.find(context, call.path["id"], deleted_too=restoring)
    insights.check_can_edit(context, insight)
    body = call.body
    changed = insights.update(context, insight, body)
    return rendered(call, _full(call, context, changed, body=body))


def insights_update(call: Call) -> Answer:
    """As the PATCH: PostHog's serializer requires no field of a PUT either."""
    return insights_partial_update(call)


def insights_destroy(_call: Call) -> Answer:
    """Refused for any id, without looking: insights are deleted by setting `deleted`."""
    raise api_error("delete_not_allowed", headers={"Allow": DETAIL_METHODS})
