"""Rows of insights as they were last written out, for as long as nothing they show has changed.

A page asked for again and again costs the writing of what changed. A row is kept by its insight's document
(documents are never changed in place, so the same object is the same content) and by the revisions of every
table that a row looks into; it is not kept where time alone may change it: while a query runs, or where a
refresh is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import orjson

from ..store import JSONObject, Store
from ..store.documents import InsightDocument
from .context import Context

SEEN_BY_A_ROW: Final = (
    "alerts",
    "cached_results",
    "cohorts",
    "dashboards",
    "jobs",
    "memberships",
    "organizations",
    "projects",
    "sharing",
    "tiles",
    "users",
    "variables",
    "views",
)

Stamp = tuple[object, ...]
Written = JSONObject | orjson.Fragment


class RowCache:
    """The written rows of one server; `limit` rows at most, of at most `largest` bytes each."""

    def __init__(self, store: Store, *, limit: int = 5_000, largest: int = 64 * 1024) -> None:
        self._tables = tuple(store.table(name) for name in SEEN_BY_A_ROW)
        self._limit = limit
        self._largest = largest
        self._rows: dict[tuple[int, str], tuple[InsightDocument, Stamp, orjson.Fragment]] = {}

    def stamp(self, context: Context, *flags: object) -> Stamp:
        """What the rows of one answer depend on beside their insights: the caller, and other tables."""
        caller = context.caller
        return (
            caller.via,
            context.user_id,
            caller.sharing["id"] if caller.sharing else None,
            context.profile.name,
            flags,
            tuple([table.revision for table in self._tables]),
        )

    def row(
        self, kind: str, insight: InsightDocument, stamp: Stamp, make: Callable[[], JSONObject]
    ) -> orjson.Fragment:
        """The row of an insight as JSON text, made where the kept one no longer holds."""
        place = (insight["id"], kind)
        held = self._rows.get(place)
        if held is not None and held[0] is insight and held[1] == stamp:
            return held[2]
        written = orjson.dumps(make())
        fragment = orjson.Fragment(written)
        if len(written) <= self._largest:
            if len(self._rows) >= self._limit:
                self._rows.clear()
            self._rows[place] = (insight, stamp, fragment)
        return fragment
