"""The insights of a dashboard with their results, as its tiles carry them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..errors import ApiError
from ..resources.context import Context, ResultFields
from ..resources.dashboard_tiles import insight_of, sorted_tiles, tile_shape
from ..resources.insight_overrides import RequestedOverrides, Seen, seen_on_tile
from ..resources.insight_shapes import full_shape
from ..store import JSON, JSONObject
from ..store.documents import DashboardDocument, InsightDocument, TileDocument

if TYPE_CHECKING:
    from ..services import Services


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request for a dashboard asks of its insights."""

    refresh: JSON = None
    overrides: RequestedOverrides = field(default_factory=RequestedOverrides)
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Computed:
    """The result fields of one tile; `error` where its query failed."""

    seen: Seen
    fields: ResultFields = field(default_factory=ResultFields)
    error: JSONObject | None = None


def computed_fields(
    services: Services,
    context: Context,
    dashboard: DashboardDocument,
    tile: TileDocument,
    insight: InsightDocument,
    *,
    asked: Asked,
) -> Computed:
    """The result of one tile's insight under the dashboard's filters, the tile's and the request's.

    A query that fails leaves its own tile empty and the others alone.
    """
    # color and layouts are the tile's own here, so the insight does not repeat them
    seen = Seen(seen_on_tile(context, dashboard, tile, asked.overrides).overrides)
    try:
        fields = services.refresh.for_insight(
            context, insight, asked.refresh, seen.overrides, shared=asked.shared
        )
    except ApiError as error:
        body = error.body or {}
        problem: JSONObject = {"type": str(body.get("code")), "message": str(body.get("detail"))}
        return Computed(seen, error=problem)
    return Computed(seen, fields)


def computed_tiles(
    services: Services, context: Context, dashboard: DashboardDocument, asked: Asked
) -> list[JSONObject]:
    """The tiles of a dashboard as they stand on it, insights with their results."""
    shapes: list[JSONObject] = []
    for order, tile in enumerate(sorted_tiles(context, dashboard)):
        insight = insight_of(context, tile)
        if insight is None:
            shapes.append(tile_shape(context, tile, order))
            continue
        computed = computed_fields(services, context, dashboard, tile, insight, asked=asked)
        shown = full_shape(context, insight, computed.fields, seen=computed.seen)
        shape = tile_shape(context, tile, order, shown)
        if computed.error is not None:
            shape["error"] = computed.error
        shapes.append(shape)
    return shapes
