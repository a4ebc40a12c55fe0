"""Queries that scenarios and relations ask."""

from __future__ import annotations

from typing import Any, Final

Query = dict[str, Any]

EVENT: Final = "$pageview"


def trends(event: str | None = EVENT, **source: Any) -> Query:
    """An insight over a TrendsQuery."""
    return wrapped({"kind": "TrendsQuery", "series": [event_node(event)], **source})


def event_node(event: str | None = EVENT, **fields: Any) -> Query:
    """One series."""
    return {"kind": "EventsNode", "event": event, **fields}


def funnel(*events: str | None, **source: Any) -> Query:
    """An insight over a FunnelsQuery."""
    return wrapped({"kind": "FunnelsQuery", "series": [event_node(event) for event in events], **source})


def retention(**source: Any) -> Query:
    """An insight over a RetentionQuery."""
    entity = {"id": EVENT, "type": "events"}
    asked = {"targetEntity": entity, "returningEntity": entity, "totalIntervals": 4, "period": "Day"}
    return wrapped({"kind": "RetentionQuery", "retentionFilter": asked, **source})


def lifecycle(**source: Any) -> Query:
    """An insight over a LifecycleQuery."""
    return wrapped({"kind": "LifecycleQuery", "series": [event_node()], **source})


def stickiness(**source: Any) -> Query:
    """An insight over a StickinessQuery."""
    return wrapped({"kind": "StickinessQuery", "series": [event_node()], **source})


def paths(**source: Any) -> Query:
    """An insight over a PathsQuery."""
    asked = {"includeEventTypes": ["$pageview"]}
    return wrapped({"kind": "PathsQuery", "pathsFilter": asked, **source})


def sql(text: str, **source: Any) -> Query:
    """An insight over a HogQLQuery."""
    return {"kind": "DataVisualizationNode", "source": {"kind": "HogQLQuery", "query": text, **source}}


def wrapped(source: Query) -> Query:
    """A source in the node that insights keep it in."""
    return {"kind": "InsightVizNode", "source": source}


def bare(query: Query) -> Query:
    """The source of a wrapped query, as `POST /query` takes it."""
    source: Query = query["source"]
    return source
