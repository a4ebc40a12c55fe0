"""Ranks: who is an admin, who may restrict a dashboard, and the word for what a caller may do."""

from __future__ import annotations

from ..store.documents import DashboardDocument
from .context import Context
from .organizations import ADMIN, membership_level


def is_admin(context: Context) -> bool:
    """Whether the caller is an admin or owner of the project's organisation."""
    if context.user_id is None:
        return False
    level = membership_level(context.store, context.user_id, context.project["organization_id"])
    return level is not None and level >= ADMIN


def can_restrict_dashboard(context: Context, dashboard: DashboardDocument) -> bool:
    """Whether the caller may change a dashboard's restriction level: its creator and admins."""
    if context.user_id is None:
        return context.caller.via == "system"
    return dashboard["created_by"] == context.user_id or is_admin(context)


def access_level(context: Context, created_by: int | None) -> str | None:
    """`user_access_level`: `manager` for the creator and admins, `editor` for members, null for no user."""
    if context.user_id is None:
        return None
    return "manager" if created_by == context.user_id or is_admin(context) else "editor"
