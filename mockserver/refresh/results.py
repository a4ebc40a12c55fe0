"""Runs turned into cached results, and cached results into answers."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypedDict, cast

from ..errors import ApiError, api_error
from ..store import JSONObject, Store, to_stored, to_wire, wire
from ..store.documents import CachedResultDocument, ProjectDocument
from .calculator import Calculator
from .staleness import next_allowed, target_age

if TYPE_CHECKING:
    from ..analytics.model import RefreshFacts


class RunFailure(Exception):
    """A query that could not be answered; `detail` is safe to show."""

    def __init__(self, detail: str, code: str | None, attr: str | None, *, timed_out: bool = False) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code
        self.attr = attr
        self.timed_out = timed_out

    def as_api_error(self) -> ApiError:
        """The failure as an answer of its own: 400, or 504 for a time-out."""
        if self.timed_out:
            return _with_detail(api_error("query_timeout", reason=""), self.detail, None)
        return _with_detail(
            api_error("query_failed", reason="", code=self.code or "invalid_input"), self.detail, self.attr
        )


def _with_detail(error: ApiError, detail: str, attr: str | None) -> ApiError:
    # the detail may hold braces, so it is not put through a template
    return ApiError(error.status, {**(error.body or {}), "detail": detail, "attr": attr}, name=error.name)


def keep_result(
    store: Store,
    calculator: Calculator,
    *,
    project: ProjectDocument,
    source: JSONObject,
    key: str,
    moment: datetime,
    variables: JSONObject | None,
) -> CachedResultDocument:
    """Run `source` as of `moment` and keep what it gives under `key`; raises RunFailure.

    A recorded result is kept as it is, as if the run had given it once more.
    """
    from ..analytics.model import QueryError, QueryTimeout

    facts = calculator.facts(source, project, moment)
    held = store.cached_results.find_one("key", (project["id"], key))
    if held is not None and held.get("recorded"):
        return store.cached_results.amend(held["id"], {**age_fields(facts, moment)})
    try:
        found = calculator.run(source, project, moment, variables)
    except QueryTimeout as error:
        raise RunFailure(error.detail, error.code, None, timed_out=True) from error
    except QueryError as error:
        raise RunFailure(error.detail, error.code, error.attr) from error
    response: JSONObject = {
        "results": cast("None", found.results),
        "columns": cast("None", found.columns),
        "types": cast("None", found.types),
        "hogql": found.hogql,
        "hasMore": found.has_more,
        "timezone": project["timezone"],
        "resolved_date_range": cast("JSONObject | None", found.resolved_date_range),
        "kind": source.get("kind"),
        "extra": dict(cast("JSONObject", found.extra)),
    }
    fields = {
        "project_id": project["id"],
        "key": key,
        "response": response,
        **age_fields(facts, moment),
    }
    held = store.cached_results.find_one("key", (project["id"], key))
    if held is not None:
        return store.cached_results.amend(held["id"], fields)
    made = {"id": store.cached_results.new_id(), **fields}
    return store.cached_results.add(cast("CachedResultDocument", made))


class AgeFields(TypedDict):
    """What of a cached result decides how old it is."""

    last_refresh: str
    interval: str | None
    range_end: str | None
    range_days: int | None


def age_fields(facts: RefreshFacts, moment: datetime) -> AgeFields:
    """The fields of a result that was calculated at `moment`."""
    return {
        "last_refresh": to_stored(moment),
        "interval": facts.interval,
        "range_end": to_stored(facts.range_end) if facts.range_end else None,
        "range_days": facts.range_days,
    }


def response_miss(key: str) -> JSONObject:
    """What `/query` answers when only the cache was asked and it holds nothing (a cache miss)."""
    return {"cache_key": key, "query_status": None}


def response_fields(cached: CachedResultDocument, *, is_cached: bool) -> JSONObject:
    """A cached result as `/query` answers it."""
    response = cached["response"]
    target = target_age(cached)
    made: JSONObject = {
        "results": response["results"],
        "columns": response["columns"],
        "types": response["types"],
        "hogql": response["hogql"],
        "hasMore": response["hasMore"],
        "timezone": response["timezone"],
        "resolved_date_range": response["resolved_date_range"],
        "is_cached": is_cached,
        "last_refresh": to_wire(cached["last_refresh"]),
        "cache_key": cached["key"],
        "cache_target_age": wire(target) if target else None,
        "next_allowed_client_refresh": wire(next_allowed(cached, str(response["kind"]))),
        "calculation_trigger": None,
        "error": None,
        "modifiers": None,
        "timings": None,
        "query_status": None,
    }
    made.update(cast("JSONObject", response["extra"]))
    return made
