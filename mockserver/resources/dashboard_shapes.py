"""How dashboards look on the wire, in the server's key order."""

from __future__ import annotations

from ..store import JSONObject, to_wire
from ..store.documents import DashboardDocument
from .context import Context
from .permissions import access_level
from .restrictions import EVERYONE_CAN_EDIT, dashboard_privilege, dashboard_restriction
from .users import user_basic


def basic_shape(context: Context, dashboard: DashboardDocument) -> JSONObject:
    """A dashboard as lists show it, in the server's key order."""
    return {**_head(context, dashboard), **_tail(context, dashboard)}


def full_shape(
    context: Context,
    dashboard: DashboardDocument,
    tiles: list[JSONObject],
    *,
    filters: JSONObject | None = None,
    variables: JSONObject | None = None,
) -> JSONObject:
    """A dashboard with its tiles; `filters` and `variables` are those of a request, over its own."""
    return {
        **_head(context, dashboard),
        "filters": {**dashboard["filters"], **(filters or {})},
        "variables": {**dashboard["variables"], **(variables or {})},
        "breakdown_colors": list(dashboard["breakdown_colors"]),
        "data_color_theme_id": dashboard["data_color_theme_id"],
        **_tail(context, dashboard),
        "persisted_filters": dashboard["filters"] or None,
        "persisted_variables": dashboard["variables"] or None,
        "quick_filter_ids": [],
        "tiles": list(tiles),
    }


def _head(context: Context, dashboard: DashboardDocument) -> JSONObject:
    sharing = context.store.sharing.find_one("dashboard", dashboard["id"])
    return {
        "id": dashboard["id"],
        "name": dashboard["name"],
        "description": dashboard["description"],
        "pinned": dashboard["pinned"],
        "created_at": to_wire(dashboard["created_at"]),
        "created_by": user_basic(context.store, dashboard["created_by"]),
        "last_accessed_at": to_wire(dashboard["last_accessed_at"]),
        "last_viewed_at": to_wire(dashboard["last_accessed_at"]),
        "is_shared": sharing is not None and sharing["enabled"],
        "deleted": dashboard["deleted"],
        "creation_mode": dashboard["creation_mode"],
    }


def _tail(context: Context, dashboard: DashboardDocument) -> JSONObject:
    return {
        "tags": list(dashboard["tags"]),
        "restriction_level": dashboard["restriction_level"],
        "effective_restriction_level": dashboard_restriction(context, dashboard),
        "effective_privilege_level": dashboard_privilege(context, dashboard),
        "user_access_level": access_level(context, dashboard["created_by"]),
        "access_control_version": "v1" if dashboard["restriction_level"] > EVERYONE_CAN_EDIT else "v2",
        "last_refresh": None,
        "team_id": dashboard["project_id"],
    }
