"""What must hold of any events: sums of parts, orderings, no say of how they were asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver.analytics.events import EventStore
from tests.analytics.building import ask, context_of, node
from tests.analytics.drawing import NAMES, NOW, ZONES, loaded, worlds
from tests.analytics.oracle import Event

SOME = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)
RANGE = {"date_from": "2026-03-01", "date_to": "2026-03-21"}


@pytest.fixture(scope="module")
def store() -> Iterator[EventStore]:
    made = EventStore()
    yield made
    made.close()


def trend(store: EventStore, zone: str = "UTC", **query: Any) -> Any:
    base: dict[str, Any] = {"kind": "TrendsQuery", "dateRange": RANGE, "series": [node("a")]}
    return ask(store, {**base, **query}, context_of(NOW, zone)).results


def funnel(store: EventStore, steps: list[str], order: str, **more: Any) -> list[int]:
    settings_: dict[str, Any] = {"funnelOrderType": order, **more}
    query = {
        "kind": "FunnelsQuery",
        "dateRange": RANGE,
        "series": [node(step) for step in steps],
        "funnelsFilter": settings_,
    }
    results: Any = ask(store, query, context_of(NOW)).results
    return [row["count"] for row in results] or [0] * len(steps)


@SOME
@given(worlds(), st.sampled_from(ZONES), st.sampled_from([1, 2, 25]))
def test_a_series_is_the_sum_of_its_breakdowns(
    store: EventStore, events: list[Event], zone: str, limit: int
) -> None:
    loaded(events, store)
    whole = trend(store, zone)[0]["data"]
    parts = [
        row["data"]
        for row in trend(store, zone, breakdownFilter={"breakdown": "value", "breakdown_limit": limit})
    ]
    assert whole == [sum(column) for column in zip(*parts, strict=True)] or (not parts and not any(whole))


@SOME
@given(worlds(), st.sampled_from(ZONES), st.sampled_from([0, 1]))
def test_hours_add_up_to_days_and_days_to_weeks(
    store: EventStore, events: list[Event], zone: str, week_start_day: int
) -> None:
    loaded(events, store)
    context = context_of(NOW, zone, week_start_day)

    def data(interval: str, until: str) -> tuple[list[str], list[float]]:
        query = {
            "kind": "TrendsQuery",
            "interval": interval,
            "series": [node("a")],
            "dateRange": {"date_from": "2026-03-01", "date_to": until},
        }
        row: Any = ask(store, query, context).results
        return row[0]["days"], row[0]["data"]

    by_hour = dict.fromkeys(data("day", "2026-03-21")[0], 0.0)
    for label, number in zip(*data("hour", "2026-03-21 23:59:59"), strict=True):
        by_hour[label[:10]] += number
    days, daily = data("day", "2026-03-21")
    assert by_hour == dict(zip(days, daily, strict=True))
    weeks, weekly = data("week", "2026-03-21")
    by_day = dict.fromkeys(weeks, 0.0)
    for label, number in zip(days, daily, strict=True):
        day = date.fromisoformat(label)
        back = day.isoweekday() % 7 if week_start_day == 0 else day.isoweekday() - 1
        by_day[(day - timedelta(days=back)).isoformat()] += number
    assert by_day == dict(zip(weeks, weekly, strict=True))


@SOME
@given(
    worlds(span=600),
    st.lists(st.sampled_from(NAMES), min_size=2, max_size=4),
    st.sampled_from([10, 100, 1000]),
)
def test_a_funnel_never_grows_and_a_looser_order_never_loses_people(
    store: EventStore, events: list[Event], steps: list[str], window: int
) -> None:
    loaded(events, store)
    more = {"funnelWindowInterval": window, "funnelWindowIntervalUnit": "minute"}
    strict, ordered, unordered = (
        funnel(store, steps, order, **more) for order in ("strict", "ordered", "unordered")
    )
    for counts in (strict, ordered, unordered):
        assert all(one >= other for one, other in pairwise(counts))
    assert all(a <= b <= c for a, b, c in zip(strict, ordered, unordered, strict=True))


@SOME
@given(worlds(span=600), st.sampled_from(NAMES))
def test_a_wider_window_never_loses_people(store: EventStore, events: list[Event], last: str) -> None:
    loaded(events, store)
    unit = {"funnelWindowIntervalUnit": "minute"}
    narrow, wide = (
        funnel(store, ["a", last], "ordered", funnelWindowInterval=size, **unit) for size in (30, 300)
    )
    assert all(one <= other for one, other in zip(narrow, wide, strict=True))


@SOME
@given(worlds(span=600), st.sampled_from(["first_touch", "last_touch"]))
def test_a_funnel_is_the_sum_of_its_groups(store: EventStore, events: list[Event], attribution: str) -> None:
    loaded(events, store)
    query: dict[str, Any] = {
        "kind": "FunnelsQuery",
        "dateRange": RANGE,
        "series": [node("a"), node("b")],
        "breakdownFilter": {"breakdown": "value"},
        "funnelsFilter": {"breakdownAttributionType": attribution},
    }
    groups: Any = ask(store, query, context_of(NOW)).results
    sums = [sum(group[step]["count"] for group in groups) for step in range(2)]
    assert sums == funnel(store, ["a", "b"], "ordered")


@SOME
@given(worlds(), st.sampled_from(ZONES), st.booleans())
def test_no_more_people_come_back_than_were_there(
    store: EventStore, events: list[Event], zone: str, first_time: bool
) -> None:
    loaded(events, store)
    kind = "retention_first_time" if first_time else "retention_recurring"
    query = {
        "kind": "RetentionQuery",
        "dateRange": {"date_to": "2026-03-12"},
        "retentionFilter": {
            "retentionType": kind,
            "targetEntity": {"id": "a", "type": "events"},
            "returningEntity": {"id": "b", "type": "events"},
        },
    }
    rows: Any = ask(store, query, context_of(NOW, zone)).results
    for row in rows:
        first, *later = (cell["count"] for cell in row["values"])
        assert all(first >= count for count in later)


@SOME
@given(worlds(), st.sampled_from(ZONES), st.sampled_from(["day", "week"]))
def test_new_returning_and_resurrecting_are_all_who_are_active(
    store: EventStore, events: list[Event], zone: str, interval: str
) -> None:
    loaded(events, store)
    whole_weeks = {"date_from": "2026-03-01", "date_to": "2026-03-21"}
    query = {"kind": "LifecycleQuery", "dateRange": whole_weeks, "interval": interval, "series": [node("a")]}
    rows: Any = ask(store, query, context_of(NOW, zone)).results
    new, returning, resurrecting, dormant = (row["data"] for row in rows)
    active = trend(store, zone, interval=interval, dateRange=whole_weeks, series=[node("a", math="dau")])[0][
        "data"
    ]
    assert [sum(parts) for parts in zip(new, returning, resurrecting, strict=True)] == active
    assert all(number <= 0 for number in dormant)
    for place in range(1, len(active)):
        # Whoever was active before is either back or gone.
        assert active[place - 1] == returning[place] - dormant[place]


@SOME
@given(worlds(), st.sampled_from(ZONES), st.integers(1, 6))
def test_compare_is_the_shifted_query(store: EventStore, events: list[Event], zone: str, length: int) -> None:
    loaded(events, store)
    end = date(2026, 3, 18)
    start = end - timedelta(days=length - 1)
    compared = trend(
        store,
        zone,
        dateRange={"date_from": start.isoformat(), "date_to": end.isoformat()},
        compareFilter={"compare": True},
    )
    move = timedelta(days=length)
    moved = {"date_from": (start - move).isoformat(), "date_to": (end - move).isoformat()}
    alone = trend(store, zone, dateRange=moved)
    assert [compared[1][key] for key in ("data", "days", "labels", "count")] == [
        alone[0][key] for key in ("data", "days", "labels", "count")
    ]


@SOME
@given(
    worlds(),
    st.sampled_from(
        [
            ("exact", "is_not", ["x"]),
            ("icontains", "not_icontains", "x"),
            ("regex", "not_regex", "x|z"),
            ("is_set", "is_not_set", None),
        ]
    ),
)
def test_a_filter_and_its_opposite_add_up(
    store: EventStore, events: list[Event], operators: tuple[str, str, Any]
) -> None:
    loaded(events, store)
    one, other = (
        trend(store, properties=[{"key": "value", "operator": operator, "value": operators[2]}])[0]["count"]
        for operator in operators[:2]
    )
    assert one + other == trend(store)[0]["count"]


@settings(SOME, max_examples=10)
@given(worlds(), st.randoms(use_true_random=False))
def test_results_do_not_depend_on_the_order_of_loading(
    store: EventStore, events: list[Event], shuffle: Any
) -> None:
    queries: list[dict[str, Any]] = [
        {
            "kind": "TrendsQuery",
            "dateRange": RANGE,
            "series": [node("a", math="weekly_active")],
            "breakdownFilter": {"breakdown": "value"},
        },
        {
            "kind": "FunnelsQuery",
            "dateRange": RANGE,
            "series": [node("a"), node("b")],
            "breakdownFilter": {"breakdown": "value"},
        },
        {"kind": "RetentionQuery", "retentionFilter": {"targetEntity": {"id": "a", "type": "events"}}},
        {"kind": "StickinessQuery", "dateRange": RANGE, "series": [node("a")]},
        {"kind": "LifecycleQuery", "dateRange": RANGE, "series": [node("a")]},
        {"kind": "PathsQuery", "dateRange": RANGE, "pathsFilter": {"includeEventTypes": ["custom_event"]}},
        {
            "kind": "HogQLQuery",
            "query": "select event, properties.value, count() from events group by 1, 2 order by 1, 2",
        },
    ]
    before = [ask(loaded(events, store), query, context_of(NOW)).results for query in queries]
    mixed = list(events)
    shuffle.shuffle(mixed)
    assert [ask(loaded(mixed, store), query, context_of(NOW)).results for query in queries] == before


@SOME
@given(worlds(), st.sampled_from(ZONES))
def test_stickiness_counts_each_active_person_once(store: EventStore, events: list[Event], zone: str) -> None:
    loaded(events, store)
    query = {"kind": "StickinessQuery", "dateRange": RANGE, "series": [node("a")]}
    row: Any = ask(store, query, context_of(NOW, zone)).results
    total = trend(store, zone, series=[node("a", math="dau")], trendsFilter={"display": "BoldNumber"})
    assert row[0]["count"] == sum(row[0]["data"]) == total[0]["aggregated_value"]


@SOME
@given(worlds(), st.sampled_from(ZONES))
def test_hogql_counts_what_trends_count(store: EventStore, events: list[Event], zone: str) -> None:
    loaded(events, store)
    text = (
        "select toString(toDate(timestamp)) as day, count() from events where event = 'a' "
        "group by day order by day"
    )
    rows: Any = ask(store, {"kind": "HogQLQuery", "query": text}, context_of(NOW, zone)).results
    series = trend(store, zone, dateRange={"date_from": "2026-02-25", "date_to": "2026-03-25"})[0]
    shown = [[day, number] for day, number in zip(series["days"], series["data"], strict=True) if number]
    assert rows == shown
