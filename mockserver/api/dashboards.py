"""Dashboards: list, make, show, change, and run what is on them."""

from __future__ import annotations

from typing import cast

from ..errors import api_error
from ..resources import dashboard_shapes, dashboards
from ..resources.context import Context
from ..resources.dashboard_creation import create_dashboard
from ..resources.dashboard_tiles import insight_of, sorted_tiles
from ..resources.insight_overrides import read_requested
from ..resources.result_table import as_table
from ..store import JSON, JSONObject
from ..store.documents import DashboardDocument
from .call import Answer, Call
from .dashboard_results import Asked, computed_fields, computed_tiles
from .paging import page_envelope, read_limit, read_offset


def dashboards_list(call: Call) -> Answer:
    """The project's dashboards without their tiles, pinned ones first."""
    context = call.context
    found = dashboards.list_dashboards(context, call.query)
    start = read_offset(call.query)
    page = found[start : start + read_limit(call.query)]
    shapes = [dashboard_shapes.basic_shape(context, dashboard) for dashboard in page]
    return Answer(page_envelope(call, len(found), shapes))


def dashboards_create(call: Call) -> Answer:
    """Make a dashboard: empty, from a template, or as a copy."""
    body = call.body
    return Answer(_shown(call, create_dashboard(call.context, body), body.get("refresh")), 201)


def dashboards_retrieve(call: Call) -> Answer:
    """A dashboard with the insights on it, each with its result as far as `refresh` asks for one."""
    context = call.context
    found = dashboards.find_dashboard(context, call.path["id"])
    return Answer(_shown(call, dashboards.note_access(context, found)))


def dashboards_partial_update(call: Call) -> Answer:
    """Change a dashboard, its tiles, or whether it is there at all."""
    context = call.context
    sent = call.parsed_body if isinstance(call.parsed_body, dict) else {}
    found = dashboards.find_dashboard(context, call.path["id"], deleted_too=dashboards.brings_back(sent))
    changed = dashboards.update_dashboard(context, found, call.body)
    return Answer(_shown(call, changed, call.body.get("refresh")))


def dashboards_destroy(_call: Call) -> Answer:
    """Refused for every dashboard, there or not; they are deleted by PATCH."""
    raise api_error("delete_not_allowed")


def dashboards_run_insights_retrieve(call: Call) -> Answer:
    """The results of a dashboard's insights, as text for language models or as JSON."""
    context = call.context
    found = dashboards.find_dashboard(context, call.path["id"])
    asked = _asked(call, call.query.get("refresh"))
    as_json = call.query.get("output_format") == "json"
    results: list[JSON] = []
    for order, tile in enumerate(sorted_tiles(context, found)):
        insight = insight_of(context, tile)
        if insight is not None:
            fields = computed_fields(call.services, context, found, tile, insight, asked=asked).fields
            table = None if as_json else as_table(fields.result, fields.columns)
            shown: JSONObject = {
                "id": insight["id"],
                "short_id": insight["short_id"],
                "name": insight["name"],
                "derived_name": insight["derived_name"],
                "result": fields.result if as_json else table.as_text() if table else None,
            }
            results.append({"id": tile["id"], "order": order, "insight": shown})
    return Answer(cast("JSONObject", {"results": results}))


def _asked(call: Call, requested: JSON) -> Asked:
    return Asked(refresh=requested, overrides=read_requested(call.context, call.query))


def _shown(call: Call, dashboard: DashboardDocument, requested: JSON = None) -> JSONObject:
    context: Context = call.context
    asked = _asked(call, call.query.get("refresh", requested))
    tiles = computed_tiles(call.services, context, dashboard, asked)
    return dashboard_shapes.full_shape(
        context, dashboard, tiles, filters=asked.overrides.filters, variables=asked.overrides.variables
    )
