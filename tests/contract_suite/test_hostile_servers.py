"""A server that hangs, streams, floods or talks nonsense ends in a finding."""

from __future__ import annotations

import pytest

from contract_tests.target import Mode, Target
from tests.contract_suite import hostile
from tests.contract_suite.conftest import run_suite

ONLY = ("errors.unknown_insights_are_404",)


def target(url: str) -> Target:
    return Target(
        url, "1", "phx_whatever", mode=Mode.FULL, timeout=0.2, answer_time=0.3, answer_size=1 << 20, retries=1
    )


@pytest.mark.parametrize(
    ("answer", "rule"),
    [
        (hostile.hangs, "transport.answers_in_time"),
        (hostile.streams, "transport.answers_end"),
        (hostile.floods, "transport.answers_are_bounded"),
        (hostile.talks_garbage, "transport.speaks_http"),
        (hostile.sends_broken_json, "check.valid_json"),
        (hostile.throttles, "errors.unknown_insights_are_404"),
    ],
)
def test_what_cannot_be_read_is_a_finding(answer: hostile.Answer, rule: str) -> None:
    with hostile.serving(answer) as url:
        report = run_suite(target(url), only=ONLY)

    assert rule in {finding.rule_id for finding in report.findings}


def test_no_requests_are_generated_for_a_server_that_cannot_be_read() -> None:
    with hostile.serving(hostile.hangs) as url:
        report = run_suite(target(url), only=(*ONLY, "generated"), generated=True)

    skipped = [result for result in report.results if result.rule_id == "generated.all"]
    assert skipped
    assert "could not be read" in skipped[0].reason


def test_a_rule_that_takes_too_long_is_given_up() -> None:
    with hostile.serving(hostile.streams) as url:
        slow = Target(url, "1", "phx_whatever", mode=Mode.FULL, timeout=5, answer_time=0.5, retries=0)
        report = run_suite(slow, only=("credentials.accounts_without_credentials_are_401",), rule_time=0.1)

    assert "transport.rule_ends_in_time" in {finding.rule_id for finding in report.findings}
