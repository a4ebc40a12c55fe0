"""Results that a fixture brings along: kept as if they had been calculated before."""

from __future__ import annotations

from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from ..refresh.cache_key import cache_key
from ..refresh.results import age_fields
from ..store import JSONObject
from ..store.documents import CachedResultDocument, ProjectDocument
from .ground import NO_TIME, Ground
from .moments import before
from .moved_dates import Move, is_relative, move_between
from .shapes import ResultEntry


def add_results(ground: Ground, recorded: str | None) -> None:
    """Keep a tenant's results; dates in those with a relative range move with the time since `recorded`."""
    entries = ground.tenant.get("results") or []
    project = ground.store.projects.fetch(ground.project_id)
    if not entries or project is None:
        return
    at = datetime.fromisoformat(recorded) if recorded else ground.now
    for entry in entries:
        source = cast("JSONObject", ground.resolved(entry["query"]))
        _add(ground, project, entry, source, at)


def _add(
    ground: Ground, project: ProjectDocument, entry: ResultEntry, source: JSONObject, recorded: datetime
) -> None:
    from ..analytics.engine import refresh_facts
    from ..analytics.model import QueryContext

    key = cache_key(source, project)
    if ground.store.cached_results.find_one("key", (project["id"], key)) is not None:
        return
    moment = before(ground.now, entry.get("refreshed") or NO_TIME)
    context = QueryContext(project["id"], project["timezone"], project["week_start_day"], moment)
    facts = refresh_facts(source, context)
    zone = ZoneInfo(project["timezone"])
    days = (recorded.astimezone(zone).date(), ground.now.astimezone(zone).date())
    move = move_between(*days, facts.interval, project["week_start_day"]) if is_relative(source) else Move()
    document: CachedResultDocument = {
        "id": ground.new_id("cached_results", key),
        "project_id": project["id"],
        "key": key,
        "response": _response(entry, source, project, move),
        **age_fields(facts, moment),
        "recorded": True,
    }
    ground.store.cached_results.add(document)


def _response(entry: ResultEntry, source: JSONObject, project: ProjectDocument, move: Move) -> JSONObject:
    response: JSONObject = {
        "results": entry["results"],
        "columns": cast("None", entry.get("columns")),
        "types": entry.get("types"),
        "hogql": entry.get("hogql"),
        "hasMore": entry.get("has_more"),
        "timezone": entry.get("timezone") or project["timezone"],
        "resolved_date_range": entry.get("resolved_date_range"),
        "kind": source.get("kind"),
        "extra": entry.get("extra") or {},
    }
    if move.is_none:
        return response
    moved = {name: move.value(response[name]) for name in ("results", "resolved_date_range")}
    return {**response, **moved}
