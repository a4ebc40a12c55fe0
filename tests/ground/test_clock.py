"""Virtual time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mockserver.clock import Clock
from mockserver.store import from_stored, to_stored, to_wire, wire


class Moving:
    def __init__(self) -> None:
        self.moment = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


def test_a_clock_follows_its_source() -> None:
    source = Moving()
    clock = Clock(source)
    source.moment += timedelta(seconds=5)
    assert clock.now() == source.moment


def test_a_frozen_clock_stands_still_and_advances_by_hand() -> None:
    source = Moving()
    clock = Clock(source)
    clock.set(frozen=True)
    source.moment += timedelta(hours=1)
    assert clock.now() == datetime(2026, 1, 1, tzinfo=UTC)
    clock.advance(30)
    assert clock.now() == datetime(2026, 1, 1, 0, 0, 30, tzinfo=UTC)


def test_a_rate_stretches_time_from_where_it_was_set() -> None:
    source = Moving()
    clock = Clock(source)
    source.moment += timedelta(seconds=10)
    clock.set(rate=60.0)
    source.moment += timedelta(seconds=2)
    assert clock.now() == datetime(2026, 1, 1, 0, 2, 10, tzinfo=UTC)


def test_a_clock_without_a_source_tells_the_systems_time() -> None:
    assert Clock().now().tzinfo is UTC


MOMENTS = st.datetimes(
    min_value=datetime(1, 1, 2),  # noqa: DTZ001 - Hypothesis wants its bounds naive
    max_value=datetime(9999, 12, 30),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@given(MOMENTS, MOMENTS)
def test_stored_times_sort_as_they_read_and_come_back(one: datetime, other: datetime) -> None:
    assert from_stored(to_stored(one)) == one
    assert (to_stored(one) < to_stored(other)) == (one < other)


def test_times_on_the_wire_carry_microseconds_only_where_there_are_any() -> None:
    assert wire(datetime(2012, 1, 15, 4, 1, 34, tzinfo=UTC)) == "2012-01-15T04:01:34Z"
    assert wire(datetime(2026, 9, 2, 10, 11, 12, 345678, tzinfo=UTC)) == "2026-09-02T10:11:12.345678Z"
    assert to_wire(None) is None
