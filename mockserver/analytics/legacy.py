"""Insights stored as legacy `filters`, turned into the queries they mean; plain data in, plain data out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from mockserver.analytics.model import JSON, JSONObject

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "TRENDS": "TrendsQuery",
        "FUNNELS": "FunnelsQuery",
        "RETENTION": "RetentionQuery",
        "PATHS": "PathsQuery",
        "STICKINESS": "StickinessQuery",
        "LIFECYCLE": "LifecycleQuery",
    }
)
SETTINGS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "trendsFilter": {
            "display": "display",
            "formula": "formula",
            "formulas": "formulas",
            "smoothing_intervals": "smoothingIntervals",
            "show_legend": "showLegend",
            "show_values_on_series": "showValuesOnSeries",
            "show_percent_stack_view": "showPercentStackView",
            "aggregation_axis_format": "aggregationAxisFormat",
            "aggregation_axis_prefix": "aggregationAxisPrefix",
            "aggregation_axis_postfix": "aggregationAxisPostfix",
            "decimal_places": "decimalPlaces",
            "y_axis_scale_type": "yAxisScaleType",
        },
        "funnelsFilter": {
            "funnel_viz_type": "funnelVizType",
            "funnel_order_type": "funnelOrderType",
            "funnel_window_interval": "funnelWindowInterval",
            "funnel_window_interval_unit": "funnelWindowIntervalUnit",
            "funnel_from_step": "funnelFromStep",
            "funnel_to_step": "funnelToStep",
            "funnel_step_reference": "funnelStepReference",
            "funnel_aggregate_by_hogql": "funnelAggregateByHogQL",
            "breakdown_attribution_type": "breakdownAttributionType",
            "breakdown_attribution_value": "breakdownAttributionValue",
            "bin_count": "binCount",
            "layout": "layout",
        },
        "retentionFilter": {
            "retention_type": "retentionType",
            "retention_reference": "retentionReference",
            "total_intervals": "totalIntervals",
            "period": "period",
            "cumulative": "cumulative",
            "target_entity": "targetEntity",
            "returning_entity": "returningEntity",
        },
        "pathsFilter": {
            "include_event_types": "includeEventTypes",
            "paths_hogql_expression": "pathsHogQLExpression",
            "start_point": "startPoint",
            "end_point": "endPoint",
            "path_groupings": "pathGroupings",
            "exclude_events": "excludeEvents",
            "step_limit": "stepLimit",
            "path_replacements": "pathReplacements",
            "local_path_cleaning_filters": "localPathCleaningFilters",
            "edge_limit": "edgeLimit",
            "min_edge_weight": "minEdgeWeight",
            "max_edge_weight": "maxEdgeWeight",
        },
        "stickinessFilter": {"display": "display", "show_legend": "showLegend"},
        "lifecycleFilter": {"show_legend": "showLegend", "toggledLifecycles": "toggledLifecycles"},
    }
)
BREAKDOWN_KEYS = (
    "breakdown", "breakdown_type", "breakdowns", "breakdown_limit", "breakdown_normalize_url",
    "breakdown_group_type_index", "breakdown_histogram_bin_count", "breakdown_hide_other_aggregation",
)  # fmt: skip
NODE_KEYS = (
    "name", "custom_name", "math", "math_property", "math_hogql", "math_group_type_index", "properties",
)  # fmt: skip
OLD_DISPLAYS: Mapping[str, str] = MappingProxyType(
    {
        "ActionsStackedBar": "ActionsBar",
        "ActionsCumulative": "ActionsLineGraphCumulative",
        "ActionsBarChart": "ActionsBar",
    }
)
SHOWN_AS: Mapping[str, str] = MappingProxyType({"Stickiness": "STICKINESS", "Lifecycle": "LIFECYCLE"})


def query_of_filters(filters: JSONObject) -> dict[str, JSON] | None:
    """The InsightVizNode a legacy `filters` object means; None for an empty one or an unknown insight.

    PostHog: lists and objects may also come as JSON text, truth values as words, as they did in URLs.
    """
    given = {key: _decoded(value) for key, value in filters.items() if value is not None}
    if not given:
        return None
    insight = str(given.get("insight") or "TRENDS").upper()
    insight = SHOWN_AS.get(str(given.get("shown_as")), insight)
    kind = KINDS.get(insight)
    if kind is None:
        return None
    source: dict[str, JSON] = {"kind": kind}
    if kind not in ("RetentionQuery", "PathsQuery"):
        source["series"] = _series(given)
    if kind not in ("RetentionQuery", "PathsQuery") and given.get("interval"):
        source["interval"] = given["interval"]
    _add_shared(source, given)
    BUILDERS[kind](source, given)
    return {"kind": "InsightVizNode", "source": source, "full": True}


def _decoded(value: JSON) -> JSON:
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            decoded: JSON = json.loads(value)
        except ValueError:
            return value
        return decoded
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def _add_shared(source: dict[str, JSON], given: JSONObject) -> None:
    dates: dict[str, JSON] = {key: given[key] for key in ("date_from", "date_to") if key in given}
    if "explicit_date" in given:
        dates["explicitDate"] = given["explicit_date"]
    if dates:
        source["dateRange"] = dates
    if given.get("properties"):
        source["properties"] = _properties(given["properties"])
    for old, new in (("filter_test_accounts", "filterTestAccounts"), ("sampling_factor", "samplingFactor")):
        if old in given:
            source[new] = given[old]
    if "aggregation_group_type_index" in given:
        source["aggregation_group_type_index"] = given["aggregation_group_type_index"]


def _properties(value: JSON) -> JSON:
    """Lists and groups as they are; the oldest form, `{"$browser": "Chrome"}`, becomes a list."""
    if isinstance(value, Mapping) and "values" not in value:
        found: list[JSON] = []
        for name, wanted in value.items():
            key, _, operator = name.partition("__")
            filter_: dict[str, JSON] = {
                "key": key,
                "value": wanted,
                "operator": operator or "exact",
                "type": "event",
            }
            found.append(filter_)
        return found
    return value


def _objects(value: JSON) -> list[JSONObject]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        return []
    return [each for each in value if isinstance(each, Mapping)]


def _series(given: JSONObject) -> list[JSON]:
    nodes: list[tuple[float, dict[str, JSON]]] = []
    for name, kind in (("events", "EventsNode"), ("actions", "ActionsNode")):
        for place, entity in enumerate(_objects(given.get(name))):
            order = entity.get("order")
            number = float(order) if isinstance(order, int | float) else float(place)
            nodes.append((number, node_of_entity(entity, kind)))
    return [node for _, node in sorted(nodes, key=lambda each: each[0])]


def node_of_entity(entity: JSONObject, kind: str) -> dict[str, JSON]:
    """One entry of `events` or `actions` as a series node."""
    node: dict[str, JSON] = {"kind": kind}
    identifier = entity.get("id")
    if kind == "ActionsNode":
        node["id"] = int(identifier) if isinstance(identifier, str) and identifier.isdigit() else identifier
    else:
        node["event"] = identifier
    for key in NODE_KEYS:
        if entity.get(key) not in (None, [], {}):
            node[key] = _properties(entity[key]) if key == "properties" else entity[key]
    if kind == "EventsNode" and "name" not in node and identifier is not None:
        node["name"] = identifier
    return node


def _settings(source: dict[str, JSON], given: JSONObject, name: str) -> dict[str, JSON]:
    made = {new: given[old] for old, new in SETTINGS[name].items() if old in given}
    display = made.get("display")
    if isinstance(display, str):
        made["display"] = OLD_DISPLAYS.get(display, display)
    if made:
        source[name] = made
    return made


def _breakdown(source: dict[str, JSON], given: JSONObject) -> None:
    made: dict[str, JSON] = {
        key: given[key] for key in BREAKDOWN_KEYS if given.get(key) not in (None, [], "")
    }
    several = _objects(made.get("breakdowns"))
    if len(several) == 1 and "breakdown" not in made:
        only = several[0]
        made = {**made, "breakdown": only.get("property"), "breakdown_type": only.get("type", "event")}
        made.pop("breakdowns")
    if made.get("breakdown") is not None or made.get("breakdowns"):
        made.setdefault("breakdown_type", "event")
        source["breakdownFilter"] = made


def _compare(source: dict[str, JSON], given: JSONObject) -> None:
    made = {key: given[key] for key in ("compare", "compare_to") if key in given}
    if made:
        source["compareFilter"] = made


def _trends(source: dict[str, JSON], given: JSONObject) -> None:
    _settings(source, given, "trendsFilter")
    _breakdown(source, given)
    _compare(source, given)


def _funnels(source: dict[str, JSON], given: JSONObject) -> None:
    made = _settings(source, given, "funnelsFilter")
    if "funnelWindowInterval" not in made and "funnel_window_days" in given:
        source["funnelsFilter"] = {
            **made, "funnelWindowInterval": given["funnel_window_days"], "funnelWindowIntervalUnit": "day",
        }  # fmt: skip
    exclusions: list[JSON] = []
    for entity in _objects(given.get("exclusions")):
        kind = "ActionsNode" if entity.get("type") == "actions" else "EventsNode"
        node = node_of_entity(entity, kind)
        exclusions.append(
            {
                **node,
                "kind": f"FunnelExclusion{kind}",
                "funnelFromStep": entity.get("funnel_from_step", 0),
                "funnelToStep": entity.get("funnel_to_step", 1),
            }
        )
    if exclusions:
        settings = source.get("funnelsFilter")
        source["funnelsFilter"] = {
            **(settings if isinstance(settings, Mapping) else {}),
            "exclusions": exclusions,
        }
    _breakdown(source, given)


def _retention(source: dict[str, JSON], given: JSONObject) -> None:
    _settings(source, given, "retentionFilter")
    source.setdefault("retentionFilter", {})
    _breakdown(source, given)


def _paths(source: dict[str, JSON], given: JSONObject) -> None:
    _settings(source, given, "pathsFilter")
    source.setdefault("pathsFilter", {})


def _stickiness(source: dict[str, JSON], given: JSONObject) -> None:
    _settings(source, given, "stickinessFilter")
    _compare(source, given)


def _lifecycle(source: dict[str, JSON], given: JSONObject) -> None:
    _settings(source, given, "lifecycleFilter")


BUILDERS: Mapping[str, Callable[[dict[str, JSON], JSONObject], None]] = MappingProxyType(
    {
        "TrendsQuery": _trends,
        "FunnelsQuery": _funnels,
        "RetentionQuery": _retention,
        "PathsQuery": _paths,
        "StickinessQuery": _stickiness,
        "LifecycleQuery": _lifecycle,
    }
)
