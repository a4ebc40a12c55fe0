"""Who may edit a dashboard, and an insight through the dashboards it is on."""

from __future__ import annotations

from typing import Final

from ..store.documents import DashboardDocument
from .context import Context
from .organizations import ADMIN, membership_level

EVERYONE_CAN_EDIT: Final = 21
ONLY_COLLABORATORS_CAN_EDIT: Final = 37
CAN_VIEW: Final = 21
CAN_EDIT: Final = 37


def dashboard_restriction(context: Context, dashboard: DashboardDocument) -> int:
    """21: everyone in the project can edit it; 37: its maker and admins only, as anyone on a shared link."""
    return ONLY_COLLABORATORS_CAN_EDIT if context.caller.is_shared else dashboard["restriction_level"]


def dashboard_privilege(context: Context, dashboard: DashboardDocument) -> int:
    """21: the caller can view the dashboard; 37: they can edit it."""
    if context.caller.is_shared:
        return CAN_VIEW
    if dashboard["restriction_level"] < ONLY_COLLABORATORS_CAN_EDIT or context.caller.via == "system":
        return CAN_EDIT
    if context.user_id is None:
        return CAN_VIEW
    level = membership_level(context.store, context.user_id, context.project["organization_id"])
    is_admin = level is not None and level >= ADMIN
    return CAN_EDIT if is_admin or dashboard["created_by"] == context.user_id else CAN_VIEW


def can_edit_dashboard(context: Context, dashboard: DashboardDocument) -> bool:
    """Whether the caller may change the dashboard and what is on it."""
    return dashboard_privilege(context, dashboard) == CAN_EDIT


def insight_restriction(context: Context, dashboards: list[DashboardDocument]) -> int:
    """The restriction of an insight: the strictest of the dashboards it is on."""
    if context.caller.is_shared:
        return ONLY_COLLABORATORS_CAN_EDIT
    return max((dashboard["restriction_level"] for dashboard in dashboards), default=EVERYONE_CAN_EDIT)


def insight_privilege(context: Context, dashboards: list[DashboardDocument]) -> int:
    """The caller's privilege on an insight: that on the dashboard, among those it is on, that allows most."""
    if context.caller.is_shared:
        return CAN_VIEW
    return max((dashboard_privilege(context, dashboard) for dashboard in dashboards), default=CAN_EDIT)
