"""How long answers wait: the three kinds of delay and what they draw."""

from __future__ import annotations

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.control.delays import LONGEST_MS, check_delay, delay_seconds
from mockserver.control.problems import Problem
from mockserver.randomness import Randomness
from mockserver.store import JSON


def drawn(delay: dict[str, JSON], times: int = 2000) -> list[float]:
    random = Randomness("a seed")
    return [delay_seconds(delay, random) for _ in range(times)]


def test_a_fixed_delay_is_always_the_same() -> None:
    assert set(drawn({"kind": "fixed", "ms": 250}, 5)) == {0.25}


def test_a_uniform_delay_stays_between_its_ends_and_fills_them() -> None:
    found = drawn({"kind": "uniform", "min_ms": 100, "max_ms": 300})
    assert 0.1 <= min(found) < 0.11
    assert 0.29 < max(found) <= 0.3
    assert statistics.mean(found) == pytest.approx(0.2, abs=0.01)


def test_half_of_lognormal_delays_are_under_the_median_and_some_are_long() -> None:
    found = drawn({"kind": "lognormal", "median_ms": 100, "sigma": 0.5})
    assert statistics.median(found) == pytest.approx(0.1, abs=0.01)
    assert max(found) > 0.3


@given(st.floats(0, 1e6), st.floats(0, 50))
def test_no_delay_is_longer_than_ten_minutes(median: float, sigma: float) -> None:
    found = drawn({"kind": "lognormal", "median_ms": median, "sigma": sigma}, 20)
    assert all(0 <= one <= LONGEST_MS / 1000 for one in found)


@pytest.mark.parametrize(
    ("delay", "words"),
    [
        ({"kind": "uniform", "min_ms": 1}, "needs `max_ms`"),
        ({"kind": "fixed", "ms": 1, "sigma": 1}, "has no `sigma`"),
        ({"kind": "uniform", "min_ms": 2, "max_ms": 1}, "less than"),
    ],
)
def test_a_delay_that_makes_no_sense_names_the_field(delay: dict[str, JSON], words: str) -> None:
    with pytest.raises(Problem, match=words):
        check_delay(delay)
