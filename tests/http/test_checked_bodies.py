"""What is remembered of answers that have been checked before."""

from __future__ import annotations

from mockserver.http.checked_bodies import LARGEST, TOTAL, CheckedBodies


def test_a_body_is_known_at_its_own_place_only() -> None:
    bodies = CheckedBodies()
    bodies.add("#/one", b"{}")
    assert bodies.has("#/one", b"{}")
    assert not bodies.has("#/two", b"{}")
    assert not bodies.has("#/one", b"[]")


def test_a_very_large_body_is_not_kept() -> None:
    bodies = CheckedBodies()
    bodies.add("#/one", b"x" * (LARGEST + 1))
    assert not bodies.has("#/one", b"x" * (LARGEST + 1))


def test_the_oldest_go_when_the_memory_is_full() -> None:
    bodies = CheckedBodies()
    made = [bytes([number]) * LARGEST for number in range(TOTAL // LARGEST + 1)]
    for body in made:
        bodies.add("#/one", body)
    assert not bodies.has("#/one", made[0])
    assert all(bodies.has("#/one", body) for body in made[1:])
