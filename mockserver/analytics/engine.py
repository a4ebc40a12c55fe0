"""The door to the analytics room: which runner answers a kind, and what decides how long an answer lasts."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol, cast

from mockserver.analytics.left_out import refuse_what_is_left_out
from mockserver.analytics.model import (
    JSON,
    JSONObject,
    QueryContext,
    QueryError,
    QueryResult,
    RefreshFacts,
    UnsupportedQuery,
)
from mockserver.analytics.ranges import interval_of, resolve_range, touched_days
from mockserver.analytics.reading import mapping, member, optional_text, text_or

if TYPE_CHECKING:
    from mockserver.analytics.interface import Events

WRAPPERS = frozenset({"InsightVizNode", "DataVisualizationNode", "DataTableNode"})

RUNNERS: Mapping[str, str] = MappingProxyType(
    {
        "TrendsQuery": "trends",
        "FunnelsQuery": "funnels",
        "RetentionQuery": "retention",
        "StickinessQuery": "stickiness",
        "LifecycleQuery": "lifecycle",
        "PathsQuery": "paths",
        "HogQLQuery": "hogql_query",
        "EventsQuery": "events_query",
        "ActorsQuery": "actors_query",
        "WebOverviewQuery": "web_queries",
        "WebStatsTableQuery": "web_queries",
    }
)
SUPPORTED_KINDS = frozenset(RUNNERS)
INTERVAL_KINDS = frozenset({"TrendsQuery", "FunnelsQuery", "StickinessQuery", "LifecycleQuery"})


class Runner(Protocol):
    """What each kind's module offers under the name `run`."""

    def __call__(self, query: JSONObject, events: Events, context: QueryContext) -> QueryResult: ...


def load_runners() -> None:
    """Import all that computes queries, which the first query would have to wait for otherwise."""
    for name in (
        "mockserver.analytics.events",
        *(f"mockserver.analytics.{each}" for each in RUNNERS.values()),
    ):
        import_module(name)
    import_module("duckdb")


def unwrap(query: JSON) -> JSONObject:
    """The source a visualisation or table node stands around, or the query itself."""
    inner = mapping(query, "query")
    for _ in range(4):
        if inner.get("kind") not in WRAPPERS:
            return inner
        inner = member(inner, "source")
    raise QueryError("A query may not be wrapped so deeply", attr="query")


def run_query(query: JSONObject, events: Events, context: QueryContext) -> QueryResult:
    """Compute a query's result from the events.

    Raises UnsupportedQuery for a kind without a runner, QueryTimeout past the context's limit, and QueryError
    with the offending field for anything else that cannot be answered.
    """
    source = unwrap(query)
    kind = optional_text(source, "kind")
    if kind is None:
        raise QueryError("Field required", attr="kind")
    if kind not in RUNNERS:
        raise UnsupportedQuery(f"Can't get a runner for an unknown query kind: {kind}", attr="kind")
    refuse_what_is_left_out(source)
    module = import_module(f"mockserver.analytics.{RUNNERS[kind]}")
    try:
        return cast("Runner", module.run)(source, events, context)
    except RecursionError as error:
        raise QueryError("The query is nested too deeply", attr="query") from error


def refresh_facts(query: JSONObject, context: QueryContext) -> RefreshFacts:
    """What decides when a query's result goes stale, from the query alone; never raises.

    PostHog: trends, funnels, stickiness and lifecycle go by their interval, retention by its period, paths
    have none, SQL counts as day, kinds without a date range as minute.
    """
    try:
        return _facts(unwrap(query), context)
    except QueryError:
        return RefreshFacts("day", None, None)


def _facts(source: JSONObject, context: QueryContext) -> RefreshFacts:
    kind = source.get("kind")
    if kind in INTERVAL_KINDS:
        return _ranged(source.get("dateRange"), interval_of(source.get("interval")), True, context)
    if kind == "RetentionQuery":
        period = text_or(member(source, "retentionFilter"), "period", "Day").lower()
        return _ranged(source.get("dateRange"), interval_of(period), True, context)
    if kind in ("PathsQuery", "WebOverviewQuery", "WebStatsTableQuery"):
        return _ranged(source.get("dateRange"), "day", False, context)
    if kind == "HogQLQuery":
        given = member(source, "filters").get("dateRange")
        return _ranged(given, "day", True, context) if given else RefreshFacts("day", None, None)
    return RefreshFacts("minute", None, None)


def _ranged(date_range: JSON, interval: str, has_interval: bool, context: QueryContext) -> RefreshFacts:
    covered = resolve_range(date_range, interval, context)
    has_end = optional_text(mapping(date_range, "dateRange"), "date_to") is not None
    return RefreshFacts(
        interval if has_interval else None,
        covered.end if has_end else None,
        touched_days(covered),
    )
