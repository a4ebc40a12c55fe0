"""Dashboards: found, listed, changed, deleted and brought back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..errors import ApiError, api_error
from ..store import JSON, Store
from ..store.documents import DashboardDocument
from .context import Context
from .dashboard_creation import duplicate_tile, plain_changes, read_list, read_object
from .dashboard_tiles import write_tiles
from .permissions import can_restrict_dashboard
from .restrictions import can_edit_dashboard
from .tags import normalise
from .tiles import (
    live_tiles_of_dashboard,
    live_tiles_of_insight,
    restore_tiles_of_dashboard,
    soft_delete_tiles_of_dashboard,
)

GENERATED_PREFIX: Final = "Generated Dashboard"
UNLISTED: Final = "unlisted"


def find_dashboard(context: Context, value: str, *, deleted_too: bool = False) -> DashboardDocument:
    """The project's dashboard with this id; raises `not_found`.

    `deleted_too` finds a deleted one, which only a request that brings it back may.
    """
    number = int(value) if value.isascii() and value.isdigit() and len(value) < 19 else 0
    found = context.store.dashboards.fetch(number)
    if found is None or found["project_id"] != context.project_id or (found["deleted"] and not deleted_too):
        raise api_error("not_found")
    return found


def brings_back(body: Mapping[str, JSON]) -> bool:
    """Whether a PATCH asks for a deleted dashboard: any spelling of false. PostHog: `str_to_bool`."""
    value = body.get("deleted")
    return value is not None and str(value).lower() not in ("y", "yes", "t", "true", "on", "1")


def list_dashboards(context: Context, query: Mapping[str, str]) -> list[DashboardDocument]:
    """The project's dashboards, pinned ones first, then by name; `query` narrows them.

    `tags` keeps those with that tag, `creation_mode` those made that way (without it, unlisted ones stay
    out), `exclude_generated=true` drops the ones that were generated.
    """
    found = context.store.dashboards.page("listed", context.project_id)
    mode, tag = query.get("creation_mode"), query.get("tags")
    kept = [
        dashboard
        for dashboard in found
        if (dashboard["creation_mode"] == mode if mode else dashboard["creation_mode"] != UNLISTED)
        and (not tag or tag in dashboard["tags"])
        and not (query.get("exclude_generated") == "true" and _is_generated(dashboard))
    ]
    return sorted(
        kept, key=lambda one: (not one["pinned"], one["name"] is None, one["name"] or "", one["id"])
    )


def _is_generated(dashboard: DashboardDocument) -> bool:
    return (dashboard["name"] or "").startswith(GENERATED_PREFIX)


def update_dashboard(
    context: Context, dashboard: DashboardDocument, body: Mapping[str, JSON]
) -> DashboardDocument:
    """Change a dashboard and its tiles; `deleted` takes its tiles along, and back.

    `delete_insights` with `deleted: true` also deletes the insights that are on no other dashboard.
    PostHog takes empty `filters` and `variables` for none sent. Raises `dashboard_edit_denied`,
    `dashboard_restrict_denied` and as writing tiles does.
    """
    if not can_edit_dashboard(context, dashboard):
        raise api_error("dashboard_edit_denied")
    if "restriction_level" in body and not can_restrict_dashboard(context, dashboard):
        raise api_error("dashboard_restrict_denied")
    changes: dict[str, object] = {**plain_changes(body), "updated_at": context.stored_now}
    if "tags" in body:
        changes["tags"] = normalise(read_list(body["tags"]))
    for name in ("filters", "variables"):
        if body.get(name):
            changes[name] = read_object(body[name])
    with context.store.transaction():
        if body.get("deleted") is not None:
            changes["deleted"] = not brings_back(body)
            _follow_deletion(
                context, dashboard, changes["deleted"] is True, bool(body.get("delete_insights"))
            )
        changed = context.store.dashboards.amend(dashboard["id"], changes)
        write_tiles(context, changed, body.get("tiles"))
        _duplicate_named(context, changed, body.get("duplicate_tiles"))
    return changed


def _follow_deletion(
    context: Context, dashboard: DashboardDocument, deleted: bool, delete_insights: bool
) -> None:
    store = context.store
    if deleted:
        for insight_id in _only_here(store, dashboard) if delete_insights else ():
            store.insights.amend(insight_id, {"deleted": True})
        soft_delete_tiles_of_dashboard(store, dashboard["id"])
    elif dashboard["deleted"]:
        restore_tiles_of_dashboard(store, dashboard["id"])
        for tile in store.tiles.find("dashboard", dashboard["id"]):
            insight = store.insights.fetch(tile["insight_id"]) if tile["insight_id"] is not None else None
            if insight is not None and insight["deleted"]:
                store.insights.amend(insight["id"], {"deleted": False})


def _only_here(store: Store, dashboard: DashboardDocument) -> list[int]:
    shown = [tile["insight_id"] for tile in live_tiles_of_dashboard(store, dashboard["id"])]
    return [one for one in shown if one is not None and len(live_tiles_of_insight(store, one)) == 1]


def _duplicate_named(context: Context, dashboard: DashboardDocument, sent: JSON) -> None:
    for one in read_list(sent):
        named = one if isinstance(one, dict) else {}
        tile_id, layouts = named.get("id"), named.get("layouts")
        tile = context.store.tiles.fetch(tile_id) if isinstance(tile_id, int) else None
        if tile is None or tile["deleted"] or tile["dashboard_id"] != dashboard["id"]:
            raise _unknown_tile(tile_id)
        duplicate_tile(context, tile, dashboard["id"], layouts if isinstance(layouts, dict) else {})


def _unknown_tile(tile_id: JSON) -> ApiError:
    reason = f"Tile {tile_id} is not on this dashboard."
    return api_error("invalid_value", field="duplicate_tiles", code="invalid_input", reason=reason)


def note_access(context: Context, dashboard: DashboardDocument) -> DashboardDocument:
    """Someone looked at a dashboard."""
    return context.store.dashboards.amend(dashboard["id"], {"last_accessed_at": context.stored_now})
