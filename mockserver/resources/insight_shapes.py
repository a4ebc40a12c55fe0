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


class InsightShapes:
    """Shows the insights of one answer; what they have in common is worked out once.

    `include_dashboards` asks for the deprecated `dashboards` where callers don't get it unasked: today a
    session has to ask for it. Rows of one answer share parts, so that none may be changed.
    """

    def __init__(self, context: Context, *, include_dashboards: bool = False) -> None:
        self._context = context
        profile = context.profile
        self._shows_dashboards = (
            include_dashboards or profile.dashboards_for_sessions or context.caller.via != "session"
        )
        self._users: dict[int | None, JSONObject | None] = {None: None}
        self._access: dict[int | None, str | None] = {}
        self._free = (insight_restriction(context, []), insight_privilege(context, []))

    def full(
        self,
        insight: InsightDocument,
        fields: ResultFields,
        *,
        search_match_type: MatchType | None = None,
        last_viewed_at: str | None = None,
        seen: Seen = PLAIN,
    ) -> JSONObject:
        """An insight with its result; `seen` says through which overrides and on which tile.

        `last_viewed_at` (as stored) is null but on lists, where PostHog annotates it.
        """
        context, profile = self._context, self._context.profile
        tiles = live_tiles_of_insight(context.store, insight["id"])
        query = effective_query(context, insight)
        restriction, privilege = self._levels(tiles) if tiles else self._free
        shape: JSONObject = {
            "id": insight["id"],
            "short_id": insight["short_id"],
            "name": insight["name"],
            "derived_name": insight["derived_name"],
            "filters": {},
            "query": self._seen_query(query, seen),
            "order": insight["order"],
            "deleted": insight["deleted"],
            "dashboards": [tile["dashboard_id"] for tile in tiles],
            "dashboard_tiles": _tile_references(tiles),
            "last_refresh": fields.last_refresh,
            "cache_target_age": fields.cache_target_age,
            "next_allowed_client_refresh": fields.next_allowed_client_refresh,
            "result": fields.result,
            "hasMore": fields.has_more,
            "columns": None if fields.columns is None else list(fields.columns),
            "created_at": to_wire(insight["created_at"]),
            "created_by": self._user(insight["created_by"]),
            "description": insight["description"],
            "updated_at": to_wire(insight["updated_at"]),
            "tags": list(insight["tags"]),
            "favorited": insight["favorited"],
            "saved": insight["saved"],
            "last_modified_at": to_wire(insight["last_modified_at"]),
            "last_modified_by": self._user(insight["last_modified_by"]),
            "is_sample": insight["is_sample"],
            "effective_restriction_level": restriction,
            "effective_privilege_level": privilege,
            "user_access_level": self._access_level(insight["created_by"]),
            "timezone": fields.timezone,
            "is_cached": fields.is_cached,
            "query_status": fields.query_status,
            "hogql": fields.hogql,
            "types": fields.types,
            "resolved_date_range": fields.resolved_date_range,
            "alerts": self._alerts(insight, query),
            "filter_override_context": filter_override_context(seen.overrides),
            "last_viewed_at": to_wire(last_viewed_at),
            "search_match_type": search_match_type,
            "filters_hash": fields.cache_key,
        }
        self._drop_absent(shape)
        if not profile.has_resolved_date_range:
            del shape["resolved_date_range"]
        if not profile.has_override_context:
            del shape["filter_override_context"]
        if seen.tile is not None:
            shape["color"] = seen.tile["color"]
            shape["layouts"] = seen.tile["layouts"]
        return shape

    def basic(
        self,
        insight: InsightDocument,
        *,
        search_match_type: MatchType | None = None,
        last_viewed_at: str | None = None,
    ) -> JSONObject:
        """An insight without its result. `last_refresh` and `refreshing` are leftovers: null and false."""
        tiles = live_tiles_of_insight(self._context.store, insight["id"])
        shape: JSONObject = {
            "id": insight["id"],
            "short_id": insight["short_id"],
            "name": insight["name"],
            "derived_name": insight["derived_name"],
            "filters": {},
            "query": effective_query(self._context, insight),
            "dashboards": [tile["dashboard_id"] for tile in tiles],
            "dashboard_tiles": _tile_references(tiles),
            "description": insight["description"],
            "last_refresh": None,
            "refreshing": False,
            "saved": insight["saved"],
            "tags": list(insight["tags"]),
            "updated_at": to_wire(insight["updated_at"]),
            "created_by": self._user(insight["created_by"]),
            "created_at": to_wire(insight["created_at"]),
            "last_modified_at": to_wire(insight["last_modified_at"]),
            "favorited": insight["favorited"],
            "user_access_level": self._access_level(insight["created_by"]),
            "last_viewed_at": to_wire(last_viewed_at),
            "search_match_type": search_match_type,
        }
        self._drop_absent(shape)
        return shape

    def last_viewed(self, insight: InsightDocument, last_viewed_at: str) -> JSONObject:
        """A row of `my_last_viewed`, whose serializer knows no request and so no access level."""
        return {**self.basic(insight, last_viewed_at=last_viewed_at), "user_access_level": None}

    def trending(self, trend: Trend) -> JSONObject:
        """A row of `trending`: the basic shape, and who viewed it."""
        viewers: list[JSON] = list(trend.viewers)
        return {
            **self.basic(trend.insight, last_viewed_at=trend.last_viewed_at),
            "view_count": trend.view_count,
            "viewers": viewers,
            "last_modified_by": self._user(trend.insight["last_modified_by"]),
        }

    def _drop_absent(self, shape: JSONObject) -> None:
        # a literal with everything keeps the server's order; leaving out is cheaper than adding in place
        if not self._context.profile.has_filters:
            del shape["filters"]
        if not self._shows_dashboards:
            del shape["dashboards"]
        if shape["search_match_type"] is None:
            del shape["search_match_type"]

    def _seen_query(self, query: JSONObject | None, seen: Seen) -> JSONObject | None:
        if query is None or seen.overrides is None:
            return query
        return apply(query, seen.overrides, self._context.profile)

    def _user(self, user_id: int | None) -> JSONObject | None:
        if user_id not in self._users:
            self._users[user_id] = user_basic(self._context.store, user_id)
        return self._users[user_id]

    def _access_level(self, created_by: int | None) -> str | None:
        if created_by not in self._access:
            self._access[created_by] = access_level(self._context, created_by)
        return self._access[created_by]

    def _levels(self, tiles: list[TileDocument]) -> tuple[int, int]:
        found = [self._context.store.dashboards.fetch(tile["dashboard_id"]) for tile in tiles]
        dashboards: list[DashboardDocument] = [dashboard for dashboard in found if dashboard is not None]
        return insight_restriction(self._context, dashboards), insight_privilege(self._context, dashboards)

    def _alerts(self, insight: InsightDocument, query: JSONObject | None) -> list[JSON]:
        alerts = alerts_of_insight(self._context.store, insight["id"])
        if not alerts or not can_carry_alerts(query, self._context.profile):
            return []
        return [alert_shape(self._context, alert) for alert in alerts]


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
    """One insight with its result, as `InsightShapes.full` shows it."""
    return InsightShapes(context, include_dashboards=include_dashboards).full(
        insight, fields, search_match_type=search_match_type, last_viewed_at=last_viewed_at, seen=seen
    )


def _tile_references(tiles: list[TileDocument]) -> list[JSON]:
    return [
        {"id": tile["id"], "dashboard_id": tile["dashboard_id"], "deleted": tile["deleted"]} for tile in tiles
    ]
