"""The door of the room: wrappers, kinds, staleness, threads and what importing it costs."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from mockserver.analytics.engine import SUPPORTED_KINDS, refresh_facts
from mockserver.analytics.model import QueryError, RefreshFacts, UnsupportedQuery
from tests.analytics.building import ask, context_of, node, store_of


def test_importing_the_interface_imports_no_database() -> None:
    code = (
        "import sys, mockserver.analytics.engine, mockserver.analytics.model, mockserver.analytics.events, "
        "mockserver.analytics.columns; "
        "assert not {'duckdb', 'sqlglot'} & set(sys.modules), sorted(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_telling_when_a_result_goes_stale_imports_no_database() -> None:
    code = (
        "import sys; from datetime import datetime, UTC; "
        "from mockserver.analytics.engine import refresh_facts; "
        "from mockserver.analytics.model import QueryContext; "
        "context = QueryContext(1, 'Europe/Berlin', 0, datetime(2026, 1, 1, tzinfo=UTC)); "
        "refresh_facts({'kind': 'TrendsQuery'}, context); "
        "assert not {'duckdb', 'sqlglot'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


END = datetime(2026, 1, 10, 23, 59, 59, 999_999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("query", "facts"),
    [
        ({"kind": "TrendsQuery"}, RefreshFacts("day", None, 8)),
        ({"kind": "TrendsQuery", "dateRange": {"date_from": "-7d"}}, RefreshFacts("day", None, 8)),
        (
            {"kind": "TrendsQuery", "interval": "hour", "dateRange": {"date_from": "dStart"}},
            RefreshFacts("hour", None, 1),
        ),
        ({"kind": "FunnelsQuery", "interval": "week"}, RefreshFacts("week", None, 8)),
        (
            {"kind": "StickinessQuery", "dateRange": {"date_from": "2026-01-01", "date_to": "2026-01-10"}},
            RefreshFacts("day", END, 10),
        ),
        (
            {"kind": "LifecycleQuery", "interval": "month", "dateRange": {"date_from": "2026-01-05"}},
            RefreshFacts("month", None, 14),
        ),
        ({"kind": "RetentionQuery", "retentionFilter": {"period": "Week"}}, RefreshFacts("week", None, 8)),
        ({"kind": "PathsQuery"}, RefreshFacts(None, None, 8)),
        ({"kind": "HogQLQuery", "query": "select 1"}, RefreshFacts("day", None, None)),
        ({"kind": "EventsQuery", "select": ["*"]}, RefreshFacts("minute", None, None)),
        ({"kind": "InsightVizNode", "source": {"kind": "TrendsQuery"}}, RefreshFacts("day", None, 8)),
        ({"kind": "TrendsQuery", "dateRange": {"date_from": "nonsense"}}, RefreshFacts("day", None, None)),
        ({"kind": "TrendsQuery", "dateRange": []}, RefreshFacts("day", None, None)),
        ({}, RefreshFacts("minute", None, None)),
    ],
)
def test_what_decides_when_a_result_goes_stale(query: dict[str, Any], facts: RefreshFacts) -> None:
    assert refresh_facts(query, context_of()) == facts


def test_every_kind_there_is_answers_an_empty_store() -> None:
    store = store_of([])
    queries: dict[str, dict[str, Any]] = {
        "TrendsQuery": {"series": [node("a")]},
        "FunnelsQuery": {"series": [node("a"), node("b")]},
        "RetentionQuery": {},
        "StickinessQuery": {"series": [node("a")]},
        "LifecycleQuery": {"series": [node("a")]},
        "PathsQuery": {},
        "HogQLQuery": {"query": "select count() from events"},
        "EventsQuery": {"select": ["*"]},
        "ActorsQuery": {"select": ["actor"]},
        "WebOverviewQuery": {"properties": []},
        "WebStatsTableQuery": {"properties": [], "breakdownBy": "Page"},
    }
    assert set(queries) == SUPPORTED_KINDS
    for kind, query in queries.items():
        assert isinstance(ask(store, {"kind": kind, **query}).results, list)


@pytest.mark.parametrize("wrapper", ["InsightVizNode", "DataVisualizationNode", "DataTableNode"])
def test_a_wrapper_gives_the_result_of_its_source(wrapper: str) -> None:
    source = {"kind": "HogQLQuery", "query": "select 1"}
    assert ask(store_of([]), {"kind": wrapper, "source": source}).results == [[1]]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"kind": None},
        {"kind": "NopeQuery"},
        {"kind": 7},
        {"kind": "InsightVizNode"},
        {"kind": "TrendsQuery", "series": "x"},
        {"kind": "TrendsQuery", "series": [1]},
        {"kind": "TrendsQuery", "series": [{"kind": "EventsNode", "event": 5}]},
        {"kind": "TrendsQuery", "series": [node("a")], "interval": "eon"},
        {"kind": "TrendsQuery", "series": [node("a")], "dateRange": "x"},
        {"kind": "TrendsQuery", "series": [node("a")], "dateRange": {"date_from": 5}},
        {"kind": "TrendsQuery", "series": [node("a")], "properties": [{"value": 1}]},
        {"kind": "TrendsQuery", "series": [node("a")], "properties": 7},
        {
            "kind": "TrendsQuery",
            "series": [node("a")],
            "breakdownFilter": {"breakdown": "x", "breakdown_limit": "y"},
        },
        {"kind": "TrendsQuery", "series": [node("a")], "samplingFactor": 7},
        {"kind": "TrendsQuery", "series": [node("a", math="hogql", math_hogql="nope(")]},
        {"kind": "FunnelsQuery"},
        {"kind": "LifecycleQuery"},
        {"kind": "RetentionQuery", "retentionFilter": {"totalIntervals": 0}},
        {"kind": "HogQLQuery"},
        {"kind": "EventsQuery", "select": ["nope("]},
        {"kind": "ActorsQuery", "source": {"kind": "Nope"}},
    ],
    ids=str,
)
def test_a_query_that_cannot_be_answered_is_refused_and_never_breaks(query: dict[str, Any]) -> None:
    with pytest.raises(QueryError) as caught:
        ask(store_of([["ann", "a", "2026-01-10"]]), query)
    assert caught.value.detail


def test_a_kind_nobody_knows_says_so() -> None:
    with pytest.raises(UnsupportedQuery):
        ask(store_of([]), {"kind": "CalendarHeatmapQuery"})


def test_queries_run_beside_each_other_and_beside_changes() -> None:
    store = store_of([["ann", "view", "2026-01-10", {"plan": place % 3}] for place in range(50)])
    query = {"kind": "TrendsQuery", "series": [node("view")], "breakdownFilter": {"breakdown": "plan"}}

    def count(_: int) -> float:
        rows: Any = ask(store, query).results
        return sum(row["count"] for row in rows)

    def add(place: int) -> float:
        store.ingest(
            [{"event": "other", "distinct_id": f"new{place}", "properties": {f"k{place}": 1}}],
            context_of().now,
        )
        return 50

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda place: add(place) if place % 5 == 0 else count(place), range(40)))
    assert found == [50] * 40


def test_sampling_looks_at_fewer_people_and_scales_up() -> None:
    store = store_of([[f"p{place}", "view", "2026-01-10"] for place in range(400)])
    query = {
        "kind": "TrendsQuery",
        "series": [node("view")],
        "samplingFactor": 0.5,
        "trendsFilter": {"display": "BoldNumber"},
    }
    first: Any = ask(store, query).results
    second: Any = ask(store, query).results
    assert first == second
    assert 300 < first[0]["aggregated_value"] < 500
    assert first[0]["aggregated_value"] % 2 == 0


def test_the_hogql_of_an_insight_names_properties_and_no_columns_of_the_store() -> None:
    store = store_of([["ann", "view", "2026-01-10", {"$browser": "Chrome"}]])
    result = ask(
        store, {"kind": "TrendsQuery", "series": [node("view")], "breakdownFilter": {"breakdown": "$browser"}}
    )
    assert result.hogql is not None
    assert "properties.$browser" in result.hogql
    assert "p0" not in result.hogql
