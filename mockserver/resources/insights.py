"""Insights: found by what a path says, made, changed, deleted and restored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from ..errors import api_error
from ..store import JSON
from ..store.documents import DashboardDocument, InsightDocument
from . import activity, tags, tiles
from .alerts import drop_alerts
from .context import Context
from .insight_queries import effective_query, query_to_store, refuse_filters
from .query_reading import can_carry_alerts
from .restrictions import CAN_EDIT, insight_privilege
from .views import record_view

PLAIN_FIELDS: Final = ("name", "derived_name", "description", "order", "deleted", "favorited", "saved")
MATERIAL: Final = frozenset(("name", "description", "filters"))
MATERIAL_TODAY: Final = MATERIAL | {"query"}


def find(context: Context, value: str, *, deleted_too: bool = False) -> InsightDocument:
    """The insight of this project that a path names by its number or, today, by its short id.

    Raises `not_found` (E1) for an unknown, deleted or foreign one, and on a shared link for any other than
    what it shares. A number is tried as an id first, then as a short id.
    """
    insight = _by_number(context, value)
    if insight is None and context.profile.short_id_in_path:
        insight = context.store.insights.find_one("short_id", (context.project_id, value))
    if insight is None or (insight["deleted"] and not deleted_too):
        raise api_error("not_found")
    shared = shared_ids(context)
    if shared is not None and insight["id"] not in shared:
        raise api_error("not_found")
    return insight


def _by_number(context: Context, value: str) -> InsightDocument | None:
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        return None
    insight = context.store.insights.fetch(int(value))
    return insight if insight and insight["project_id"] == context.project_id else None


def shared_ids(context: Context) -> frozenset[int] | None:
    """The insights that a sharing token reads: the shared one, or those on the shared dashboard.

    None for callers who see the whole project.
    """
    sharing = context.caller.sharing
    if sharing is None:
        return None
    if sharing["insight_id"] is not None:
        return frozenset((sharing["insight_id"],))
    dashboard = context.store.dashboards.fetch(sharing["dashboard_id"] or 0)
    if dashboard is None or dashboard["deleted"]:
        return frozenset()
    shown = tiles.live_tiles_of_dashboard(context.store, dashboard["id"])
    return frozenset(tile["insight_id"] for tile in shown if tile["insight_id"] is not None)


def can_edit(context: Context, insight: InsightDocument) -> bool:
    """Whether the caller may change an insight: freely, or by way of a dashboard it is on."""
    return insight_privilege(context, tiles.dashboards_of_insight(context.store, insight["id"])) == CAN_EDIT


def create(context: Context, body: Mapping[str, JSON]) -> InsightDocument:
    """A new insight of what a client sent; unknown keys are ignored.

    Raises what `query_to_store` raises, E13 for a dashboard that is not there and `dashboard_add_denied`;
    then nothing is made.
    """
    query = query_to_store(body, context.profile, creating=True)
    dashboards = _dashboards_sent(context, body) or []
    tiles.check_may_add(context, dashboards)
    with context.store.transaction():
        insight_id = context.store.insights.new_id()
        now = context.stored_now
        made: InsightDocument = {
            "id": insight_id,
            "project_id": context.project_id,
            "short_id": _short_id(context, insight_id),
            "name": None,
            "derived_name": None,
            "description": None,
            "query": query,
            "filters": {},
            "order": None,
            "deleted": False,
            "saved": context.profile.saved_by_default,
            "favorited": False,
            "is_sample": False,
            "tags": [],
            "created_at": now,
            "created_by": context.user_id,
            "updated_at": now,
            "last_modified_at": now,
            "last_modified_by": context.user_id,
        }
        context.store.insights.add(made)
        insight = context.store.insights.amend(insight_id, _sent(context, body))
        for dashboard in dashboards:
            tiles.add_tile(context, dashboard["id"], insight_id=insight_id)
        if context.profile.create_counts_as_view:
            record_view(context, insight_id, context.user_id)
        activity.log(context, insight, "created")
    return insight


def _short_id(context: Context, insight_id: int) -> str:
    for attempt in range(100):
        drawn = context.random.stream(f"insights/{insight_id}/short_id/{attempt}").text(8)
        if context.store.insights.find_one("short_id", (context.project_id, drawn)) is None:
            return drawn
    raise RuntimeError("no free short id was drawn")


def _sent(context: Context, body: Mapping[str, JSON]) -> dict[str, object]:
    """The plain fields that a client may set, tags and legacy filters among them, as they are stored."""
    changes: dict[str, object] = {name: _stripped(body[name]) for name in PLAIN_FIELDS if name in body}
    if isinstance(order := body.get("order"), float):
        changes["order"] = int(order)  # 3.0 is an integer to JSON Schema
    if isinstance(sent_tags := body.get("tags"), list):
        changes["tags"] = tags.normalise(sent_tags)
    if context.profile.accepts_filters and isinstance(filters := body.get("filters"), dict):
        changes["filters"] = filters
    return changes


def _stripped(value: JSON) -> JSON:
    # Django REST framework strips every text that it stores
    return value.strip() if isinstance(value, str) else value


def _dashboards_sent(context: Context, body: Mapping[str, JSON]) -> list[DashboardDocument] | None:
    sent = body.get("dashboards")
    return tiles.find_dashboards(context, cast("list[int]", sent)) if isinstance(sent, list) else None


def update(context: Context, insight: InsightDocument, body: Mapping[str, JSON]) -> InsightDocument:
    """An insight with the fields changed that a client sent, deleting and restoring among them.

    Every update touches `updated_at` and ends `is_sample`; only material fields, sent be it unchanged, move
    `last_modified_at`. Raises `insight_restricted` and what `create` raises; then nothing is changed.
    """
    check_can_edit(context, insight)
    refuse_filters(body, context.profile)
    changes = _sent(context, body)
    if "query" in body:
        changes["query"] = query_to_store(body, context.profile, creating=False)
    changes |= {"updated_at": context.stored_now, "is_sample": False}
    if context.profile.update_sets_saved and "saved" not in body:
        changes["saved"] = True
    material = MATERIAL_TODAY if context.profile.query_is_material else MATERIAL
    if material & body.keys():
        changes |= {"last_modified_at": context.stored_now, "last_modified_by": context.user_id}
    wanted = _dashboards_sent(context, body)
    with context.store.transaction():
        moved = None
        if wanted is not None:
            ids = [dashboard["id"] for dashboard in wanted]
            moved = tiles.set_insight_dashboards(context, insight["id"], ids)
        changed = context.store.insights.amend(insight["id"], changes)
        _take_along(context, insight, changed)
        activity.log_update(context, insight, changed, moved)
    return changed


def check_can_edit(context: Context, insight: InsightDocument) -> None:
    """Raises `insight_restricted` where the caller may not change the insight."""
    if not can_edit(context, insight):
        raise api_error("insight_restricted")


def _take_along(context: Context, before: InsightDocument, after: InsightDocument) -> None:
    if after["deleted"] and not before["deleted"]:
        tiles.soft_delete_tiles_of_insight(context.store, after["id"])
        drop_alerts(context.store, after["id"])
    elif after["query"] is not before["query"]:
        query = effective_query(context, after)
        if query is not None and not can_carry_alerts(query, context.profile):
            drop_alerts(context.store, after["id"])


def soft_delete(context: Context, insight: InsightDocument) -> None:
    """Delete an insight as `bulk_delete` does: tiles and alerts go along, the log names no changes."""
    changed = context.store.insights.amend(insight["id"], {"deleted": True, "updated_at": context.stored_now})
    _take_along(context, insight, changed)
    activity.log(context, changed, "deleted")


def restore(context: Context, insight: InsightDocument) -> None:
    """Restore an insight as `bulk_restore` does: its tiles come back too, which a PATCH does not do."""
    changed = context.store.insights.amend(
        insight["id"], {"deleted": False, "updated_at": context.stored_now}
    )
    tiles.restore_tiles_of_insight(context.store, insight["id"])
    activity.log(context, changed, "restored")
