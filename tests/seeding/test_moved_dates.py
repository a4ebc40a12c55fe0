"""Dates of a recorded result end where they would end today."""

from __future__ import annotations

from datetime import date

import pytest

from mockserver.seeding.moved_dates import Move, is_relative, move_between
from mockserver.store import JSON

RECORDED = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("interval", "today", "before", "after"),
    [
        ("day", date(2026, 12, 3), "2026-11-28", "2026-12-03"),
        ("day", date(2026, 12, 3), "28-Nov-2026", "3-Dec-2026"),
        ("day", date(2026, 12, 3), "2026-11-28T23:59:59.999999Z", "2026-12-03T23:59:59.999999Z"),
        ("hour", date(2026, 12, 3), "2026-11-28 14:00:00", "2026-12-03 14:00:00"),
        ("hour", date(2026, 12, 3), "28-Nov 14:00", "3-Dec 14:00"),
        (None, date(2026, 11, 27), "2026-11-01", "2026-10-31"),
        ("week", date(2026, 12, 3), "2026-11-22", "2026-11-29"),
        ("week", date(2026, 11, 28), "2026-11-22", "2026-11-22"),
        ("week", date(2026, 12, 3), "22–28 Nov", "29-Nov – 5-Dec"),
        ("week", date(2026, 12, 3), "29-Nov – 5-Dec", "6–12 Dec"),
        ("week", date(2026, 12, 3), "20–26 Dec", "27-Dec-2026 – 2-Jan-2027"),
        ("week", date(2026, 12, 3), "27-Dec-2026 – 2-Jan-2027", "3–9 Jan"),
        ("month", date(2027, 2, 3), "Nov 2026", "Feb 2027"),
        ("month", date(2027, 2, 3), "2026-11-01", "2027-02-01"),
        ("month", date(2027, 2, 3), "2026-11-30", "2027-02-28"),
    ],
)
def test_each_way_of_writing_a_date_moves_by_the_unit_of_the_interval(
    interval: str | None, today: date, before: str, after: str
) -> None:
    move = move_between(RECORDED, today, interval, 0)
    assert move.value([{"a": before, "b": 28, "c": None}]) == [{"a": after, "b": 28, "c": None}]


@pytest.mark.parametrize(
    "text", ["pro", "31-Feb-2026", "2026-13-01", "v1.2", "9999-12-31", "99–3 Nov", "Foo 2026"]
)
def test_what_is_no_date_or_has_none_after_it_stays(text: str) -> None:
    assert Move(days=5).value(text) == text


def test_nothing_moves_on_the_same_day() -> None:
    assert all(move_between(RECORDED, RECORDED, unit, 1).is_none for unit in ("day", "week", "month", None))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"dateRange": {"date_from": "-7d"}}, True),
        ({"dateRange": None, "series": [{"event": "x"}]}, True),
        ({"dateRange": {"date_from": "2026-01-01"}}, False),
        ({"dateRange": {"date_from": "-1y", "date_to": "2026-01-31T00:00:00Z"}}, False),
        ({"filters": {"dateRange": {"date_from": "2026-01-01"}}}, False),
    ],
)
def test_a_range_with_days_of_its_own_does_not_move(query: JSON, expected: bool) -> None:
    assert is_relative(query) is expected
