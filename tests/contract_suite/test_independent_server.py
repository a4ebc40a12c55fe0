"""The suite against a server that shares nothing with the fake."""

from __future__ import annotations

import pytest

from contract_tests.core.events import Outcome
from contract_tests.engine import RunReport
from tests.contract_suite.conftest import run_suite, wsgi_target
from tests.contract_suite.independent_server import BUGS, independent_app

SUBJECTS = ("insight_life", "paging", "ordering", "tags", "deletion", "activity", "lists")
OUTSIDE = (
    "*dashboard*",
    "*sharing*",
    "*viewed*",
    "*environments*",
    "*knows_its_tags*",
    "lists.csv*",
    "lists.filters_only*",
    "lists.saved_and*",
    "lists.up_and*",
)
EXPLAINED = {
    "count_of_the_page": "paging.limit_bounds_the_page",
    "tags_keep_their_case": "tags.tags_are_stripped_and_lowered",
    "deleted_is_still_listed": "deletion.a_deleted_insight_is_gone",
    "update_empties_the_description": "insight_life.an_update_changes_what_it_names_and_nothing_else",
    "log_swaps_before_and_after": "activity.an_update_is_logged_with_before_and_after",
    "long_names_are_cut": "errors.long_texts_are_refused",
}


def report_of(*bugs: str) -> RunReport:
    only = (
        *SUBJECTS,
        "errors.long_texts*",
        "errors.broken_json*",
        "errors.other_media*",
        "errors.unknown_insights*",
    )
    return run_suite(wsgi_target(independent_app(*bugs)), only=only, exclude=OUTSIDE)


def rules_of(report: RunReport) -> set[str]:
    return {finding.rule_id for finding in report.findings}


def test_the_server_without_bugs_has_no_findings() -> None:
    report = report_of()

    assert [f"{one.rule_id}: {one.message}" for one in report.findings] == []
    assert sum(one.outcome is Outcome.PASSED for one in report.results) > 45
    assert report.probe.profile == "current"


@pytest.mark.parametrize("bug", BUGS)
def test_each_bug_is_found_and_explained(bug: str) -> None:
    report = report_of(bug)

    assert EXPLAINED[bug] in rules_of(report)
    finding = next(one for one in report.findings if one.rule_id == EXPLAINED[bug])
    assert finding.title
    assert finding.message
    assert finding.request.startswith("curl ")
    assert finding.contract_line


def test_together_the_six_bugs_are_all_found_and_nothing_else() -> None:
    alone = [rules_of(report_of(bug)) for bug in BUGS]
    together = rules_of(report_of(*BUGS))

    assert set(EXPLAINED.values()) <= together
    assert together <= set().union(*alone)
