"""What a query says about itself: its source under the nodes around it, its kind, its events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from ..profiles import Profile
from ..store import JSON, JSONObject

NODES: Final = frozenset(("InsightVizNode", "DataVisualizationNode", "DataTableNode"))
INSIGHT_TYPES: Final = MappingProxyType(
    {
        "TRENDS": "TrendsQuery",
        "FUNNELS": "FunnelsQuery",
        "RETENTION": "RetentionQuery",
        "PATHS": "PathsQuery",
        "STICKINESS": "StickinessQuery",
        "LIFECYCLE": "LifecycleQuery",
    }
)
_ALERTING_BEFORE: Final = frozenset(("TrendsQuery",))
_ALERTING_NOW: Final = frozenset(("TrendsQuery", "HogQLQuery", "FunnelsQuery"))


def source_of(query: Mapping[str, JSON] | None) -> Mapping[str, JSON] | None:
    """The query inside its nodes; None where there is none."""
    node = query
    while node and node.get("kind") in NODES:
        inner = node.get("source")
        node = inner if isinstance(inner, dict) else None
    return node or None


def source_kind(query: Mapping[str, JSON] | None) -> str | None:
    """The kind of the query inside its nodes."""
    source = source_of(query)
    kind = source.get("kind") if source else None
    return kind if isinstance(kind, str) else None


def with_source(query: JSONObject, source: JSONObject) -> JSONObject:
    """The same nodes around another source."""
    inner = query.get("source")
    if query.get("kind") in NODES and isinstance(inner, dict):
        return {**query, "source": with_source(inner, source)}
    return source


def is_insight_viz(query: Mapping[str, JSON] | None) -> bool:
    """Whether a query is one that the web app draws as an insight."""
    return bool(query) and query is not None and query.get("kind") == "InsightVizNode"


def can_carry_alerts(query: Mapping[str, JSON] | None, profile: Profile) -> bool:
    """Whether insights of this kind have alerts: trends, and today SQL and funnels too."""
    kinds = _ALERTING_NOW if profile.wraps_bare_queries else _ALERTING_BEFORE
    return source_kind(query) in kinds


def objects_in(value: JSON | Mapping[str, JSON]) -> Iterator[Mapping[str, JSON]]:
    """Each object in a JSON value, the value itself first."""
    if isinstance(value, Mapping):
        yield value
        for item in value.values():
            yield from objects_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from objects_in(item)


def events_of(query: Mapping[str, JSON] | None) -> frozenset[str]:
    """The names of the events that a query asks for."""
    found: set[str] = set()
    for node in objects_in(query or {}):
        name: JSON = None
        if node.get("kind") in ("EventsNode", "EventsQuery", "FunnelExclusionEventsNode"):
            name = node.get("event")
        elif node.get("type") == "events":
            name = node.get("id")
        if isinstance(name, str):
            found.add(name)
    return frozenset(found)
