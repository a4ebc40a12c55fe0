"""The tiles of one dashboard: how clients write them, in which order they stand, how they look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, cast

from ..errors import ApiError, api_error
from ..store import JSON, JSONObject, to_wire
from ..store.documents import DashboardDocument, InsightDocument, TileDocument
from .context import Context
from .tiles import add_tile, live_tiles_of_dashboard
from .users import user_basic

TEXT_LENGTH: Final = 4000
DISPLAYED: Final = ("color", "layouts", "filters_overrides", "deleted")
LAST_PLACE: Final = 100


def sorted_tiles(context: Context, dashboard: DashboardDocument, layout: str = "sm") -> list[TileDocument]:
    """The live tiles of a dashboard as they stand on it, row by row; those without a place come last."""

    def place(tile: TileDocument) -> tuple[float, float, int]:
        cell = tile["layouts"].get(layout)
        held: Mapping[str, JSON] = cell if isinstance(cell, dict) else {}
        return _number(held.get("y")), _number(held.get("x")), tile["id"]

    return sorted(live_tiles_of_dashboard(context.store, dashboard["id"]), key=place)


def _number(value: JSON) -> float:
    return value if isinstance(value, int | float) else LAST_PLACE


def insight_of(context: Context, tile: TileDocument) -> InsightDocument | None:
    """The insight that a tile shows; None for a text."""
    return context.store.insights.fetch(tile["insight_id"]) if tile["insight_id"] is not None else None


def write_tiles(context: Context, dashboard: DashboardDocument, sent: JSON) -> None:
    """Apply the `tiles` of a PATCH: change a tile's place, colour, filters or presence, add or edit a text.

    An insight never comes or goes this way, only by its own `dashboards`. PostHog ignores `order`,
    `is_cached` and `insight` in what is sent. Raises ApiError for a tile or text that is not on the
    dashboard, for which PostHog answers 500, and for a text over 4000 characters.
    """
    if sent is None:
        return
    if not isinstance(sent, list):
        raise api_error("not_a_list", kind=type(sent).__name__, field="tiles")
    for one in sent:
        if not isinstance(one, dict):
            raise _refused("tiles", "Expected an object for each tile.")
        _write_tile(context, dashboard, one)


def _write_tile(context: Context, dashboard: DashboardDocument, sent: Mapping[str, JSON]) -> None:
    text = sent.get("text")
    changes = {name: _displayed(name, sent[name]) for name in DISPLAYED if name in sent}
    if isinstance(text, dict) and text:
        _write_text(context, dashboard, sent.get("id"), text, changes)
    elif changes:
        context.store.tiles.amend(_own_tile(context, dashboard, sent.get("id"))["id"], changes)


def _displayed(name: str, value: JSON) -> JSON:
    if name in ("layouts", "filters_overrides"):
        if value is not None and not isinstance(value, dict):
            raise _refused(f"tiles__{name}", "Expected an object.")
        return value or {}
    if name == "color" and value is not None:
        return str(value)
    return value if name == "color" or value is None else bool(value)


def _own_tile(context: Context, dashboard: DashboardDocument, tile_id: JSON) -> TileDocument:
    tile = context.store.tiles.fetch(tile_id) if isinstance(tile_id, int) else None
    if tile is None or tile["dashboard_id"] != dashboard["id"]:
        raise _refused("tiles", f"Tile {tile_id} is not on this dashboard.")
    return tile


def _write_text(
    context: Context,
    dashboard: DashboardDocument,
    tile_id: JSON,
    sent: Mapping[str, JSON],
    changes: Mapping[str, JSON],
) -> None:
    body = sent.get("body")
    if body is not None and not isinstance(body, str):
        raise _refused("text__body", "Not a valid string.", "invalid")
    if body is not None and len(body) > TEXT_LENGTH:
        raise _refused("text__body", f"Text body cannot exceed {TEXT_LENGTH} characters", "max_length")
    if tile_id is None:
        made = add_tile(context, dashboard["id"], text={})
        text = new_text(context, made["id"], body)
        context.store.tiles.amend(made["id"], {**changes, "text": text})
        return
    tile = _own_tile(context, dashboard, tile_id)
    if tile["text"] is None:
        raise _refused("text", "Text tile not found.")
    edited = {
        **tile["text"],
        "body": body if "body" in sent else tile["text"].get("body"),
        "last_modified_by": context.user_id,
        "last_modified_at": context.stored_now,
    }
    context.store.tiles.amend(tile["id"], {**changes, "text": edited})


def new_text(context: Context, tile_id: int, body: str | None) -> JSONObject:
    """A text as its tile holds it; its id is the tile's."""
    return {
        "id": tile_id,
        "body": body,
        "created_by": context.user_id,
        "last_modified_by": None,
        "last_modified_at": context.stored_now,
    }


def _refused(field: str, reason: str, code: str = "invalid_input") -> ApiError:
    return api_error("invalid_value", field=field, reason=reason, code=code)


def tile_shape(
    context: Context, tile: TileDocument, order: int, insight: JSONObject | None = None
) -> JSONObject:
    """A tile in the server's key order; `insight` is the insight's full shape, null on a text."""
    shown = insight or {}
    return {
        "id": tile["id"],
        "insight": insight,
        "text": text_shape(context, tile),
        "layouts": tile["layouts"],
        "color": tile["color"],
        "filters_overrides": tile["filters_overrides"],
        "order": order,
        "last_refresh": shown.get("last_refresh"),
        "is_cached": shown.get("is_cached", False),
    }


def text_shape(context: Context, tile: TileDocument) -> JSONObject | None:
    """The text of a tile; null on an insight's."""
    text = tile["text"]
    if text is None:
        return None
    return {
        "id": text.get("id", tile["id"]),
        "created_by": user_basic(context.store, cast("int | None", text.get("created_by"))),
        "last_modified_by": user_basic(context.store, cast("int | None", text.get("last_modified_by"))),
        "body": text.get("body"),
        "last_modified_at": to_wire(str(text.get("last_modified_at") or _made_at(context, tile))),
        "team": tile["project_id"],
    }


def _made_at(context: Context, tile: TileDocument) -> str:
    dashboard = context.store.dashboards.fetch(tile["dashboard_id"])
    return dashboard["created_at"] if dashboard else context.stored_now


def copy_tiles(context: Context, tiles: Sequence[TileDocument], dashboard_id: int) -> None:
    """Place what these tiles show on another dashboard: the same insights, texts of its own."""
    for tile in tiles:
        made = add_tile(
            context,
            dashboard_id,
            insight_id=tile["insight_id"],
            text=tile["text"],
            layouts=tile["layouts"],
            color=tile["color"],
        )
        changes: dict[str, JSON] = {"filters_overrides": tile["filters_overrides"]}
        if tile["text"] is not None:
            changes["text"] = {**tile["text"], "id": made["id"]}
        context.store.tiles.amend(made["id"], changes)
