"""Each broken server is told apart by the rule that `killers.json` names for it, and a correct one by none.

`probe` stands for a server that the suite refuses to take for PostHog before any rule.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.engine import Engine
from contract_tests.errors import Misuse
from contract_tests.mutants.equivalent import equivalent
from contract_tests.mutants.trial import NO_MUTANT, Bench, TrialOptions
from contract_tests.options import RunOptions
from contract_tests.rules import Cost
from mockserver.http.contract_faults import contract_faults

PROBE = "probe"
KILLERS: dict[str, str] = json.loads(Path(__file__).with_name("killers.json").read_text())


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    made = Bench(TrialOptions("docs", Cost.FULL, 1, generated=False, examples=None, whole_matrix=False))
    yield made
    made.close()


def findings(bench: Bench, mutant: str, *rules: str) -> list[str]:
    bench.become(mutant)
    options = RunOptions(depth=Cost.FULL, seed=1, workers=1, only=rules, generated=False, keep_ledger=False)
    return [finding.rule_id for finding in Engine(bench.target(), options).run().findings]


def test_every_broken_server_has_a_rule_that_tells_it_apart() -> None:
    assert set(KILLERS) == set(contract_faults()) - set(equivalent("docs"))


@pytest.mark.parametrize("mutant", KILLERS)
def test_a_broken_server_is_told_apart(bench: Bench, mutant: str) -> None:
    if KILLERS[mutant] == PROBE:
        with pytest.raises(Misuse):
            findings(bench, mutant)
    else:
        assert findings(bench, mutant, KILLERS[mutant])


@pytest.mark.slow
def test_the_correct_server_is_found_fault_with_by_none_of_these_rules(bench: Bench) -> None:
    assert findings(bench, NO_MUTANT, *(set(KILLERS.values()) - {PROBE})) == []
