"""The demo's events: big enough, and alive."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mockserver.analytics.events import EventStore
from mockserver.seeding.dataset import Dataset, build_dataset
from mockserver.seeding.loader import load_fixture, seed_events
from mockserver.seeding.moments import MICROSECONDS, WEEK, timeline_start, unix_microseconds

from .conftest import NOW, Filled, fill, rows

MOMENTS = st.datetimes(
    min_value=datetime(1980, 1, 1),  # noqa: DTZ001
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    population = load_fixture("demo").content["population"]
    assert population is not None
    return build_dataset(population, "1")


@pytest.fixture(scope="module")
def small() -> Dataset:
    population = load_fixture("edge-cases").content["population"]
    assert population is not None
    return build_dataset(population, "1")


@pytest.mark.parametrize("hours", [0, 1, 24, 7 * 24 - 1])
def test_on_any_day_there_are_50_000_events_over_90_days(dataset: Dataset, hours: int) -> None:
    monday = datetime(2026, 6, 15, tzinfo=UTC)
    moved = dataset.moved(monday + timedelta(hours=hours))
    assert len(moved) >= 50_000
    assert moved.timestamp[-1] - moved.timestamp[0] >= 90 * 86_400 * MICROSECONDS


def test_there_are_people_with_and_without_a_name(demo_events: EventStore) -> None:
    names = demo_events.person_properties["email"].physical
    ((told, untold),) = rows(demo_events, f"SELECT count({names}), count(*) - count({names}) FROM persons")
    assert told > 500
    assert untold > 500


def test_weekends_are_quiet(demo_events: EventStore) -> None:
    by_day = dict(rows(demo_events, "SELECT isodow(timestamp), count(*) FROM events GROUP BY 1"))
    assert max(by_day[6], by_day[7]) < min(by_day[day] for day in range(1, 6)) * 0.8


def test_the_product_grows(demo_events: EventStore) -> None:
    weeks = [
        count
        for _, count in rows(
            demo_events,
            "SELECT date_trunc('week', timestamp), count(DISTINCT actor) FROM events GROUP BY 1 ORDER BY 1",
        )
    ]
    assert sum(weeks[-4:-1]) > 2.5 * sum(weeks[:3])


def test_the_launch_is_seen(demo_events: EventStore) -> None:
    by_day = rows(
        demo_events,
        "SELECT CAST(created_at AS DATE), count(*) FROM persons GROUP BY 1 ORDER BY 2 DESC LIMIT 3",
    )
    (launch, most), (_, second), (_, third) = by_day
    assert launch.isoweekday() == 2
    assert most > 1.3 * second
    assert second > 1.1 * third


def test_each_step_of_the_funnel_loses_people(demo_events: EventStore) -> None:
    counts = [
        rows(demo_events, f"SELECT count(DISTINCT actor) FROM events WHERE event = '{event}'")[0][0]
        for event in ("$pageview", "signed up", "workspace created", "checkout started", "purchase")
    ]
    assert all(after < before for before, after in pairwise(counts))
    assert counts[-1] > 100


def test_fewer_come_back_the_longer_ago_they_signed_up(demo_events: EventStore) -> None:
    sql = (
        "SELECT date_diff('day', s.at, e.timestamp) // 7 AS week, count(DISTINCT e.actor) FROM events e "
        "JOIN (SELECT actor, min(timestamp) AS at FROM events WHERE event = 'signed up' GROUP BY 1) s "
        "USING (actor) WHERE e.event = 'note created' "
        "AND s.at < (SELECT max(timestamp) FROM events) - INTERVAL 56 DAY "
        "GROUP BY 1 HAVING week BETWEEN 0 AND 6 ORDER BY 1"
    )
    held = [people for _, people in rows(demo_events, sql)]
    assert len(held) == 7
    assert held[0] > held[1] > held[6] > 0.3 * held[0]


def test_nobody_acts_before_they_came_or_after_now(demo_events: EventStore) -> None:
    sql = (
        "SELECT count(*) FROM events e JOIN persons p ON p.number = e.actor WHERE e.timestamp < p.created_at"
    )
    assert rows(demo_events, sql) == [(0,)]
    ((latest,),) = rows(demo_events, "SELECT max(timestamp) FROM events")
    assert NOW - timedelta(hours=2) < latest.replace(tzinfo=UTC) <= NOW


def test_purchases_carry_what_the_plan_costs(demo_events: EventStore) -> None:
    columns = demo_events.event_properties
    plan, amount = columns["plan"].physical, columns["amount"].physical
    sql = f"SELECT DISTINCT {plan}, {amount} FROM events WHERE event = 'purchase' ORDER BY 1"
    assert rows(demo_events, sql) == [("business", "180"), ("starter", "12"), ("team", "49")]


def test_cohorts_of_every_nth_person_are_people_who_came(demo: Filled, demo_events: EventStore) -> None:
    cohort = next(one for one in demo.store.cohorts.documents().values() if one["name"] == "Beta testers")
    listed = ", ".join(f"'{each}'" for each in cohort["distinct_ids"])
    ((found,),) = rows(demo_events, f"SELECT count(*) FROM distinct_ids WHERE distinct_id IN ({listed})")
    assert found > 0.9 * len(cohort["distinct_ids"])


def test_a_neighbour_and_an_empty_project_have_no_events() -> None:
    for name, place in (("demo", 1), ("empty", 0)):
        filled = fill(name)
        project = filled.store.projects.fetch(filled.seeded.project_ids[place])
        assert project is not None
        events = EventStore()
        assert seed_events(events, filled.fixture, seed="1", now=NOW, project=project).events == 0
        events.close()


@given(MOMENTS)
@example(datetime(2026, 6, 14, 23, 59, 59, 999_999, tzinfo=UTC))
@example(datetime(2026, 6, 15, tzinfo=UTC))
def test_a_timeline_ends_within_a_week_after_now_on_a_monday(now: datetime) -> None:
    start = timeline_start(now, 5)
    end = start + 5 * WEEK
    left = end * MICROSECONDS - unix_microseconds(now)
    assert 0 < left <= WEEK * MICROSECONDS
    assert datetime.fromtimestamp(end, UTC).isoweekday() == 1


@settings(max_examples=40)
@given(now=MOMENTS)
def test_a_dataset_moves_as_a_whole_and_keeps_its_weekdays(small: Dataset, now: datetime) -> None:
    moved = small.moved(now)
    here = unix_microseconds(now)
    shift = small.shift(now)
    assert shift % MICROSECONDS == 0
    assert (shift // MICROSECONDS - 4 * 86_400) % WEEK == 0
    kept = [at + shift for at in small.times if at + shift <= here]
    assert list(moved.timestamp) == kept
    assert len(moved) > 0.7 * len(small.times)


@given(now=MOMENTS)
def test_one_week_later_the_same_events_happen_one_week_later(small: Dataset, now: datetime) -> None:
    first, second = small.moved(now), small.moved(now + timedelta(days=7))
    assert [at + WEEK * MICROSECONDS for at in first.timestamp] == list(second.timestamp)
    assert list(first.person or ()) == list(second.person or ())
