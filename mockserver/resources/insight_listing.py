"""Lists of insights: which, in what order, and which page of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..store.documents import InsightDocument
from . import search
from .context import Context
from .insight_filters import CANDIDATES, JUDGES, Candidates, Judge
from .insight_orders import INDEXED, by_default, in_order, read_order
from .insights import shared_ids
from .search import MatchType
from .views import last_viewed_at


@dataclass(frozen=True, slots=True)
class Row:
    """One insight of a page: how a search found it, and when anyone last viewed it (as stored)."""

    insight: InsightDocument
    match_type: MatchType | None
    last_viewed_at: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one page, and how many insights there are on all pages together."""

    rows: list[Row]
    count: int


def list_insights(context: Context, parameters: Mapping[str, str], *, limit: int, offset: int) -> Page:
    """A page of the project's insights that pass all filters among `parameters` (a parsed query string).

    Unfiltered pages, by default or by a time, are read from an index and cost their own length. Raises
    `invalid_parameter`, `invalid_order_field` and `search_too_long`.
    """
    order = parameters.get("order") or None
    allowed = _candidates(context, parameters)
    judges = _judges(context, parameters)
    text = parameters.get("search") or ""
    searching = bool(text.strip() if context.profile.trigram_search else text)
    if allowed is None and not judges and not searching and (order is None or order.lstrip("-") in INDEXED):
        return _indexed_page(context, order, limit, offset)
    found = _admitted(context, allowed, judges)
    matches: dict[int, MatchType] = {}
    if searching and context.profile.trigram_search:
        ranked = search.best_matches(found, text)
        matches = {match.insight["id"]: match.kind for match in ranked}
        found = [match.insight for match in ranked]
    else:
        found = by_default(search.substring_matches(found, text) if searching else found)
    if order is not None:
        found = in_order(context.store, found, order)
    shown = found[offset : offset + limit]
    return Page([_row(context, insight, matches.get(insight["id"])) for insight in shown], len(found))


def _indexed_page(context: Context, order: str | None, limit: int, offset: int) -> Page:
    field, descending = read_order(order) if order else ("order", False)
    index = INDEXED.get(field, "listed")
    table = context.store.insights
    shown = table.page(index, context.project_id, offset, offset + limit, reverse=descending)
    return Page([_row(context, insight, None) for insight in shown], table.tally(index, context.project_id))


def _row(context: Context, insight: InsightDocument, match_type: MatchType | None) -> Row:
    return Row(insight, match_type, last_viewed_at(context.store, insight["id"]))


def _candidates(context: Context, parameters: Mapping[str, str]) -> set[int] | None:
    """The ids that every filter with an index admits; None where there is no such filter."""
    found: list[Candidates] = []
    shared = shared_ids(context)
    if shared is not None:
        found.append(shared)
    for name, admit in CANDIDATES.items():
        ids = admit(context, parameters[name]) if name in parameters else None
        if ids is not None:
            found.append(ids)
    return set.intersection(*map(set, found)) if found else None


def _judges(context: Context, parameters: Mapping[str, str]) -> list[Judge]:
    made = (make(context, parameters[name]) for name, make in JUDGES.items() if name in parameters)
    return [judge for judge in made if judge is not None]


def _admitted(context: Context, allowed: set[int] | None, judges: list[Judge]) -> list[InsightDocument]:
    table = context.store.insights
    if allowed is None:
        pool = table.page("listed", context.project_id)
    else:
        fetched = (table.fetch(insight_id) for insight_id in sorted(allowed))
        pool = [
            insight
            for insight in fetched
            if insight is not None and not insight["deleted"] and insight["project_id"] == context.project_id
        ]
    return [insight for insight in pool if all(judge(insight) for judge in judges)]
