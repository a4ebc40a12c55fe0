"""Insights as the API shows them, in the server's key order."""

from __future__ import annotations

from ..store import JSON, JSONObject, to_wire
from ..store.documents import DashboardDocument, InsightDocument, TileDocument
from .alerts import alert_shape, alerts_of_insight
from .context import Context, ResultFields
from .dashboard_filters import apply, filter_override_context
from .insight_overrides import PLAIN, Seen
from .insight_queries import effective_query
from .permissions import access_level
from .query_reading import can_carry_alerts
from .restrictions import insight_privilege, insight_restriction
from .search import MatchType
from .tiles import live_tiles_of_insight
from .users import user_basic
from .views import Trend


def full_shape(
    context: Context,
    insight: InsightDocument,
    fields: ResultFields,
    *,
    include_dashboards: bool = False,
    search_match_type: MatchType | None = None,
    last_viewed_at: str | None = None,
    seen: Seen = PLAIN,
) -> JSONObject:
    """An insight with its result; `seen` says through which overrides and on which tile.

    `last_viewed_at` (as stored) is null but on lists, where PostHog annotates it. `include_dashboards` asks
    for the deprecated `dashboards` where callers don't get it unasked.
    """
    store, profile = context.store, context.profile
    tiles = live_tiles_of_insight(store, insight["id"])
    dashboards = _dashboards(context, tiles)
    stored = effective_query(context, insight)
    shown = stored
    if stored is not None and seen.overrides is not None:
        shown = apply(stored, seen.overrides, profile)
    shape: JSONObject = {
        "id": insight["id"],
        "short_id": insight["short_id"],
        "name": insight["name"],
        "derived_name": insight["derived_name"],
    }
    if profile.has_filters:
        shape["filters"] = {}
    shape["query"] = shown
    shape["order"] = insight["order"]
    shape["deleted"] = insight["deleted"]
    if shows_dashboards(context, asked=include_dashboards):
        shape["dashboards"] = [tile["dashboard_id"] for tile in tiles]
    shape.update(
        dashboard_tiles=_tile_references(tiles),
        last_refresh=fields.last_refresh,
        cache_target_age=fields.cache_target_age,
        next_allowed_client_refresh=fields.next_allowed_client_refresh,
        result=fields.result,
        hasMore=fields.has_more,
        columns=None if fields.columns is None else list(fields.columns),
        created_at=to_wire(insight["created_at"]),
        created_by=user_basic(store, insight["created_by"]),
        description=insight["description"],
        updated_at=to_wire(insight["updated_at"]),
        tags=list(insight["tags"]),
        favorited=insight["favorited"],
        saved=insight["saved"],
        last_modified_at=to_wire(insight["last_modified_at"]),
        last_modified_by=user_basic(store, insight["last_modified_by"]),
        is_sample=insight["is_sample"],
        effective_restriction_level=insight_restriction(context, dashboards),
        effective_privilege_level=insight_privilege(context, dashboards),
        user_access_level=access_level(context, insight["created_by"]),
        timezone=fields.timezone,
        is_cached=fields.is_cached,
        query_status=fields.query_status,
        hogql=fields.hogql,
        types=fields.types,
    )
    if profile.has_resolved_date_range:
        shape["resolved_date_range"] = fields.resolved_date_range
    shape["alerts"] = _alerts(context, insight, stored)
    if profile.has_override_context:
        shape["filter_override_context"] = filter_override_context(seen.overrides)
    shape["last_viewed_at"] = to_wire(last_viewed_at)
    if search_match_type is not None:
        shape["search_match_type"] = search_match_type
    shape["filters_hash"] = fields.cache_key
    if seen.tile is not None:
        shape["color"] = seen.tile["color"]
        shape["layouts"] = seen.tile["layouts"]
    return shape


def basic_shape(
    context: Context,
    insight: InsightDocument,
    *,
    include_dashboards: bool = False,
    search_match_type: MatchType | None = None,
    last_viewed_at: str | None = None,
) -> JSONObject:
    """An insight without its result. `last_refresh` and `refreshing` are leftovers: null and false."""
    tiles = live_tiles_of_insight(context.store, insight["id"])
    shape: JSONObject = {
        "id": insight["id"],
        "short_id": insight["short_id"],
        "name": insight["name"],
        "derived_name": insight["derived_name"],
    }
    if context.profile.has_filters:
        shape["filters"] = {}
    shape["query"] = effective_query(context, insight)
    if shows_dashboards(context, asked=include_dashboards):
        shape["dashboards"] = [tile["dashboard_id"] for tile in tiles]
    shape.update(
        dashboard_tiles=_tile_references(tiles),
        description=insight["description"],
        last_refresh=None,
        refreshing=False,
        saved=insight["saved"],
        tags=list(insight["tags"]),
        updated_at=to_wire(insight["updated_at"]),
        created_by=user_basic(context.store, insight["created_by"]),
        created_at=to_wire(insight["created_at"]),
        last_modified_at=to_wire(insight["last_modified_at"]),
        favorited=insight["favorited"],
        user_access_level=access_level(context, insight["created_by"]),
        last_viewed_at=to_wire(last_viewed_at),
    )
    if search_match_type is not None:
        shape["search_match_type"] = search_match_type
    return shape


def last_viewed_shape(context: Context, insight: InsightDocument, last_viewed_at: str) -> JSONObject:
    """A row of `my_last_viewed`, whose serializer knows no request: no access level, always `dashboards`."""
    shape = basic_shape(context, insight, include_dashboards=True, last_viewed_at=last_viewed_at)
    return {**shape, "user_access_level": None}


def trending_shape(context: Context, trend: Trend) -> JSONObject:
    """A row of `trending`: the basic shape, and who viewed it."""
    viewers: list[JSON] = list(trend.viewers)
    return {
        **basic_shape(context, trend.insight, last_viewed_at=trend.last_viewed_at),
        "view_count": trend.view_count,
        "viewers": viewers,
        "last_modified_by": user_basic(context.store, trend.insight["last_modified_by"]),
    }


def shows_dashboards(context: Context, *, asked: bool) -> bool:
    """Whether the caller gets the deprecated `dashboards`: today a session has to ask for it."""
    return asked or context.profile.dashboards_for_sessions or context.caller.via != "session"


def _tile_references(tiles: list[TileDocument]) -> list[JSON]:
    return [
        {"id": tile["id"], "dashboard_id": tile["dashboard_id"], "deleted": tile["deleted"]} for tile in tiles
    ]


def _dashboards(context: Context, tiles: list[TileDocument]) -> list[DashboardDocument]:
    found = (context.store.dashboards.fetch(tile["dashboard_id"]) for tile in tiles)
    return [dashboard for dashboard in found if dashboard is not None]


def _alerts(context: Context, insight: InsightDocument, query: JSONObject | None) -> list[JSON]:
    alerts = alerts_of_insight(context.store, insight["id"])
    if not alerts or not can_carry_alerts(query, context.profile):
        return []
    return [alert_shape(context, alert) for alert in alerts]
