"""New dashboards: empty, from a template, or as a copy of another one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..errors import api_error
from ..store import JSON, JSONObject
from ..store.documents import DashboardDocument, InsightDocument, TileDocument
from .context import Context
from .dashboard_templates import TEMPLATE_NAMES, fill_from_template
from .dashboard_tiles import copy_tiles
from .restrictions import EVERYONE_CAN_EDIT
from .tags import normalise
from .tiles import add_tile, live_tiles_of_dashboard

PLAIN_FIELDS: Final = (
    "name",
    "description",
    "pinned",
    "breakdown_colors",
    "data_color_theme_id",
    "restriction_level",
)


def create_dashboard(context: Context, body: Mapping[str, JSON]) -> DashboardDocument:
    """Make a dashboard, empty, from a template or as a copy of another one.

    A copy shows the same insights; with `duplicate_tiles` it has insights of its own. Raises
    `dashboard_template_invalid`, `dashboard_copy_invalid` and `dashboard_two_sources`.
    """
    template, source_id = body.get("use_template") or None, body.get("use_dashboard") or None
    if template and source_id:
        raise api_error("dashboard_two_sources")
    if template and template not in TEMPLATE_NAMES:
        raise api_error("dashboard_template_invalid", template=template)
    source = _source(context, source_id) if source_id else None
    with context.store.transaction():
        dashboard = context.store.dashboards.add(_new_document(context, body, source, template is not None))
        if template:
            fill_from_template(context, dashboard["id"])
        elif source is not None:
            tiles = live_tiles_of_dashboard(context.store, source["id"])
            if body.get("duplicate_tiles"):
                for tile in tiles:
                    duplicate_tile(context, tile, dashboard["id"])
            else:
                copy_tiles(context, tiles, dashboard["id"])
    return dashboard


def _source(context: Context, source_id: JSON) -> DashboardDocument:
    found = context.store.dashboards.fetch(source_id) if isinstance(source_id, int) else None
    if found is None or found["deleted"] or found["project_id"] != context.project_id:
        raise api_error("dashboard_copy_invalid")
    return found


def _new_document(
    context: Context, body: Mapping[str, JSON], source: DashboardDocument | None, from_template: bool
) -> DashboardDocument:
    inherited: dict[str, object] = {}
    if source is not None:
        inherited = {name: source[name] for name in ("variables", "breakdown_colors", "data_color_theme_id")}
    document: DashboardDocument = {
        "id": context.store.dashboards.new_id(),
        "project_id": context.project_id,
        "name": None,
        "description": "",
        "pinned": False,
        "deleted": False,
        "tags": normalise(read_list(body.get("tags"))),
        "filters": read_object(body.get("filters")) or (source["filters"] if source else {}),
        "variables": read_object(body.get("variables")),
        "breakdown_colors": [],
        "data_color_theme_id": None,
        "restriction_level": EVERYONE_CAN_EDIT,
        "creation_mode": "template" if from_template else "duplicate" if source else "default",
        "created_at": context.stored_now,
        "created_by": context.user_id,
        "last_accessed_at": None,
        "updated_at": context.stored_now,
    }
    return {**document, **plain_changes(body), **inherited}  # type: ignore[typeddict-item]


def plain_changes(body: Mapping[str, JSON]) -> dict[str, JSON]:
    """The fields of a body that are stored as they are sent."""
    changes = {name: body[name] for name in PLAIN_FIELDS if name in body}
    if changes.get("description", "") is None:
        changes["description"] = ""
    if changes.get("breakdown_colors", []) is None:
        changes["breakdown_colors"] = []
    return changes


def read_list(value: JSON) -> list[JSON]:
    """A list as sent, `[]` for none."""
    return value if isinstance(value, list) else []


def read_object(value: JSON) -> JSONObject:
    """Filters or variables as sent, `{}` for none; raises `dashboard_filters_invalid`."""
    if value and not isinstance(value, dict):
        raise api_error("dashboard_filters_invalid")
    return value if isinstance(value, dict) else {}


def duplicate_tile(
    context: Context, tile: TileDocument, dashboard_id: int, layouts: JSONObject | None = None
) -> None:
    """Place a copy of what a tile shows: an insight or text of its own, called "(Copy)"."""
    insight = context.store.insights.fetch(tile["insight_id"]) if tile["insight_id"] is not None else None
    placed = tile["layouts"] if layouts is None else layouts
    if insight is None:
        made = add_tile(context, dashboard_id, text=tile["text"], layouts=placed, color=tile["color"])
        changes: dict[str, JSON] = {"text": {**(tile["text"] or {}), "id": made["id"]}}
    else:
        copy = _copy_insight(context, insight)
        made = add_tile(context, dashboard_id, insight_id=copy["id"], layouts=placed, color=tile["color"])
        changes = {}
    context.store.tiles.amend(made["id"], {**changes, "filters_overrides": tile["filters_overrides"]})


def _copy_insight(context: Context, insight: InsightDocument) -> InsightDocument:
    insight_id = context.store.insights.new_id()
    copy: InsightDocument = {
        **insight,
        "id": insight_id,
        "short_id": context.random.stream(f"insights/{insight_id}/short_id").text(8),
        "name": f"{insight['name']} (Copy)" if insight["name"] else None,
        "created_at": context.stored_now,
        "created_by": context.user_id,
        "updated_at": context.stored_now,
        "last_modified_at": context.stored_now,
        "last_modified_by": context.user_id,
    }
    return context.store.insights.add(copy)
