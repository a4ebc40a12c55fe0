"""The dashboards of a harvested fixture, with their tiles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from ..store import JSON, JSONObject
from .anonymous import Anonymiser
from .anonymous_queries import QueryAnonymiser
from .harvest import Harvest, id_of
from .harvested_people import Keys, People, Times
from .harvested_traces import Traces
from .shapes import DashboardEntry, TileEntry

ONLY_OWNER_EDITS: Final = 37
CREATION_MODES: Final = frozenset(("template", "duplicate", "unlisted"))


class Boards:
    """Makes entries of dashboards; `insights` are the keys of those that are in the fixture, by id."""

    def __init__(
        self,
        harvest: Harvest,
        anonymiser: Anonymiser,
        queries: QueryAnonymiser,
        people: People,
        times: Times,
        keys: Keys,
        traces: Traces,
        insights: Mapping[int, str],
    ) -> None:
        self._harvest = harvest
        self._anonymiser = anonymiser
        self._queries = queries
        self._people = people
        self._times = times
        self._keys = keys
        self._traces = traces
        self._insights = insights

    def entries(self, left_out: list[str], *, recorded: bool) -> list[DashboardEntry]:
        """Dashboards by id, without those that are gone; `left_out` hears of those that cannot be read.

        A recording also has those that were only seen as whereabouts of insights.
        """
        known = {
            number: each
            for number, each in self._harvest.dashboards.items()
            if each.get("deleted") is not True
        }
        placed = self._placed() if recorded else {}
        made: list[DashboardEntry] = []
        for number in sorted({*known, *(set(placed) - set(self._harvest.dashboards))}):
            try:
                entry = self._entry(known.get(number, {}))
                if recorded:
                    entry = self._recorded(entry, number, known.get(number, {}), placed.get(number, []))
            except (TypeError, ValueError, AttributeError, KeyError) as error:
                left_out.append(f"dashboard {number}: it cannot be read ({error})")
            else:
                made.append(entry)
        return made

    def _placed(self) -> dict[int, list[TileEntry]]:
        """Tiles by dashboard, as insights tell of them."""
        found: dict[int, list[TileEntry]] = {}
        for number in sorted(self._insights):
            tiles = self._harvest.insights.get(number, {}).get("dashboard_tiles")
            for tile in tiles if isinstance(tiles, list) else ():
                board = tile.get("dashboard_id") if isinstance(tile, dict) else None
                if isinstance(tile, dict) and isinstance(board, int) and tile.get("deleted") is not True:
                    entry: TileEntry = {"insight": self._insights[number]}
                    if (tile_id := id_of(tile)) is not None:
                        entry["id"] = tile_id
                    found.setdefault(board, []).append(entry)
        return found

    def _entry(self, document: Mapping[str, JSON]) -> DashboardEntry:
        tiles, tags = _objects(document.get("tiles")), cast("list[JSON]", document.get("tags"))
        name = self._anonymiser.title(_text(document, "name"))
        filters = document.get("persisted_filters", document.get("filters"))
        variables = document.get("persisted_variables", document.get("variables"))
        entry: DashboardEntry = {
            "key": self._keys.free(name or "dashboard"),
            "name": name,
            "description": self._anonymiser.prose(_text(document, "description")) or "",
            "by": self._people.key_of(document.get("created_by")),
            "created": self._times.ago(document.get("created_at")),
            "pinned": document.get("pinned") is True,
            "tags": [self._anonymiser.text(str(tag)) for tag in tags if tag]
            if isinstance(tags, list)
            else [],
            "filters": self._queries.query(filters) if isinstance(filters, dict) else {},
            "variables": self._queries.variables(variables) if isinstance(variables, dict) else {},
            "tiles": [made for tile in tiles if (made := self._tile(tile)) is not None],
        }
        if document.get("restriction_level") == ONLY_OWNER_EDITS:
            entry["restriction_level"] = ONLY_OWNER_EDITS
        if document.get("is_shared") is True:
            entry["sharing"] = {"enabled": True}
        return cast(
            "DashboardEntry",
            {name: value for name, value in entry.items() if value not in (None, "", [], {}, False)},
        )

    def _recorded(
        self,
        entry: DashboardEntry,
        number: int,
        document: Mapping[str, JSON],
        placed: list[TileEntry],
    ) -> DashboardEntry:
        """An entry with all that a recording keeps besides."""
        more: DashboardEntry = {"id": number}
        if document.get("creation_mode") in CREATION_MODES:
            more["creation_mode"] = str(document["creation_mode"])
        elif not document:
            # lists do not show it, or it would have been seen there
            more["creation_mode"] = "unlisted"
        seen = document.get("last_accessed_at") or document.get("last_viewed_at")
        if isinstance(seen, str):
            more["last_accessed"] = self._times.ago(seen)
        if (sharing := self._traces.sharing("dashboard", number)) is not None:
            more["sharing"] = sharing
        tiles = self._with_ids(entry.get("tiles") or [], document)
        there = {tile.get("insight") for tile in tiles}
        tiles += [tile for tile in placed if tile.get("insight") not in there]
        if tiles:
            more["tiles"] = tiles
        return {**entry, **more}

    def _with_ids(self, tiles: list[TileEntry], document: Mapping[str, JSON]) -> list[TileEntry]:
        seen = _objects(document.get("tiles"))
        ids = [id_of(tile) for tile in seen if self._tile(tile) is not None]
        return [
            cast("TileEntry", {**tile, "id": number}) if number is not None else tile
            for tile, number in zip(tiles, ids, strict=True)
        ]

    def _tile(self, tile: Mapping[str, JSON]) -> TileEntry | None:
        insight, text = tile.get("insight"), tile.get("text")
        made: TileEntry = {}
        if isinstance(insight, dict):
            number = id_of(insight)
            key = self._insights.get(number) if number is not None else None
            if key is None:
                return None
            made["insight"] = key
        elif isinstance(text, dict):
            made["text"] = self._anonymiser.prose(_text(text, "body")) or ""
        else:
            return None
        layouts, color, overrides = tile.get("layouts"), tile.get("color"), tile.get("filters_overrides")
        if isinstance(layouts, dict) and layouts:
            made["layouts"] = layouts
        if isinstance(color, str):
            made["color"] = color
        if isinstance(overrides, dict) and overrides:
            made["filters"] = self._queries.query(overrides)
        return made


def _objects(value: JSON) -> list[JSONObject]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _text(document: Mapping[str, JSON], name: str) -> str | None:
    value = document.get(name)
    return value if isinstance(value, str) else None
