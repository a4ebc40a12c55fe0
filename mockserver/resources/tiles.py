"""Tiles: what places insights and texts on dashboards.

A tile is never removed, only marked as deleted; putting the same insight on the same dashboard again brings
the same tile back. A new tile's `deleted` is null, a revived one's false.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import api_error
from ..store import JSONObject, Store
from ..store.documents import DashboardDocument, TileDocument
from .context import Context
from .restrictions import can_edit_dashboard


def live_tiles_of_insight(store: Store, insight_id: int) -> list[TileDocument]:
    """The tiles that show an insight on dashboards that are not deleted, in the order they were made."""
    return [
        tile
        for tile in store.tiles.find("insight", insight_id)
        if not tile["deleted"] and _live_dashboard(store, tile["dashboard_id"]) is not None
    ]


def live_tiles_of_dashboard(store: Store, dashboard_id: int) -> list[TileDocument]:
    """The tiles of a dashboard, without those of deleted insights, in the order they were made."""
    return [
        tile
        for tile in store.tiles.find("dashboard", dashboard_id)
        if not tile["deleted"] and _shows_something(store, tile)
    ]


def dashboards_of_insight(store: Store, insight_id: int) -> list[DashboardDocument]:
    """The dashboards that an insight is on, by its tiles."""
    found = [
        _live_dashboard(store, tile["dashboard_id"]) for tile in live_tiles_of_insight(store, insight_id)
    ]
    return [dashboard for dashboard in found if dashboard is not None]


def live_tile(store: Store, dashboard_id: int, insight_id: int) -> TileDocument | None:
    """The tile that shows this insight on this dashboard, unless tile or dashboard is deleted."""
    if _live_dashboard(store, dashboard_id) is None:
        return None
    tiles = store.tiles.find("pair", (dashboard_id, insight_id))
    return next((tile for tile in tiles if not tile["deleted"]), None)


def set_insight_dashboards(
    context: Context, insight_id: int, dashboard_ids: Sequence[int]
) -> tuple[list[DashboardDocument], list[DashboardDocument]] | None:
    """Put an insight on exactly these dashboards; the dashboards before and after, None if nothing changed.

    Raises E13 (`dashboard_missing_*`) for an unknown, deleted or foreign id, and `dashboard_add_denied` or
    `dashboard_remove_denied` where the caller may not edit the dashboard, before anything is written.
    """
    before = dashboards_of_insight(context.store, insight_id)
    held = {dashboard["id"] for dashboard in before}
    after = find_dashboards(context, dashboard_ids)
    wanted = {dashboard["id"] for dashboard in after}
    if held == wanted:
        return None
    added = [dashboard for dashboard in after if dashboard["id"] not in held]
    removed = [dashboard for dashboard in before if dashboard["id"] not in wanted]
    _check_rights(context, added, "dashboard_add_denied")
    _check_rights(context, removed, "dashboard_remove_denied")
    with context.store.transaction():
        for dashboard in added:
            add_tile(context, dashboard["id"], insight_id=insight_id)
        for dashboard in removed:
            for tile in context.store.tiles.find("pair", (dashboard["id"], insight_id)):
                remove_tile(context.store, tile["id"])
    return before, after


def find_dashboards(context: Context, dashboard_ids: Sequence[int]) -> list[DashboardDocument]:
    """The project's dashboards with these ids, each once; raises E13 for one that is not there."""
    found: dict[int, DashboardDocument] = {}
    for dashboard_id in dashboard_ids:
        dashboard = _live_dashboard(context.store, dashboard_id)
        if dashboard is None or dashboard["project_id"] != context.project_id:
            is_invalid = context.profile.dashboard_missing_is_invalid
            name = "dashboard_missing_current" if is_invalid else "dashboard_missing_docs"
            raise api_error(name, id=dashboard_id)
        found[dashboard_id] = dashboard
    return list(found.values())


def check_may_add(context: Context, dashboards: Sequence[DashboardDocument]) -> None:
    """Raises `dashboard_add_denied` for the first dashboard that the caller may not edit."""
    _check_rights(context, dashboards, "dashboard_add_denied")


def _check_rights(context: Context, dashboards: Sequence[DashboardDocument], error: str) -> None:
    for dashboard in dashboards:
        if not can_edit_dashboard(context, dashboard):
            raise api_error(error, id=dashboard["id"])


def add_tile(
    context: Context,
    dashboard_id: int,
    *,
    insight_id: int | None = None,
    text: JSONObject | None = None,
    layouts: JSONObject | None = None,
    color: str | None = None,
    order: int | None = None,
) -> TileDocument:
    """Place an insight or a text on a dashboard; an insight's earlier tile there comes back instead.

    Layouts, colour and order of a revived tile stay what they were unless given.
    """
    given = {"layouts": layouts, "color": color, "order": order}
    if insight_id is not None:
        for tile in context.store.tiles.find("pair", (dashboard_id, insight_id)):
            changes = {name: value for name, value in given.items() if value is not None}
            if tile["deleted"]:
                changes["deleted"] = False
            return context.store.tiles.amend(tile["id"], changes) if changes else tile
    made: TileDocument = {
        "id": context.store.tiles.new_id(),
        "project_id": context.project_id,
        "dashboard_id": dashboard_id,
        "insight_id": insight_id,
        "text": text,
        "layouts": layouts or {},
        "color": color,
        "order": order,
        "filters_overrides": {},
        "deleted": None,
    }
    return context.store.tiles.add(made)


def remove_tile(store: Store, tile_id: int) -> None:
    """Mark a tile as deleted; no error for one that is."""
    tile = store.tiles.fetch(tile_id)
    if tile is not None and not tile["deleted"]:
        store.tiles.amend(tile_id, {"deleted": True})


def soft_delete_tiles_of_insight(store: Store, insight_id: int) -> None:
    """Take a deleted insight off its dashboards."""
    for tile in store.tiles.find("insight", insight_id):
        remove_tile(store, tile["id"])


def restore_tiles_of_insight(store: Store, insight_id: int) -> None:
    """Put an insight back on the dashboards it has been on, as `bulk_restore` does."""
    _restore(store, store.tiles.find("insight", insight_id))


def soft_delete_tiles_of_dashboard(store: Store, dashboard_id: int) -> None:
    """Mark the tiles of a deleted dashboard as deleted."""
    for tile in store.tiles.find("dashboard", dashboard_id):
        remove_tile(store, tile["id"])


def restore_tiles_of_dashboard(store: Store, dashboard_id: int) -> None:
    """Bring back the tiles of a dashboard that is restored."""
    _restore(store, store.tiles.find("dashboard", dashboard_id))


def _restore(store: Store, tiles: Sequence[TileDocument]) -> None:
    for tile in tiles:
        if tile["deleted"]:
            store.tiles.amend(tile["id"], {"deleted": False})


def _live_dashboard(store: Store, dashboard_id: int) -> DashboardDocument | None:
    dashboard = store.dashboards.fetch(dashboard_id)
    return None if dashboard is None or dashboard["deleted"] else dashboard


def _shows_something(store: Store, tile: TileDocument) -> bool:
    if tile["insight_id"] is None:
        return True
    insight = store.insights.fetch(tile["insight_id"])
    return insight is not None and not insight["deleted"]
