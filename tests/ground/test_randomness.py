"""The seeded source."""

from __future__ import annotations

import uuid

from mockserver.randomness import Randomness


def test_the_same_seed_gives_the_same_draws_everywhere() -> None:
    source = Randomness(1)
    assert source.text(8) == "PJ1WnTG3"
    assert Randomness("a").text(20) == Randomness("a").text(20)
    assert Randomness("a").text(20) != Randomness("b").text(20)


def test_a_stream_does_not_depend_on_what_was_drawn_before() -> None:
    source = Randomness(1)
    first = source.stream("tokens").token()
    source.random()
    assert source.stream("tokens").token() == first
    assert source.stream("other").token() != first


def test_ids_and_numbers_are_in_their_ranges() -> None:
    source = Randomness("ranges")
    assert uuid.UUID(source.uuid()).version == 4
    assert {source.below(3) for _ in range(100)} == {0, 1, 2}
    assert len(source.token()) == 30
