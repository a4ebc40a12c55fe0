"""The store's numbers against a second, independent way of counting."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver.analytics.events import EventStore
from mockserver.analytics.interface import Events
from tests.analytics import oracle
from tests.analytics.building import ask, context_of, node
from tests.analytics.drawing import NAMES, NOW, ZONES, loaded, worlds
from tests.analytics.oracle import Event

NULL = "$$_posthog_breakdown_null_$$"
SOME = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)
MANY = settings(SOME, max_examples=1000)


@pytest.fixture(scope="module")
def store() -> Iterator[EventStore]:
    made = EventStore()
    yield made
    made.close()


def check_trends(
    store: Events,
    events: list[Event],
    zone: str,
    interval: str,
    week_start_day: int,
    people: bool,
    grouped: bool,
    days: tuple[int, int],
) -> None:
    first = date(2026, 3, 1) + timedelta(days=days[0])
    last = first + timedelta(days=days[1])
    query: dict[str, Any] = {
        "kind": "TrendsQuery",
        "interval": interval,
        "dateRange": {"date_from": first.isoformat(), "date_to": f"{last.isoformat()} 23:59:59"},
        "series": [node("a", math="dau" if people else "total")],
    }
    if grouped:
        query["breakdownFilter"] = {"breakdown": "value"}
    context = context_of(NOW, zone, week_start_day)
    results: Any = ask(loaded(events, store), query, context).results
    unlabelled = events if grouped else [Event(each.who, each.name, each.at) for each in events]
    days_shown = results[0]["days"] if results else []
    expected = oracle.trends(
        unlabelled,
        days_shown,
        first,
        last,
        name="a",
        zone=zone,
        interval=interval,
        week_start_day=week_start_day,
        people=people,
    )
    if not grouped:
        assert results[0]["data"] == expected.get(None, [0] * len(days_shown))
        return
    found = {row["breakdown_value"]: row["data"] for row in results}
    assert found == {value or NULL: numbers for value, numbers in expected.items()}
    totals = [sum(row["data"]) for row in results if row["breakdown_value"] != NULL]
    assert totals == sorted(totals, reverse=True)


TRENDS = {
    "events": worlds(),
    "zone": st.sampled_from(ZONES),
    "interval": st.sampled_from(["hour", "day", "week", "month"]),
    "week_start_day": st.sampled_from([0, 1]),
    "people": st.booleans(),
    "grouped": st.booleans(),
    "days": st.tuples(st.integers(0, 18), st.integers(0, 10)),
}


@SOME
@given(**TRENDS)
def test_trends_are_what_a_plain_count_gives(store: Events, **drawn: Any) -> None:
    check_trends(store, **drawn)


@pytest.mark.slow
@MANY
@given(**TRENDS)
def test_trends_are_what_a_plain_count_gives_a_thousand_times(store: Events, **drawn: Any) -> None:
    check_trends(store, **drawn)


def check_funnel(
    store: Events,
    events: list[Event],
    steps: list[str],
    window: int,
    order: str,
    exclusion: tuple[int, int] | None,
) -> None:
    funnel_filter: dict[str, Any] = {
        "funnelOrderType": order,
        "funnelWindowInterval": window,
        "funnelWindowIntervalUnit": "minute",
    }
    excluded = None
    if exclusion is not None and order == "ordered":
        start, end = min(exclusion[0], len(steps) - 2), min(exclusion[0] + exclusion[1], len(steps) - 1)
        excluded = ("nope", start, end)
        funnel_filter["exclusions"] = [
            {
                "kind": "FunnelExclusionEventsNode",
                "event": "nope",
                "funnelFromStep": start,
                "funnelToStep": end,
            }
        ]
    query = {
        "kind": "FunnelsQuery",
        "dateRange": {"date_from": "2026-03-01", "date_to": "2026-03-22"},
        "series": [node(step) for step in steps],
        "funnelsFilter": funnel_filter,
    }
    renamed = [
        Event(each.who, "nope" if excluded and each.value == "y" else each.name, each.at) for each in events
    ]
    results: Any = ask(loaded(renamed, store), query, context_of(NOW)).results
    expected = oracle.funnel(renamed, steps, timedelta(minutes=window), order, excluded)
    found = [(row["count"], row["average_conversion_time"]) for row in results]
    if expected[0][0] == 0:
        assert found == []
        return
    assert [count for count, _ in found] == [count for count, _ in expected]
    assert [time for _, time in found] == [pytest.approx(time) for _, time in expected]


FUNNELS = {
    "events": worlds(span=600),
    "steps": st.lists(st.sampled_from(NAMES), min_size=2, max_size=4),
    "window": st.sampled_from([5, 60, 300, 1000]),
    "order": st.sampled_from(["ordered", "strict", "unordered"]),
    "exclusion": st.none() | st.tuples(st.integers(0, 2), st.integers(1, 2)),
}


@SOME
@given(**FUNNELS)
def test_funnels_are_what_following_each_person_gives(store: Events, **drawn: Any) -> None:
    check_funnel(store, **drawn)


@pytest.mark.slow
@MANY
@given(**FUNNELS)
def test_funnels_are_what_following_each_person_gives_a_thousand_times(store: Events, **drawn: Any) -> None:
    check_funnel(store, **drawn)


def check_retention(
    store: Events, events: list[Event], zone: str, first_time: bool, back: str, intervals: int, least: int
) -> None:
    query = {
        "kind": "RetentionQuery",
        "dateRange": {"date_to": "2026-03-12"},
        "retentionFilter": {
            "totalIntervals": intervals,
            "retentionType": "retention_first_time" if first_time else "retention_recurring",
            "targetEntity": {"id": "a", "type": "events"},
            "returningEntity": {"id": back, "type": "events"},
            "minimumOccurrences": least,
        },
    }
    results: Any = ask(loaded(events, store), query, context_of(NOW, zone)).results
    days = [date(2026, 3, 12) - timedelta(days=intervals - 1 - place) for place in range(intervals)]
    expected = oracle.retention(
        events, days, start="a", back=back, zone=zone, first_time=first_time, least=least
    )
    assert [[cell["count"] for cell in row["values"]] for row in results] == expected


RETENTION = {
    "events": worlds(),
    "zone": st.sampled_from(ZONES),
    "first_time": st.booleans(),
    "back": st.sampled_from(NAMES),
    "intervals": st.integers(1, 9),
    "least": st.sampled_from([1, 1, 2]),
}


@SOME
@given(**RETENTION)
def test_retention_is_what_a_calendar_of_each_person_gives(store: Events, **drawn: Any) -> None:
    check_retention(store, **drawn)


@pytest.mark.slow
@MANY
@given(**RETENTION)
def test_retention_is_what_a_calendar_of_each_person_gives_a_thousand_times(
    store: Events, **drawn: Any
) -> None:
    check_retention(store, **drawn)
