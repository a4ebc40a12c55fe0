"""Names and descriptions for queries, in plain words derived from the query alone."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ..store import JSON
from .query_reading import source_of

LONGEST_NAME: Final = 400
_MATHS: Final = MappingProxyType(
    {
        "total": "count",
        "dau": "unique users",
        "weekly_active": "weekly active users",
        "monthly_active": "monthly active users",
        "unique_session": "unique sessions",
        "unique_group": "unique groups",
        "hogql": "formula",
        "sum": "sum",
        "avg": "average",
        "min": "minimum",
        "max": "maximum",
        "median": "median",
    }
)
_KINDS: Final = MappingProxyType(
    {
        "TrendsQuery": "trend",
        "FunnelsQuery": "funnel",
        "RetentionQuery": "retention",
        "PathsQuery": "user paths",
        "PathsV2Query": "user journeys",
        "StickinessQuery": "stickiness",
        "LifecycleQuery": "lifecycle",
        "HogQLQuery": "SQL query",
        "EventsQuery": "events table",
        "ActorsQuery": "persons table",
        "WebOverviewQuery": "web overview",
        "WebStatsTableQuery": "web statistics",
    }
)


def kind_in_words(query: Mapping[str, JSON]) -> str:
    """What sort of insight a query is, such as `funnel`."""
    return _KINDS.get(str((source_of(query) or {}).get("kind")), "insight")


def series_in_words(node: Mapping[str, JSON]) -> str:
    """A series by its own name, or else by its event or action."""
    for key in ("custom_name", "name", "event"):
        named = node.get(key)
        if isinstance(named, str) and named:
            return _spoken(named)
    identity = node.get("id")
    return f"Action {identity}" if identity is not None else "All events"


def _spoken(event: str) -> str:
    return {"$pageview": "Pageview", "$screen": "Screen", "$autocapture": "Autocapture"}.get(event, event)


def series_of(query: Mapping[str, JSON]) -> list[Mapping[str, JSON]]:
    """The series or steps of a query."""
    listed = (source_of(query) or {}).get("series")
    return [node for node in listed if isinstance(node, dict)] if isinstance(listed, list) else []


def breakdown_in_words(query: Mapping[str, JSON]) -> str | None:
    """The properties that a query is broken down by; None where it is not."""
    held = (source_of(query) or {}).get("breakdownFilter")
    if not isinstance(held, dict):
        return None
    several = held.get("breakdowns")
    if isinstance(several, list) and several:
        return " and ".join(str(one.get("property")) for one in several if isinstance(one, dict))
    one = held.get("breakdown")
    return ", ".join(map(str, one)) if isinstance(one, list) else str(one) if one else None


def range_in_words(query: Mapping[str, JSON]) -> str:
    """The date range of a query."""
    held = (source_of(query) or {}).get("dateRange")
    dates = held if isinstance(held, dict) else {}
    start, end = dates.get("date_from") or "-7d", dates.get("date_to")
    return f"from {start} to {end or 'now'}"


def name_of_query(query: Mapping[str, JSON]) -> str:
    """A short name, such as `Pageview unique users by $browser`."""
    kind = str((source_of(query) or {}).get("kind"))
    series = series_of(query)
    if kind == "FunnelsQuery":
        name = " → ".join(map(series_in_words, series)) + " funnel"
    elif kind == "TrendsQuery" and series:
        name = " & ".join(f"{series_in_words(node)} {_math(node)}" for node in series)
    elif series:
        name = f"{' & '.join(map(series_in_words, series))} {kind_in_words(query)}"
    else:
        words = kind_in_words(query)
        name = words[:1].upper() + words[1:]
    breakdown = breakdown_in_words(query)
    return (f"{name} by {breakdown}" if breakdown else name)[:LONGEST_NAME]


def _math(node: Mapping[str, JSON]) -> str:
    math = str(node.get("math") or "total")
    named = _MATHS.get(math, math.replace("_", " "))
    of_property = node.get("math_property")
    return f"{named} of {of_property}" if of_property else named


def description_of_query(query: Mapping[str, JSON]) -> str:
    """One sentence on what a query shows and over which time."""
    parts = [f"Shows the {kind_in_words(query)}"]
    if series := series_of(query):
        parts.append("of " + ", ".join(map(series_in_words, series)))
    if breakdown := breakdown_in_words(query):
        parts.append(f"broken down by {breakdown}")
    interval = (source_of(query) or {}).get("interval")
    if isinstance(interval, str):
        parts.append(f"by {interval}")
    parts.append(range_in_words(query))
    return (" ".join(parts))[: LONGEST_NAME - 1] + "."
