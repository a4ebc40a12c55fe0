"""A sampled query speaks of the same people whatever is asked, and of as many as there are in all."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from mockserver.analytics.events import EventStore
from mockserver.analytics.model import QueryError
from tests.analytics.building import ask, node, store_of

FACTOR = 0.4
RANGE = {"date_from": "2026-01-05", "date_to": "2026-01-14"}
PEOPLE = [f"person-{number}" for number in range(60)]


def happened() -> list[Sequence[Any]]:
    drawn = random.Random(5)
    return [
        [
            who,
            drawn.choice(["visit", "signup", "pay"]),
            f"2026-01-{drawn.randint(5, 14):02} {drawn.randint(0, 9):02}:00",
            {"amount": drawn.randint(1, 9)},
        ]
        for who in PEOPLE
        for _ in range(8)
    ]


@pytest.fixture(scope="module")
def everybody() -> Iterator[EventStore]:
    store = store_of(happened())
    yield store
    store.close()


@pytest.fixture(scope="module")
def sample(everybody: EventStore) -> set[str]:
    """Who is in the sample, as a breakdown of it tells."""
    query = {
        "kind": "TrendsQuery",
        "dateRange": RANGE,
        "series": [node(None)],
        "breakdownFilter": {"breakdown": "distinct_id", "breakdown_type": "hogql", "breakdown_limit": 100},
        "samplingFactor": FACTOR,
    }
    rows: Any = ask(everybody, query).results
    return {str(row["breakdown_value"]) for row in rows}


@pytest.fixture(scope="module")
def sampled(sample: set[str]) -> Iterator[EventStore]:
    """The events of the people in the sample alone."""
    store = store_of(row for row in happened() if row[0] in sample)
    yield store
    store.close()


def test_a_sample_is_about_as_big_as_asked_for(sample: set[str]) -> None:
    assert 12 <= len(sample) <= 36


def scaled(value: Any) -> Any:
    return round(value * (1 / FACTOR))


TRENDS: dict[str, Any] = {"kind": "TrendsQuery", "dateRange": RANGE, "series": [node("visit")]}
FUNNEL: dict[str, Any] = {
    "kind": "FunnelsQuery",
    "dateRange": RANGE,
    "series": [node("visit"), node("signup"), node("pay")],
}
RETENTION: dict[str, Any] = {
    "kind": "RetentionQuery",
    "retentionFilter": {
        "totalIntervals": 5,
        "targetEntity": {"id": "visit", "type": "events"},
        "returningEntity": {"id": None, "type": "events"},
    },
}
STICKINESS: dict[str, Any] = {"kind": "StickinessQuery", "dateRange": RANGE, "series": [node("visit")]}
LIFECYCLE: dict[str, Any] = {"kind": "LifecycleQuery", "dateRange": RANGE, "series": [node("visit")]}
PATHS: dict[str, Any] = {
    "kind": "PathsQuery",
    "dateRange": RANGE,
    "pathsFilter": {"includeEventTypes": ["custom_event"]},
}


def numbers(results: Any, field: str) -> list[Any]:
    if field == "values":
        return [cell["count"] for row in results for cell in row["values"]]
    return [row[field] for row in results]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        pytest.param(TRENDS, "data", id="totals"),
        pytest.param({**TRENDS, "series": [node("visit", math="dau")]}, "data", id="people"),
        pytest.param(
            {**TRENDS, "series": [node("pay", math="sum", math_property="amount")]}, "data", id="sums"
        ),
        pytest.param(FUNNEL, "count", id="funnel"),
        pytest.param(RETENTION, "values", id="retention"),
        pytest.param(STICKINESS, "data", id="stickiness"),
        pytest.param(LIFECYCLE, "data", id="lifecycle"),
        pytest.param(PATHS, "value", id="paths"),
    ],
)
def test_counts_and_sums_are_those_of_the_sample_brought_back_to_the_whole(
    everybody: EventStore, sampled: EventStore, query: dict[str, Any], field: str
) -> None:
    found = numbers(ask(everybody, {**query, "samplingFactor": FACTOR}).results, field)
    counted = numbers(ask(sampled, query).results, field)
    assert found == [
        [scaled(each) for each in one] if isinstance(one, list) else scaled(one) for one in counted
    ]
    assert any(any(one) if isinstance(one, list) else one for one in found)


@pytest.mark.parametrize("math", ["avg", "max", "p75", "p95", "p99", "min"])
def test_statistics_of_the_sample_stay_as_they_are(
    everybody: EventStore, sampled: EventStore, math: str
) -> None:
    query = {**TRENDS, "series": [node("pay", math=math, math_property="amount")]}
    found: Any = ask(everybody, {**query, "samplingFactor": FACTOR}).results
    counted: Any = ask(sampled, query).results
    assert found[0]["data"] == pytest.approx(counted[0]["data"])


def test_a_factor_of_one_is_everybody(everybody: EventStore) -> None:
    assert ask(everybody, {**FUNNEL, "samplingFactor": 1}).results == ask(everybody, FUNNEL).results


@pytest.mark.parametrize("factor", [0, -0.5, 1.5])
def test_no_other_share_is_taken(everybody: EventStore, factor: float) -> None:
    with pytest.raises(QueryError, match="greater than 0 and less than or equal to 1"):
        ask(everybody, {**TRENDS, "samplingFactor": factor})
