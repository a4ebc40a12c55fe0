"""Every rule of the suite as a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contract_tests.core.events import Outcome
from contract_tests.rules import Rule, catalogue

if TYPE_CHECKING:
    from contract_tests.session import Session


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.rule_id) for rule in catalogue()])
def test_rule(rule: Rule, contract_session: Session) -> None:
    """Try one rule."""
    result = contract_session.try_rule(rule)
    if result.outcome is Outcome.SKIPPED:
        pytest.skip(result.reason)
    if result.findings:
        shown = [f"{one.rule_id}: {one.message}\n{one.request}\n{one.response}" for one in result.findings]
        pytest.fail(f"{rule.title}\n\n" + "\n\n".join(shown), pytrace=False)
