"""Legacy `filters` turned into the query that they stand for.

PostHog kept insights as flat filters before it had queries, and showed them as queries when read. What can't
be turned is left out, so that the result is always a query of the contract.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ..store import JSON, JSONObject
from . import filter_shapes as shape
from .filter_shapes import Check
from .query_reading import INSIGHT_TYPES

Renaming = Mapping[str, tuple[str, Check]]

MATHS: Final = shape.names(
    "total dau weekly_active monthly_active unique_session unique_group first_time_for_user "
    "first_matching_event_for_user avg sum min max median p75 p90 p95 p99 avg_count_per_actor "
    "min_count_per_actor max_count_per_actor median_count_per_actor p75_count_per_actor "
    "p90_count_per_actor p95_count_per_actor p99_count_per_actor hogql"
)
DISPLAYS: Final = shape.names(
    "ActionsLineGraph ActionsLineGraphCumulative ActionsAreaGraph ActionsBar ActionsUnstackedBar "
    "ActionsStackedBar ActionsBarValue ActionsPie ActionsTable BoldNumber WorldMap"
)

_NODE: Final[Renaming] = MappingProxyType(
    {
        "name": ("name", shape.is_text),
        "custom_name": ("custom_name", shape.is_text),
        "math": ("math", shape.within(MATHS)),
        "math_property": ("math_property", shape.is_text),
        "math_hogql": ("math_hogql", shape.is_text),
        "math_group_type_index": ("math_group_type_index", shape.between(0, 4)),
    }
)
_TRENDS: Final[Renaming] = MappingProxyType(
    {
        "display": ("display", shape.within(DISPLAYS)),
        "formula": ("formula", shape.is_text),
        "smoothing_intervals": ("smoothingIntervals", shape.between(0, 1000)),
        "aggregation_axis_prefix": ("aggregationAxisPrefix", shape.is_text),
        "aggregation_axis_postfix": ("aggregationAxisPostfix", shape.is_text),
        "show_legend": ("showLegend", shape.is_flag),
        "show_values_on_series": ("showValuesOnSeries", shape.is_flag),
        "show_percent_stack_view": ("showPercentStackView", shape.is_flag),
    }
)
_FUNNELS: Final[Renaming] = MappingProxyType(
    {
        "funnel_viz_type": ("funnelVizType", shape.one_of("steps", "time_to_convert", "trends")),
        "funnel_order_type": ("funnelOrderType", shape.one_of("ordered", "unordered", "strict")),
        "funnel_window_interval": ("funnelWindowInterval", shape.is_whole),
        "funnel_window_interval_unit": (
            "funnelWindowIntervalUnit",
            shape.one_of("second", "minute", "hour", "day", "week", "month"),
        ),
        "funnel_from_step": ("funnelFromStep", shape.between(0, 1000)),
        "funnel_to_step": ("funnelToStep", shape.between(0, 1000)),
        "funnel_step_reference": ("funnelStepReference", shape.one_of("total", "previous")),
        "funnel_aggregate_by_hogql": ("funnelAggregateByHogQL", shape.is_text),
        "bin_count": ("binCount", shape.between(1, 90)),
        "breakdown_attribution_type": (
            "breakdownAttributionType",
            shape.one_of("first_touch", "last_touch", "all_events", "step"),
        ),
        "breakdown_attribution_value": ("breakdownAttributionValue", shape.between(0, 1000)),
        "layout": ("layout", shape.one_of("horizontal", "vertical")),
    }
)
_RETENTION: Final[Renaming] = MappingProxyType(
    {
        "retention_type": ("retentionType", shape.one_of("retention_recurring", "retention_first_time")),
        "retention_reference": ("retentionReference", shape.one_of("total", "previous")),
        "total_intervals": ("totalIntervals", shape.between(1, 100)),
        "period": ("period", shape.one_of("Hour", "Day", "Week", "Month")),
    }
)
_PATHS: Final[Renaming] = MappingProxyType(
    {
        "include_event_types": (
            "includeEventTypes",
            lambda value: (
                isinstance(value, list)
                and all(item in ("$pageview", "$screen", "custom_event", "hogql") for item in value)
            ),
        ),
        "start_point": ("startPoint", shape.is_text),
        "end_point": ("endPoint", shape.is_text),
        "exclude_events": ("excludeEvents", shape.is_texts),
        "path_groupings": ("pathGroupings", shape.is_texts),
        "step_limit": ("stepLimit", shape.is_whole),
        "edge_limit": ("edgeLimit", shape.is_whole),
        "min_edge_weight": ("minEdgeWeight", shape.is_whole),
        "max_edge_weight": ("maxEdgeWeight", shape.is_whole),
        "path_replacements": ("pathReplacements", shape.is_flag),
        "paths_hogql_expression": ("pathsHogQLExpression", shape.is_text),
    }
)
_STICKINESS: Final[Renaming] = MappingProxyType(
    {key: _TRENDS[key] for key in ("display", "show_legend", "show_values_on_series")}
)
_LIFECYCLE: Final[Renaming] = MappingProxyType(
    {key: _TRENDS[key] for key in ("show_legend", "show_values_on_series")}
)
_OWN_FILTERS: Final = MappingProxyType(
    {
        "TrendsQuery": ("trendsFilter", _TRENDS),
        "FunnelsQuery": ("funnelsFilter", _FUNNELS),
        "RetentionQuery": ("retentionFilter", _RETENTION),
        "PathsQuery": ("pathsFilter", _PATHS),
        "StickinessQuery": ("stickinessFilter", _STICKINESS),
        "LifecycleQuery": ("lifecycleFilter", _LIFECYCLE),
    }
)
_WITH_SERIES: Final = frozenset(("TrendsQuery", "FunnelsQuery", "StickinessQuery", "LifecycleQuery"))
_WITH_BREAKDOWN: Final = frozenset(("TrendsQuery", "FunnelsQuery", "RetentionQuery"))
_WITH_COMPARE: Final = frozenset(("TrendsQuery", "StickinessQuery"))


def query_of_filters(filters: Mapping[str, JSON]) -> JSONObject:
    """The query that legacy filters stand for, in its node; page views over time where they are empty."""
    # before there was an insight of that kind, stickiness and lifecycle were ways of showing trends
    named = filters.get("insight") or filters.get("shown_as") or "TRENDS"
    kind = INSIGHT_TYPES.get(str(named).upper(), "TrendsQuery")
    source: JSONObject = {"kind": kind}
    if kind in _WITH_SERIES:
        source["series"] = list(_series(filters, kind))
        if shape.within(shape.INTERVALS)(filters.get("interval")):
            source["interval"] = filters["interval"]
    source.update(_shared(filters))
    if kind in _WITH_BREAKDOWN and (breakdown := shape.breakdown_of(filters)):
        source["breakdownFilter"] = breakdown
    if kind in _WITH_COMPARE and shape.is_flag(filters.get("compare")):
        source["compareFilter"] = {"compare": filters["compare"]}
    name, renaming = _OWN_FILTERS[kind]
    own = _renamed(filters, renaming)
    if kind == "RetentionQuery":
        own.update(_retention_entities(filters))
    if own or kind in ("RetentionQuery", "PathsQuery"):
        source[name] = own
    return {"kind": "InsightVizNode", "source": source, "full": True}


def _renamed(filters: Mapping[str, JSON], renaming: Renaming) -> JSONObject:
    return {
        new: filters[old]
        for old, (new, check) in renaming.items()
        if filters.get(old) is not None and check(filters[old])
    }


def _shared(filters: Mapping[str, JSON]) -> JSONObject:
    made: JSONObject = {}
    dates = {key: filters[key] for key in ("date_from", "date_to") if shape.is_text(filters.get(key))}
    if dates:
        made["dateRange"] = dates
    properties = filters.get("properties")
    if isinstance(properties, dict) and "values" not in properties:
        properties = _old_properties(properties)
    if properties and shape.is_properties(properties):
        made["properties"] = properties
    if shape.is_flag(filters.get("filter_test_accounts")):
        made["filterTestAccounts"] = filters["filter_test_accounts"]
    if shape.between(0, 4)(filters.get("aggregation_group_type_index")):
        made["aggregation_group_type_index"] = filters["aggregation_group_type_index"]
    factor = filters.get("sampling_factor")
    if isinstance(factor, int | float) and not isinstance(factor, bool):
        made["samplingFactor"] = factor
    return made


def _old_properties(properties: Mapping[str, JSON]) -> list[JSON]:
    """The oldest form: `{"key__operator": value}`."""
    made: list[JSON] = []
    for name, value in properties.items():
        key, _, operator = name.rpartition("__")
        known = bool(key) and operator in shape.OPERATORS
        made.append(
            {
                "key": key if known else name,
                "type": "event",
                "operator": operator if known else "exact",
                "value": value,
            }
        )
    return made


def _series(filters: Mapping[str, JSON], kind: str) -> list[JSON]:
    entities: list[tuple[float, JSONObject]] = []
    for group in ("events", "actions"):
        listed = filters.get(group)
        for entity in listed if isinstance(listed, list) else ():
            node = (
                _node(entity, group, with_math=kind != "LifecycleQuery") if isinstance(entity, dict) else None
            )
            if node is not None and isinstance(entity, dict):
                order = entity.get("order")
                entities.append((order if isinstance(order, int | float) else 0, node))
    if not entities and not filters.get("events") and not filters.get("actions"):
        return [{"kind": "EventsNode", "event": "$pageview", "name": "$pageview", "math": "total"}]
    return [node for _, node in sorted(entities, key=lambda entity: entity[0])]


def _node(entity: Mapping[str, JSON], group: str, *, with_math: bool) -> JSONObject | None:
    identity = entity.get("id")
    node: JSONObject
    if group == "actions":
        if not (shape.is_whole(identity) or (isinstance(identity, str) and identity.isdecimal())):
            return None
        node = {"kind": "ActionsNode", "id": int(str(identity)[:18])}
    else:
        node = {"kind": "EventsNode", "event": identity if isinstance(identity, str) else None}
    named = _renamed(entity, _NODE)
    node.update({key: value for key, value in named.items() if with_math or not key.startswith("math")})
    properties = entity.get("properties")
    if properties and isinstance(properties, list) and shape.is_properties(properties):
        node["properties"] = properties
    return node


def _retention_entities(filters: Mapping[str, JSON]) -> JSONObject:
    made: JSONObject = {}
    for old, new in (("target_entity", "targetEntity"), ("returning_entity", "returningEntity")):
        entity = filters.get(old)
        if isinstance(entity, dict):
            found = shape.kept(
                entity,
                {
                    "id": lambda value: isinstance(value, str | int | float) and not isinstance(value, bool),
                    "name": shape.is_text,
                    "type": shape.one_of("actions", "events"),
                },
            )
            if found:
                made[new] = found
    return made
