"""Filters and variables that a dashboard, its tile or a request lays over an insight's query.

Pure functions. PostHog: a date range replaces the query's, both ends as one unit; properties are joined by
AND; a breakdown replaces; `all` as a date switches comparing off; SQL takes them as `filters`, events tables
as `after` and `before`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, cast

from ..profiles import Profile
from ..store import JSON, JSONObject
from .context import Overrides
from .filter_shapes import DASHBOARD_FILTERS, kept
from .query_reading import source_of, with_source

_DATES: Final = ("date_from", "date_to", "explicitDate")
_ADDED: Final = frozenset(("interval", "filterTestAccounts", "explicitDate"))
_DRAWN: Final = frozenset(
    (
        "TrendsQuery",
        "FunnelsQuery",
        "RetentionQuery",
        "PathsQuery",
        "PathsV2Query",
        "StickinessQuery",
        "LifecycleQuery",
    )
)
_WEB: Final = frozenset(("WebOverviewQuery", "WebStatsTableQuery"))
_WITH_BREAKDOWN: Final = frozenset(("TrendsQuery", "FunnelsQuery", "RetentionQuery"))
_WITH_INTERVAL: Final = frozenset(("TrendsQuery", "FunnelsQuery", "StickinessQuery", "LifecycleQuery"))
_NOTHING: Final[Mapping[str, JSON]] = MappingProxyType({})


def dashboard_level(overrides: Overrides) -> JSONObject:
    """The dashboard's filters with those of the request's `filters_override` over them, key by key."""
    return {**(overrides.dashboard or _NOTHING), **(overrides.filters or _NOTHING)}


def effective_filters(overrides: Overrides, profile: Profile) -> JSONObject:
    """The filters that apply in the end.

    A tile's filters replace the dashboard's altogether, or today are merged over them key by key, dates as
    one unit. What is null or not of its shape counts as not set.
    """
    dashboard = kept(dashboard_level(overrides), DASHBOARD_FILTERS)
    tile = kept(overrides.tile or _NOTHING, DASHBOARD_FILTERS)
    if not tile:
        merged = dashboard
    elif not profile.tile_filters_merge:
        merged = tile
    else:
        has_dates = "date_from" in tile or "date_to" in tile
        merged = {key: value for key, value in dashboard.items() if not (has_dates and key in _DATES)} | tile
    if profile.dashboard_filters_set_more:
        return merged
    return {key: value for key, value in merged.items() if key not in _ADDED}


def apply(query: JSONObject, overrides: Overrides, profile: Profile) -> JSONObject:
    """A query with everything of `overrides` laid over it; the same object where nothing applies."""
    source = source_of(query)
    if source is None:
        return query
    filters = effective_filters(overrides, profile)
    changed = _with_filters(dict(source), filters) if filters else dict(source)
    changed = _with_variables(changed, overrides)
    return query if changed == source else with_source(query, changed)


def _with_filters(source: JSONObject, filters: Mapping[str, JSON]) -> JSONObject:
    kind = str(source.get("kind"))
    if kind == "HogQLQuery":
        return {**source, "filters": _sql_filters(source.get("filters"), filters)}
    if kind == "EventsQuery":
        return {**source, **_events_filters(source, filters)}
    if kind in _DRAWN or kind in _WEB:
        return {**source, **_drawn_filters(kind, source, filters)}
    return source


def _drawn_filters(kind: str, source: Mapping[str, JSON], filters: Mapping[str, JSON]) -> JSONObject:
    made: JSONObject = {}
    if "date_from" in filters or "date_to" in filters:
        made["dateRange"] = _date_range(filters)
        compare = source.get("compareFilter")
        if filters.get("date_from") == "all" and isinstance(compare, dict):
            made["compareFilter"] = {**compare, "compare": False}
    if filters.get("properties"):
        if kind in _WEB:
            made["properties"] = [*_conditions(source.get("properties")), *_conditions(filters["properties"])]
        else:
            made["properties"] = _both(source.get("properties"), filters["properties"])
    if "breakdown_filter" in filters and kind in _WITH_BREAKDOWN:
        made["breakdownFilter"] = filters["breakdown_filter"]
    if "interval" in filters and kind in _WITH_INTERVAL:
        made["interval"] = filters["interval"]
    if "filterTestAccounts" in filters:
        made["filterTestAccounts"] = filters["filterTestAccounts"]
    return made


def _date_range(filters: Mapping[str, JSON]) -> JSONObject:
    made: JSONObject = {"date_from": filters.get("date_from"), "date_to": filters.get("date_to")}
    if "explicitDate" in filters:
        made["explicitDate"] = filters["explicitDate"]
    return made


def _events_filters(source: Mapping[str, JSON], filters: Mapping[str, JSON]) -> JSONObject:
    made: JSONObject = {}
    if "date_from" in filters or "date_to" in filters:
        made["after"], made["before"] = filters.get("date_from"), filters.get("date_to")
    if filters.get("properties"):
        held = source.get("properties")
        added = filters["properties"]
        more = added if isinstance(added, list) else [added]
        made["properties"] = [*(held if isinstance(held, list) else []), *more]
    if "filterTestAccounts" in filters:
        made["filterTestAccounts"] = filters["filterTestAccounts"]
    return made


def _sql_filters(held: JSON, filters: Mapping[str, JSON]) -> JSONObject:
    made: JSONObject = dict(held) if isinstance(held, dict) else {}
    if "date_from" in filters or "date_to" in filters:
        made["dateRange"] = _date_range(filters)
    if filters.get("properties"):
        made["properties"] = [*_conditions(made.get("properties")), *_conditions(filters["properties"])]
    if "filterTestAccounts" in filters:
        made["filterTestAccounts"] = filters["filterTestAccounts"]
    return made


def _both(held: JSON, added: JSON) -> JSON:
    if not held:
        return added
    return {"type": "AND", "values": [_as_group(held), _as_group(added)]}


def _as_group(properties: JSON) -> JSON:
    return {"type": "AND", "values": properties} if isinstance(properties, list) else properties


def _conditions(properties: JSON) -> list[JSON]:
    """The single conditions of a list or of nested groups, where only a list is allowed."""
    if isinstance(properties, list):
        return [condition for item in properties for condition in _conditions(item)]
    if isinstance(properties, dict):
        return _conditions(properties["values"]) if "values" in properties else [properties]
    return []


def _with_variables(source: JSONObject, overrides: Overrides) -> JSONObject:
    used = source.get("variables")
    given = {**(overrides.dashboard_variables or _NOTHING), **(overrides.variables or _NOTHING)}
    if not isinstance(used, dict) or not given:
        return source
    by_id = {
        str(value.get("variableId", key)): value for key, value in given.items() if isinstance(value, dict)
    }
    changed: JSONObject = {
        key: _with_value(cast("JSONObject", held), by_id[key]) if key in by_id else held
        for key, held in used.items()
    }
    return {**source, "variables": changed}


def _with_value(held: JSONObject, given: Mapping[str, JSON]) -> JSONObject:
    made = {key: value for key, value in held.items() if key not in ("value", "isNull")}
    if "value" in given:
        made["value"] = given["value"]
    if isinstance(given.get("isNull"), bool):
        made["isNull"] = given["isNull"]
    return made


def filter_override_context(overrides: Overrides | None) -> JSONObject | None:
    """Which filters came from where: `{dashboard, tile, overridden_dashboard}`; None where none apply.

    `overridden_dashboard` is what the dashboard's filters became under the request's.
    """
    if overrides is None:
        return None
    overridden = dashboard_level(overrides) if overrides.filters else None
    if not (overrides.dashboard or overrides.tile or overridden):
        return None
    return {
        "dashboard": overrides.dashboard or None,
        "tile": overrides.tile or None,
        "overridden_dashboard": overridden,
    }
