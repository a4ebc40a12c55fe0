"""Faker makes the names; what it made for the usual seed is kept."""

from __future__ import annotations

import faker
import pytest

from mockserver.seeding.hashes import record_hashes
from mockserver.seeding.loader import load_fixture
from mockserver.seeding.names import USUAL_SEED, KeptNames, record_names

from .conftest import fill

WITH_NAMES = ("demo", "edge-cases")


@pytest.mark.parametrize("name", WITH_NAMES)
def test_faker_still_makes_what_is_kept(name: str) -> None:
    fixture = load_fixture(name)
    assert fixture.kept_names is not None
    if fixture.kept_names["faker"] != faker.VERSION:
        pytest.skip(f"kept names are of Faker {fixture.kept_names['faker']}")
    kept = dict(fixture.kept_names)
    kept["hashes"] = {}
    assert record_names(fixture.content) == kept


@pytest.mark.parametrize("name", WITH_NAMES)
def test_nothing_that_a_fixture_asks_for_is_missing_from_what_is_kept(name: str) -> None:
    fixture = load_fixture(name)
    asked, kept = record_names(fixture.content), fixture.kept_names
    assert kept is not None
    assert set(asked["made"]) == set(kept["made"])
    assert set(asked["pools"]) == set(kept["pools"])


def test_the_usual_seed_needs_no_faker() -> None:
    assert isinstance(load_fixture("demo").names(USUAL_SEED), KeptNames)


@pytest.mark.parametrize("name", ["demo", "edge-cases", "empty"])
def test_the_hashes_that_are_kept_are_those_that_would_be_made(name: str) -> None:
    fixture = load_fixture(name)
    assert fixture.kept_names is not None
    assert record_hashes(fixture, USUAL_SEED) == fixture.kept_names["hashes"]


def test_another_seed_has_other_names() -> None:
    ours = {user["email"] for user in fill(seed="1").store.users.documents().values()}
    theirs = {user["email"] for user in fill(seed="two").store.users.documents().values()}
    assert ours & theirs == {"demo@example.com", "stranger@somebody-else.example"}
