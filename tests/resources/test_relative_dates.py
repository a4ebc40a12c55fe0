"""Dates as list filters take them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.resources.relative_dates import parse, project_zone

NOW = datetime(2026, 6, 17, 12, 34, 56, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-7d", "2026-06-10T12:34:56"),
        ("-24h", "2026-06-16T12:34:56"),
        ("-2w", "2026-06-03T12:34:56"),
        ("-1m", "2026-05-17T12:34:56"),
        ("-1q", "2026-03-17T12:34:56"),
        ("-1y", "2025-06-17T12:34:56"),
        ("dStart", "2026-06-17T00:00:00"),
        ("dEnd", "2026-06-17T23:59:59.999999"),
        ("wStart", "2026-06-15T00:00:00"),
        ("mStart", "2026-06-01T00:00:00"),
        ("-1mStart", "2026-05-01T00:00:00"),
        ("-1mEnd", "2026-05-31T23:59:59.999999"),
        ("qStart", "2026-04-01T00:00:00"),
        ("yStart", "2026-01-01T00:00:00"),
        ("hStart", "2026-06-17T12:00:00"),
        ("2026-01-02", "2026-01-02T00:00:00"),
        ("2026-1-2", "2026-01-02T00:00:00"),
        ("2026-01-02T03:04:05", "2026-01-02T03:04:05"),
        ("2026-01-02T03:04:05+02:00", "2026-01-02T01:04:05"),
        ("nonsense", "2026-06-17T12:34:56"),
        ("-999999999y", "2026-06-17T12:34:56"),
        ("0001-01-01T00:00:00+05:00", "2026-06-17T12:34:56"),
    ],
)
def test_a_text_stands_for_a_moment(text: str, expected: str) -> None:
    assert parse(text, NOW, UTC) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_days_are_those_of_the_projects_zone() -> None:
    zone = project_zone("America/New_York")
    assert parse("dStart", NOW, zone) == datetime(2026, 6, 17, tzinfo=ZoneInfo("America/New_York"))
    assert parse("2026-01-02", NOW, zone).astimezone(UTC).hour == 5


def test_a_month_back_from_its_end_is_the_last_day_there_is() -> None:
    assert parse("-1m", datetime(2026, 3, 31, tzinfo=UTC), UTC) == datetime(2026, 2, 28, tzinfo=UTC)


def test_an_unknown_zone_counts_as_utc() -> None:
    assert project_zone("Nowhere/Else") is UTC


@given(st.text(max_size=20))
def test_no_text_is_refused(text: str) -> None:
    assert parse(text, NOW, UTC).tzinfo is not None
