"""Caches that share too much, too little, or lie about their age."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...store import JSONObject
from .edits import INSIGHTS, LIST, RETRIEVE, UPDATE, rows, told
from .model import Asked, ContractFault
from .stored import keep_insight

if TYPE_CHECKING:
    from ...services import Services
    from ...store.documents import InsightDocument


def _fault(name: str, description: str, rule: str, **parts: object) -> ContractFault:
    parts.setdefault("operations", RETRIEVE | LIST)
    return ContractFault(name, "caching", description, rule, **parts)  # type: ignore[arg-type]


def _new_time(row: JSONObject) -> None:
    if row.get("is_cached") and row.get("last_refresh"):
        row["last_refresh"] = "2030-01-01T00:00:00Z"
        row["cache_target_age"] = row["next_allowed_client_refresh"] = None


def _stale_in(moment: str) -> object:
    def edit(row: JSONObject) -> None:
        if row.get("last_refresh") and row.get("cache_target_age"):
            row["cache_target_age"] = moment

    return rows(edit)


def _closed_goes_stale(row: JSONObject) -> None:
    if row.get("last_refresh") and row.get("result") is not None and row.get("cache_target_age") is None:
        row["cache_target_age"] = "2999-01-01T00:00:00Z"


def _never_stale(row: JSONObject) -> None:
    if "cache_target_age" in row:
        row["cache_target_age"] = None


def _allowed_at_once(row: JSONObject) -> None:
    if row.get("last_refresh") and "next_allowed_client_refresh" in row:
        row["next_allowed_client_refresh"] = row["last_refresh"]


def _own_key(row: JSONObject) -> str | None:
    return f"{row['filters_hash']}_{row['id']}" if row["filters_hash"] else None


def _claims_cached(row: JSONObject) -> None:
    if "is_cached" in row:
        row["is_cached"] = True


def _forget_results(services: Services, asked: Asked, held: InsightDocument | None) -> None:
    now = services.store.insights.fetch(held["id"]) if held else None
    if held and now is not held:
        for result in services.store.cached_results.find("project", asked.project_id):
            services.store.cached_results.drop(result["id"])


FAULTS: Final = (
    _fault(
        "always_cached",
        "`is_cached` is always true.",
        "A computed answer has false.",
        on_answer=rows(_claims_cached),
    ),
    _fault(
        "cache_time_is_made_up",
        "Cached results have another time.",
        "They keep theirs.",
        on_answer=rows(_new_time),
    ),
    _fault(
        "cache_key_per_insight",
        "Each insight has its own key.",
        "Equal queries share one.",
        operations=INSIGHTS,
        on_answer=told("filters_hash", _own_key),
    ),
    _fault(
        "one_cache_key",
        "All queries have one key.",
        "Different queries differ.",
        operations=INSIGHTS,
        on_answer=told("filters_hash", lambda row: row["filters_hash"] and "cache_1_0"),
    ),
    _fault(
        "stale_at_another_time",
        "Results go stale some day.",
        "After their threshold.",
        on_answer=_stale_in("2999-01-01T00:00:00Z"),
    ),
    _fault("never_stale", "Results never go stale.", "Open ranges do.", on_answer=rows(_never_stale)),
    _fault(
        "closed_range_goes_stale",
        "A closed range goes stale.",
        "It never does.",
        on_answer=rows(_closed_goes_stale),
    ),
    _fault(
        "refresh_allowed_at_once",
        "A refresh is allowed at once.",
        "After some minutes.",
        on_answer=rows(_allowed_at_once),
    ),
    _fault(
        "saving_empties_the_cache",
        "Any save drops all results.",
        "Names do not matter to the cache.",
        operations=UPDATE,
        before=keep_insight,
        after=_forget_results,
    ),
    _fault(
        "key_without_a_result",
        "Computed insights have no `filters_hash`.",
        "They have one.",
        operations=INSIGHTS,
        on_answer=told("filters_hash", lambda _: None),
    ),
)
