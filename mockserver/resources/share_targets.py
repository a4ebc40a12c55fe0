"""What can be shared: an insight or a dashboard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..errors import api_error
from ..store import Store
from ..store.documents import DashboardDocument, InsightDocument, SharingDocument
from .context import Context
from .insights import can_edit
from .permissions import access_level
from .restrictions import can_edit_dashboard

Kind = Literal["insight", "dashboard"]


@dataclass(frozen=True, slots=True)
class ShareTarget:
    """One insight or one dashboard; the other is null."""

    insight: InsightDocument | None = None
    dashboard: DashboardDocument | None = None

    @property
    def kind(self) -> Kind:
        """Which of the two it is."""
        return "insight" if self.insight is not None else "dashboard"

    @property
    def scope(self) -> Literal["Insight", "Dashboard"]:
        """What the activity log calls its kind."""
        return "Insight" if self.insight is not None else "Dashboard"

    @property
    def id(self) -> int:
        """The id of the insight or dashboard."""
        return self.document["id"]

    @property
    def created_by(self) -> int | None:
        """Who made it."""
        return self.document["created_by"]

    @property
    def name(self) -> str | None:
        """What it is called: an insight's name or else its derived name."""
        if self.insight is not None:
            return self.insight["name"] or self.insight["derived_name"]
        return self.document["name"]

    @property
    def document(self) -> InsightDocument | DashboardDocument:
        """The insight or dashboard itself."""
        found = self.insight or self.dashboard
        if found is None:
            raise ValueError("a share target is an insight or a dashboard")
        return found


def find_target(context: Context, kind: Kind, value: str) -> ShareTarget:
    """The insight or dashboard of this project that a path names by its number.

    Raises `insight_not_found` or `dashboard_not_found` for an unknown, deleted or foreign one.
    """
    target = _fetch(context.store, kind, int(value)) if _is_id(value) else None
    document = (target.insight or target.dashboard) if target else None
    if target is None or document is None or document["project_id"] != context.project_id:
        raise api_error(f"{kind}_not_found")
    return target


def target_of(store: Store, sharing: SharingDocument) -> ShareTarget | None:
    """What a sharing configuration shares; None where that was deleted."""
    if sharing["insight_id"] is not None:
        return _fetch(store, "insight", sharing["insight_id"])
    return _fetch(store, "dashboard", sharing["dashboard_id"] or 0)


def _is_id(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 19


def _fetch(store: Store, kind: Kind, document_id: int) -> ShareTarget | None:
    if kind == "insight":
        insight = store.insights.fetch(document_id)
        return None if insight is None or insight["deleted"] else ShareTarget(insight=insight)
    dashboard = store.dashboards.fetch(document_id)
    return None if dashboard is None or dashboard["deleted"] else ShareTarget(dashboard=dashboard)


def check_target_edit(context: Context, target: ShareTarget) -> None:
    """Raise `sharing_edit_denied` where the caller may not change how the target is shared."""
    if target.insight is not None:
        allowed = can_edit(context, target.insight)
    else:
        allowed = target.dashboard is not None and can_edit_dashboard(context, target.dashboard)
    if not allowed:
        raise api_error("sharing_edit_denied", kind=target.kind)


def target_access_level(context: Context, target: ShareTarget) -> str | None:
    """`user_access_level` of the target for the caller."""
    return access_level(context, target.created_by)
