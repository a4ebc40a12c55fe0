"""The filters of a list of insights: one row a query parameter, all joined by AND.

A filter gives the ids that it admits where an index knows them (`Candidates`), or else judges each insight
(`Judge`). PostHog: parameters that are not named here are ignored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final

import orjson

from ..errors import ApiError, api_error
from ..store import JSON, to_stored
from ..store.documents import InsightDocument
from .context import Context
from .insight_queries import effective_query
from .query_reading import INSIGHT_TYPES, events_of, is_insight_viz, objects_in, source_kind
from .relative_dates import parse, project_zone
from .tiles import live_tiles_of_insight
from .views import last_viewed_at

Candidates = Iterable[int]
Judge = Callable[[InsightDocument], bool]

TRUE: Final = frozenset(("y", "yes", "t", "true", "on", "1"))
FLAG_INSIGHTS: Final = frozenset(
    ("Feature Flag Called Total Volume", "Feature Flag calls made by unique users per variant")
)
_SQL_NODES: Final = frozenset(("DataTableNode", "DataVisualizationNode", "InsightVizNode"))


def is_true(text: str | None) -> bool:
    """Whether the text of a parameter means true, as PostHog reads booleans."""
    return text is not None and text.lower() in TRUE


def _json_list(name: str, text: str) -> list[JSON]:
    """The JSON array in a parameter; raises `invalid_parameter` for anything else, where PostHog crashes."""
    try:
        parsed = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise _invalid(name) from None
    if not isinstance(parsed, list):
        raise _invalid(name)
    return parsed


def _invalid(name: str) -> ApiError:
    return api_error("invalid_parameter", field=name, reason=f"Invalid JSON array passed in {name} parameter")


def _ids(name: str, values: list[JSON]) -> list[int]:
    found: list[int] = []
    for value in values:
        if isinstance(value, int) and not isinstance(value, bool):
            found.append(value)
        elif isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
            found.append(int(value))
        else:
            raise _invalid(name)
    return found


def _short_id(context: Context, text: str) -> Candidates | None:
    if not text:
        return None
    found = context.store.insights.find_one("short_id", (context.project_id, text))
    return () if found is None else (found["id"],)


def _favorited(context: Context, _: str) -> Candidates | None:
    return context.store.insights.find_ids("favorited", (context.project_id, True))


def _user(context: Context, _: str) -> Candidates | None:
    return context.store.insights.find_ids("created_by", (context.project_id, context.user_id))


def _created_by(context: Context, text: str) -> Candidates | None:
    if not text:
        return None
    is_number = text.isascii() and text.isdigit() and context.profile.created_by_takes_number
    users = [int(text[:18])] if is_number else _ids("created_by", _json_list("created_by", text))
    if not users:
        return None
    return _any_of(context, "created_by", users)


def _tags(context: Context, text: str) -> Candidates | None:
    names = _json_list("tags", text) if text else []
    wanted = [name for name in names if isinstance(name, str)]
    return _any_of(context, "tag", wanted) if names else None


def _any_of(context: Context, index: str, keys: Iterable[int | str]) -> set[int]:
    find = context.store.insights.find_ids
    return {found for key in keys for found in find(index, (context.project_id, key))}


def _dashboards(context: Context, text: str) -> Candidates | None:
    wanted = _ids("dashboards", _json_list("dashboards", text)) if text else []
    if not wanted:
        return None
    on_each = [_on_dashboard(context, dashboard_id) for dashboard_id in wanted]
    return set.intersection(*on_each)


def _on_dashboard(context: Context, dashboard_id: int) -> set[int]:
    dashboard = context.store.dashboards.fetch(dashboard_id)
    if dashboard is None or dashboard["deleted"] or dashboard["project_id"] != context.project_id:
        return set()
    tiles = context.store.tiles.find("dashboard", dashboard_id)
    return {tile["insight_id"] for tile in tiles if tile["insight_id"] is not None and not tile["deleted"]}


CANDIDATES: Final[Mapping[str, Callable[[Context, str], Candidates | None]]] = MappingProxyType(
    {
        "short_id": _short_id,
        "favorited": _favorited,
        "user": _user,
        "created_by": _created_by,
        "tags": _tags,
        "dashboards": _dashboards,
    }
)


def _saved(context: Context, text: str) -> Judge | None:
    if not is_true(text):
        return lambda insight: not insight["saved"]
    return lambda insight: insight["saved"] or _is_on_listed_dashboard(context, insight)


def _is_on_listed_dashboard(context: Context, insight: InsightDocument) -> bool:
    for tile in live_tiles_of_insight(context.store, insight["id"]):
        dashboard = context.store.dashboards.fetch(tile["dashboard_id"])
        if dashboard is not None and dashboard["creation_mode"] != "unlisted":
            return True
    return False


def _insight_type(context: Context, text: str) -> Judge | None:
    wanted = text.upper()
    today = MappingProxyType({"JOURNEYS": "PathsV2Query"} if context.profile.wraps_bare_queries else {})
    kind = INSIGHT_TYPES.get(wanted) or today.get(wanted)

    def judge(insight: InsightDocument) -> bool:
        query = insight["query"]
        if not query:
            return bool(insight["filters"]) and str(insight["filters"].get("insight", "")).upper() == wanted
        if wanted == "SQL":
            return _is_sql(query)
        if wanted == "JSON":
            return not is_insight_viz(query) and not _is_sql(query)
        return is_insight_viz(query) and source_kind(query) == kind

    return judge


def _is_sql(query: Mapping[str, JSON]) -> bool:
    return query.get("kind") in _SQL_NODES and source_kind(query) == "HogQLQuery"


def _time(
    read: Callable[[Context, InsightDocument], str | None], *, after: bool
) -> Callable[[Context, str], Judge | None]:
    def make(context: Context, text: str) -> Judge | None:
        if not text:
            return None
        zone = project_zone(context.project["timezone"])
        bound = to_stored(parse(text, context.now, zone))

        def judge(insight: InsightDocument) -> bool:
            value = read(context, insight)
            return value is not None and (value > bound if after else value < bound)

        return judge

    return make


def _modified(_: Context, insight: InsightDocument) -> str | None:
    return insight["last_modified_at"]


def _created(_: Context, insight: InsightDocument) -> str | None:
    return insight["created_at"]


def _viewed(context: Context, insight: InsightDocument) -> str | None:
    return last_viewed_at(context.store, insight["id"])


def _feature_flag(context: Context, text: str) -> Judge | None:
    if not text:
        return None
    wanted = text.lower()
    breakdown = f"$feature/{wanted}"

    def mentions(node: Mapping[str, JSON]) -> bool:
        named = (node.get("breakdown"), node.get("property"))
        if any(isinstance(value, str) and breakdown in value.lower() for value in named):
            return True
        properties = node.get("properties")
        return bool(properties) and wanted in orjson.dumps(properties).decode().lower()

    def judge(insight: InsightDocument) -> bool:
        query = effective_query(context, insight)
        return any(
            mentions(node) for held in (query, insight["filters"]) if held for node in objects_in(held)
        )

    return judge


def _events(context: Context, text: str) -> Judge | None:
    names = _json_list("events", text) if text else []
    wanted = {name for name in names if isinstance(name, str)}
    if not names:
        return None
    if len(wanted) < len(set(map(str, names))):
        return lambda _: False
    return lambda insight: wanted <= events_of(effective_query(context, insight))


def _hide_flag_insights(_: Context, text: str) -> Judge | None:
    return (lambda insight: insight["name"] not in FLAG_INSIGHTS) if is_true(text) else None


JUDGES: Final[Mapping[str, Callable[[Context, str], Judge | None]]] = MappingProxyType(
    {
        "saved": _saved,
        "insight": _insight_type,
        "date_from": _time(_modified, after=True),
        "date_to": _time(_modified, after=False),
        "created_date_from": _time(_created, after=True),
        "created_date_to": _time(_created, after=False),
        "last_viewed_date_from": _time(_viewed, after=True),
        "last_viewed_date_to": _time(_viewed, after=False),
        "feature_flag": _feature_flag,
        "events": _events,
        "hide_feature_flag_insights": _hide_flag_insights,
    }
)
