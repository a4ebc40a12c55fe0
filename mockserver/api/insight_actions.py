"""Actions on insights beside reading and writing them; cancelling is with the queries."""

from __future__ import annotations

from typing import cast

from ..errors import api_error
from ..resources import insight_advice, insight_bulk, insights, views
from ..resources.alerts import thresholds_of_insight
from ..resources.insight_bulk import TagAction
from ..resources.insight_queries import effective_query
from ..resources.insight_shapes import InsightShapes
from ..store import JSON, JSONObject
from .call import Answer, Call
from .paging import whole_page
from .rendering import check_format, rendered

TRENDING_DAYS = "7"
TRENDING_LIMIT = "10"
TRENDING_MOST = 100


def insights_my_last_viewed_retrieve(call: Call) -> Answer:
    """The five insights that the caller viewed last, as a bare list."""
    check_format(call)
    context = call.context
    found = views.my_last_viewed(context)
    shapes = InsightShapes(context, include_dashboards=True)
    rows: list[JSON] = [shapes.last_viewed(insight, at) for insight, at in found]
    return rendered(call, rows)


def insights_viewed_create(call: Call) -> Answer:
    """Note that the caller has viewed insights."""
    check_format(call)
    is_misfit = call.violation is not None and call.violation.name in ("invalid_value", "not_a_list")
    if is_misfit and not call.profile.viewed_checks_each_id:
        raise api_error("insight_ids_docs")
    views.mark_viewed(call.context, cast("list[int]", call.body["insight_ids"]))
    return Answer(None, call.profile.viewed_status)


def insights_trending_retrieve(call: Call) -> Answer:
    """The insights that most people viewed lately: a page today, a bare list before."""
    check_format(call)
    try:
        days = int(call.query.get("days", TRENDING_DAYS))
        limit = int(call.query.get("limit", TRENDING_LIMIT))
    except ValueError:
        raise api_error("trending_numbers") from None
    context = call.context
    found = views.trending(context, days, min(limit, TRENDING_MOST))
    shapes = InsightShapes(context)
    rows: list[JSON] = [shapes.trending(trend) for trend in found]
    if call.profile.trending_is_page:
        return rendered(call, {"count": len(rows), "next": None, "previous": None, "results": rows})
    return rendered(call, rows)


def _ids(body: JSONObject) -> list[int]:
    return cast("list[int]", body["ids"])


def insights_bulk_delete_create(call: Call) -> Answer:
    """Delete many insights softly."""
    return Answer(insight_bulk.delete_many(call.context, _ids(call.body)))


def insights_bulk_restore_create(call: Call) -> Answer:
    """Restore many insights, their tiles too."""
    return Answer(insight_bulk.restore_many(call.context, _ids(call.body)))


def insights_bulk_update_tags_create(call: Call) -> Answer:
    """Add, remove or set the tags of many insights."""
    body = call.body
    action, names = cast("TagAction", body["action"]), cast("list[str]", body["tags"])
    return Answer(insight_bulk.update_tags(call.context, _ids(body), action, names))


def insights_bulk_set_test_account_filter_create(call: Call) -> Answer:
    """Filter test accounts in all insights, or no longer."""
    enabled = bool(call.body["enabled"])
    return Answer(insight_bulk.set_test_account_filter(call.context, enabled=enabled))


def insights_generate_metadata_create(call: Call) -> Answer:
    """A name and a description for a query."""
    query = cast("JSONObject", call.body["query"])
    return Answer(insight_advice.generate_metadata(call.context, query))


def insights_timing_create(call: Call) -> Answer:
    """Take a measurement of the web app's and keep nothing of it."""
    _ = call.body
    return Answer(None, 201)


def insights_analyze_retrieve(call: Call) -> Answer:
    """A text on the insight and on its result as far as that is cached."""
    context = call.context
    insight = insights.find(context, call.path["id"])
    query = effective_query(context, insight)
    result: JSON = None
    if query is not None:
        result = call.services.refresh.for_insight(context, insight, None).result
    return Answer({"result": insight_advice.analyze(query, result)})


def insights_suggestions_retrieve(call: Call) -> Answer:
    """Queries to look at after this insight."""
    context = call.context
    insight = insights.find(context, call.path["id"])
    made: list[JSON] = [*insight_advice.suggestions(effective_query(context, insight))]
    return Answer(made)


def insights_suggestions_create(call: Call) -> Answer:
    """The same, asked with a context in the body, which changes nothing here."""
    answer = insights_suggestions_retrieve(call)
    _ = call.body
    return answer


def insights_thresholds_list(call: Call) -> Answer:
    """The thresholds that the insight's alerts compare with."""
    context = call.context
    insight = insights.find(context, call.path["id"])
    return Answer(whole_page(call, thresholds_of_insight(context, insight["id"])))
