"""The suite and the fake agree, and the suite sees what the fake does wrong on purpose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from contract_tests.core.events import Outcome
from contract_tests.mutants.trial import try_mutant
from contract_tests.rules import Cost
from tests.contract_suite.conftest import run_suite

SOME_MUTANTS = (
    "ignores_limit",
    "deleted_is_listed",
    "overlapping_update_is_lost",
    "log_swaps_before_and_after",
    "times_with_offset",
)


@pytest.mark.parametrize("profile", ["docs", "current"])
def test_the_fake_keeps_every_rule(bench: Callable[..., Any], profile: str) -> None:
    report = run_suite(bench(profile).target(), workers=2)

    assert [f"{one.rule_id}: {one.message}" for one in report.findings] == []
    assert report.probe.profile == profile
    assert report.leftovers == []
    assert sum(one.outcome is Outcome.PASSED for one in report.results) > 200


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["docs", "current"])
def test_the_fake_keeps_to_the_contract_on_generated_requests(
    bench: Callable[..., Any], profile: str
) -> None:
    report = run_suite(bench(profile).target(), depth=Cost.QUICK, scenarios=False, generated=True)

    assert [f"{one.rule_id}: {one.message}" for one in report.findings] == []
    assert report.coverage.requests > 100


def test_nothing_is_left_behind(bench: Callable[..., Any]) -> None:
    fake = bench("current")
    store = fake.server.services.store
    before = len([one for one in store.insights.documents().values() if not one["deleted"]])
    projects = len(store.projects.documents())

    run_suite(fake.target(), only=("insight_life", "views", "isolation"))

    assert len([one for one in store.insights.documents().values() if not one["deleted"]]) == before
    assert len(store.projects.documents()) == projects


@pytest.mark.slow
def test_mutants_are_told_apart(bench: Callable[..., Any]) -> None:
    fake = bench("current")

    survivors = [name for name in SOME_MUTANTS if not try_mutant(fake, name).killers]

    assert survivors == []
