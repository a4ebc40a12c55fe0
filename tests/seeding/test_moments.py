"""Times of a fixture: text, and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mockserver.seeding.moments import ago_seconds, ago_text, before

NOW = datetime(2026, 11, 28, 10, 20, 30, 123456, tzinfo=UTC)


@given(some.integers(0, 10**11))
def test_a_time_that_has_passed_comes_back_from_its_text(milliseconds: int) -> None:
    passed = timedelta(milliseconds=milliseconds)
    assert before(NOW, ago_text(passed)) == NOW - passed


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0s", 0), ("45d 3h", 3_898_800), ("1w", 604_800), ("2m 5s", 125), ("1500ms", 1), ("1s 999ms", 1)],
)
def test_texts_stand_for_whole_seconds_where_those_are_asked_for(text: str, seconds: int) -> None:
    assert ago_seconds(text) == seconds


@pytest.mark.parametrize(
    ("passed", "text"),
    [
        (timedelta(days=45, hours=3, milliseconds=20), "45d 3h 20ms"),
        (timedelta(0), "0s"),
        (timedelta(seconds=-5), "0s"),
    ],
)
def test_what_is_nothing_is_left_out_of_a_text(passed: timedelta, text: str) -> None:
    assert ago_text(passed) == text
