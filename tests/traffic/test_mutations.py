"""Sixty kinds of violations, one of each: all found, none invented."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contract_tests.contract import Contract
from contract_tests.traffic.gathering import Gathered
from mockserver.traffic import KINDS, Exchange, TrafficChecker
from tests.conftest import start_server
from tests.traffic.calls import as_har, recorded_calls
from tests.traffic.conftest import Command
from tests.traffic.mutations import Mutation, mutations

MUTATIONS = mutations()


@pytest.fixture(scope="module")
def checker() -> TrafficChecker:
    return TrafficChecker.load()


@pytest.fixture(scope="module")
def contract() -> Contract:
    return Contract()


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_changed_call_has_the_one_violation_that_it_was_given(
    mutation: Mutation, calls: dict[str, Exchange], checker: TrafficChecker, contract: Contract
) -> None:
    gathered = Gathered(checker, contract)
    gathered.add(mutation(calls))
    found = [(one.rule_id, one.place) for one in gathered.findings]
    assert found == [(mutation.finds, mutation.at)]


def test_there_are_sixty_kinds() -> None:
    assert len({mutation.finds for mutation in MUTATIONS}) >= 60
    assert {mutation.finds for mutation in MUTATIONS if not mutation.finds.startswith("check.")} <= set(KINDS)


@pytest.mark.parametrize("profile", ["docs", "current"])
def test_calls_as_the_fake_answers_them_have_no_violation(
    profile: str, checker: TrafficChecker, contract: Contract
) -> None:
    fake = start_server(profile=profile)
    gathered = Gathered(checker, contract)
    gathered.add_all(recorded_calls(fake).values())
    fake.server.close()
    assert [(one.rule_id, one.message) for one in gathered.findings] == []
    assert gathered.of_contract == gathered.calls


def test_a_har_file_with_one_of_each_shows_each_of_them_and_nothing_else(
    calls: dict[str, Exchange], contract_tests: Command, tmp_path: Path
) -> None:
    har, report = tmp_path / "each.har", tmp_path / "report.json"
    har.write_text(as_har([*calls.values(), *(mutation(calls) for mutation in MUTATIONS)]))
    ran = contract_tests("traffic", har, "--json", report)
    assert ran.status == 1, ran.err
    document = json.loads(report.read_text())
    found = sorted((one["rule_id"], one["place"]) for one in document["findings"])
    wanted = sorted((mutation.finds, mutation.at) for mutation in MUTATIONS)
    assert set(found) == set(wanted)
    assert document["calls"]["of_contract"] == len(calls) + len(MUTATIONS)
