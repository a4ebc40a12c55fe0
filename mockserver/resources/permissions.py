"""Who may edit what: the restriction levels of dashboards, and what they mean for their insights.

PostHog: a dashboard with restriction level 37 is edited only by its creator and by admins of the
organisation; an insight that is only on such dashboards is theirs too.
"""

from __future__ import annotations

from typing import Final

from ..store.documents import DashboardDocument, InsightDocument
from .context import Context
from .organizations import ADMIN, membership_level

EVERYONE_CAN_EDIT: Final = 21
ONLY_COLLABORATORS_CAN_EDIT: Final = 37
CAN_VIEW: Final = 21
CAN_EDIT: Final = 37


def is_admin(context: Context) -> bool:
    """Whether the caller is an admin or owner of the project's organisation."""
    if context.user_id is None:
        return False
    level = membership_level(context.store, context.user_id, context.project["organization_id"])
    return level is not None and level >= ADMIN


def can_restrict_dashboard(context: Context, dashboard: DashboardDocument) -> bool:
    """Whether the caller may change a dashboard's restriction level: its creator and admins."""
    if context.user_id is None:
        return False
    return dashboard["created_by"] == context.user_id or is_admin(context)


def can_edit_dashboard(context: Context, dashboard: DashboardDocument) -> bool:
    """Whether the caller may change a dashboard and what is on it."""
    if context.user_id is None:
        return False
    if dashboard["restriction_level"] <= EVERYONE_CAN_EDIT:
        return True
    return can_restrict_dashboard(context, dashboard)


def _dashboards_of(context: Context, insight: InsightDocument) -> list[DashboardDocument]:
    tiles = context.store.tiles.find("insight", insight["id"])
    found = [context.store.dashboards.fetch(tile["dashboard_id"]) for tile in tiles if not tile["deleted"]]
    return [dashboard for dashboard in found if dashboard is not None and not dashboard["deleted"]]


def can_edit_insight(context: Context, insight: InsightDocument) -> bool:
    """Whether the caller may change an insight: freely, or by way of one of its dashboards."""
    if context.user_id is None:
        return False
    dashboards = _dashboards_of(context, insight)
    return not dashboards or any(can_edit_dashboard(context, dashboard) for dashboard in dashboards)


def insight_levels(context: Context, insight: InsightDocument) -> tuple[int, int]:
    """An insight's `(effective_restriction_level, effective_privilege_level)`; 37 and 21 on shared links."""
    if context.caller.is_shared:
        return ONLY_COLLABORATORS_CAN_EDIT, CAN_VIEW
    dashboards = _dashboards_of(context, insight)
    restriction = max((one["restriction_level"] for one in dashboards), default=EVERYONE_CAN_EDIT)
    return restriction, CAN_EDIT if can_edit_insight(context, insight) else CAN_VIEW


def dashboard_levels(context: Context, dashboard: DashboardDocument) -> tuple[int, int]:
    """A dashboard's `(effective_restriction_level, effective_privilege_level)`; 37 and 21 on shared links."""
    if context.caller.is_shared:
        return ONLY_COLLABORATORS_CAN_EDIT, CAN_VIEW
    return dashboard["restriction_level"], CAN_EDIT if can_edit_dashboard(context, dashboard) else CAN_VIEW


def access_level(context: Context, created_by: int | None) -> str | None:
    """`user_access_level`: `manager` for the creator and admins, `editor` for members, null for no user."""
    if context.user_id is None:
        return None
    return "manager" if created_by == context.user_id or is_admin(context) else "editor"
