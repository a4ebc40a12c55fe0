"""What is laid over an insight in one request: the dashboard it is seen on, and the request's own filters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from ..errors import api_error
from ..store import JSONObject
from ..store.documents import DashboardDocument, TileDocument
from .context import Context, Overrides
from .filter_shapes import first_misfit
from .tiles import live_tile


@dataclass(frozen=True, slots=True)
class RequestedOverrides:
    """The three override parameters, parsed; None for those that were not sent."""

    filters: JSONObject | None = None
    variables: JSONObject | None = None
    tile_filters: JSONObject | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """How an insight is seen: through which overrides, and on which tile."""

    overrides: Overrides | None = None
    tile: TileDocument | None = None


PLAIN = Seen()


def read_requested(context: Context, parameters: Mapping[str, str]) -> RequestedOverrides:
    """Parse the override parameters of a query string; a shared link's visitor has none, whatever he sent.

    Raises `invalid_json_parameter` for what is no JSON object, `invalid_parameter` for a filter that is not
    of its shape.
    """
    if context.caller.is_shared:
        return RequestedOverrides()
    return RequestedOverrides(
        filters=_filters(parameters, "filters_override"),
        variables=_parsed(parameters, "variables_override"),
        tile_filters=_filters(parameters, "tile_filters_override"),
    )


def _filters(parameters: Mapping[str, str], name: str) -> JSONObject | None:
    found = _parsed(parameters, name)
    misfit = first_misfit(found) if found else None
    if misfit is not None:
        raise api_error("invalid_parameter", field=name, reason=f"Invalid value for {misfit}")
    return found


def _parsed(parameters: Mapping[str, str], name: str) -> JSONObject | None:
    text = parameters.get(name)
    if not text:
        return None
    try:
        parsed = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise api_error("invalid_json_parameter", field=name) from None
    if not isinstance(parsed, dict):
        raise api_error("invalid_json_parameter", field=name)
    return parsed


def read_from_dashboard(parameters: Mapping[str, str]) -> int | None:
    """The dashboard id of `from_dashboard`, which the contract has seen to be an integer."""
    text = parameters.get("from_dashboard")
    return int(text) if text else None


def seen_plainly(context: Context, requested: RequestedOverrides) -> Seen:
    """An insight with nothing but the request's overrides over it; on shared links these are ignored."""
    given = (requested.filters, requested.variables, requested.tile_filters)
    if context.caller.is_shared or not any(given):
        return PLAIN
    return Seen(
        Overrides(filters=requested.filters, variables=requested.variables, tile=requested.tile_filters)
    )


def seen_from(
    context: Context, insight_id: int, dashboard_id: int | None, requested: RequestedOverrides
) -> Seen:
    """An insight as it is seen from a dashboard, which is ignored where no live tile links the two."""
    dashboard = context.store.dashboards.fetch(dashboard_id) if dashboard_id is not None else None
    tile = live_tile(context.store, dashboard["id"], insight_id) if dashboard is not None else None
    if dashboard is None or tile is None:
        return seen_plainly(context, requested)
    return seen_on_tile(context, dashboard, tile, requested)


def seen_on_tile(
    context: Context,
    dashboard: DashboardDocument,
    tile: TileDocument,
    requested: RequestedOverrides | None = None,
) -> Seen:
    """An insight as it is seen on this tile; a shared link ignores the request's overrides."""
    asked = RequestedOverrides() if requested is None or context.caller.is_shared else requested
    overrides = Overrides(
        dashboard=dashboard["filters"] or None,
        tile={**tile["filters_overrides"], **(asked.tile_filters or {})} or None,
        dashboard_variables=dashboard["variables"] or None,
        filters=asked.filters,
        variables=asked.variables,
        dashboard_id=dashboard["id"],
    )
    return Seen(overrides, tile)
