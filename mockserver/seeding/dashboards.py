"""Dashboards and their tiles."""

from __future__ import annotations

from typing import Final, cast

from ..store import JSON, JSONObject
from .ground import Ground
from .shapes import DashboardEntry, TileEntry
from .sharing import add_sharing

EVERYONE_CAN_EDIT: Final = 21
TILE_WIDTH: Final = 6
TILE_HEIGHT: Final = 5


def add_dashboards(ground: Ground) -> None:
    """Make a tenant's dashboards, numbered before, with tiles and sharing."""
    for entry in ground.tenant.get("dashboards") or []:
        dashboard_id = ground.id_of("dashboards", entry["key"])
        _add_dashboard(ground, dashboard_id, entry)
        for place, tile in enumerate(entry.get("tiles") or []):
            _add_tile(ground, dashboard_id, place, tile)
        if "sharing" in entry:
            add_sharing(ground, entry["sharing"], dashboard_id=dashboard_id)


def _add_dashboard(ground: Ground, dashboard_id: int, entry: DashboardEntry) -> None:
    created = ground.ago(entry.get("created"), "60d")
    seen = entry.get("last_accessed")
    ground.store.dashboards.add(
        {
            "id": dashboard_id,
            "project_id": ground.project_id,
            "name": entry.get("name"),
            "description": entry.get("description", ""),
            "pinned": entry.get("pinned", False),
            "deleted": entry.get("deleted", False),
            "tags": list(entry.get("tags") or []),
            "filters": cast("JSONObject", ground.resolved(entry.get("filters") or {})),
            "variables": cast("JSONObject", ground.resolved(entry.get("variables") or {})),
            "breakdown_colors": [],
            "data_color_theme_id": None,
            "restriction_level": entry.get("restriction_level", EVERYONE_CAN_EDIT),
            "creation_mode": entry.get("creation_mode", "default"),
            "created_at": created,
            "created_by": ground.user_id(entry.get("by")),
            "last_accessed_at": ground.ago(seen) if seen else None,
            "updated_at": created,
        }
    )


def _add_tile(ground: Ground, dashboard_id: int, place: int, entry: TileEntry) -> None:
    text = entry.get("text")
    ground.store.tiles.add(
        {
            "id": ground.new_id("tiles", f"{dashboard_id}/{entry.get('insight')}", entry.get("id")),
            "project_id": ground.project_id,
            "dashboard_id": dashboard_id,
            "insight_id": ground.id_of("insights", entry["insight"]) if "insight" in entry else None,
            "text": {"body": text} if text is not None else None,
            "layouts": entry["layouts"] if "layouts" in entry else next_layouts(place),
            "color": entry.get("color"),
            "order": None,
            "filters_overrides": cast("JSONObject", ground.resolved(entry.get("filters") or {})),
            "deleted": entry.get("deleted"),
        }
    )


def next_layouts(place: int) -> JSONObject:
    """Where the tile at `place` goes by itself: two in a row of 12 cells (`sm`), below each other (`xs`)."""
    wide: JSON = {
        "x": place % 2 * TILE_WIDTH,
        "y": place // 2 * TILE_HEIGHT,
        "w": TILE_WIDTH,
        "h": TILE_HEIGHT,
    }
    narrow: JSON = {"x": 0, "y": place * TILE_HEIGHT, "w": 1, "h": TILE_HEIGHT}
    return {"sm": wide, "xs": narrow}
