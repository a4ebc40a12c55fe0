"""Baselines, severities and reports."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Tree

import pytest

from contract_tests.baseline import Baseline, Known, read_baseline, write_baseline
from contract_tests.engine import RunReport
from contract_tests.report.account import account_of
from contract_tests.report.github import github_annotations
from contract_tests.report.html import html
from contract_tests.report.json_report import json_report
from contract_tests.report.junit import junit
from contract_tests.report.sarif import sarif
from contract_tests.report.terminal import summary
from contract_tests.verdict import judge_run
from tests.contract_suite.conftest import run_suite, wsgi_target
from tests.contract_suite.independent_server import KEY, independent_app

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def report() -> RunReport:
    app = independent_app("tags_keep_their_case", "count_of_the_page")
    return run_suite(wsgi_target(app), only=("tags.tags_are_*", "paging.limit*", "paging.offset*", "bulk"))


def known(rule: str, expires: date = date(2027, 1, 1)) -> Baseline:
    return Baseline((Known(rule, "we know", expires),))


def test_findings_fail_the_run(report: RunReport) -> None:
    assert not judge_run(report.findings, Baseline(), TODAY, "warning").passed
    assert judge_run(report.findings, Baseline(), TODAY, "never").passed


def test_known_findings_do_not_fail_the_run(report: RunReport) -> None:
    verdict = judge_run(report.findings, known("*"), TODAY, "warning")

    assert verdict.passed
    assert not verdict.counted
    assert {finding.known for finding in verdict.known} == {"we know"}


def test_an_expired_reason_excuses_nothing(report: RunReport) -> None:
    verdict = judge_run(report.findings, known("*", date(2026, 11, 23)), TODAY, "warning")

    assert not verdict.passed
    assert "until 2026-11-23" in verdict.expired[0]


def test_an_entry_that_fits_nothing_is_told(report: RunReport) -> None:
    verdict = judge_run(report.findings, known("sharing.*"), TODAY, "warning")

    assert verdict.unused == ("sharing.*",)


def test_a_written_baseline_is_read_again(report: RunReport, tmp_path: Path) -> None:
    path = tmp_path / "known.yaml"
    write_baseline(path, tuple(report.findings), date(2027, 1, 1))

    assert judge_run(report.findings, read_baseline(path), TODAY, "warning").passed


def test_junit_has_a_case_for_each_rule(report: RunReport) -> None:
    root = Tree.fromstring(
        junit(account_of(report), judge_run(report.findings, Baseline(), TODAY, "warning"))
    )

    cases = root.findall(".//testcase")
    assert len(cases) == len(report.results) == int(root.attrib["tests"])
    failed = {case.attrib["name"] for case in cases if case.find("failure") is not None}
    assert "tags_are_stripped_and_lowered" in failed
    assert int(root.attrib["failures"]) == len(failed)


def test_sarif_points_into_the_contract(report: RunReport) -> None:
    document = json.loads(sarif(account_of(report), judge_run(report.findings, Baseline(), TODAY, "warning")))

    assert document["version"] == "2.1.0"
    run = document["runs"][0]
    assert run["tool"]["driver"]["name"] == "contract-tests"
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "spec/openapi.yaml"
        assert place["region"]["startLine"] >= 1
        assert result["level"] in ("error", "warning", "note")


def test_known_findings_are_suppressed_in_sarif(report: RunReport) -> None:
    document = json.loads(sarif(account_of(report), judge_run(report.findings, known("*"), TODAY, "warning")))

    suppressions = [result["suppressions"][0] for result in document["runs"][0]["results"]]
    assert {one["justification"] for one in suppressions} == {"we know"}


def test_json_and_html_tell_the_same_findings(report: RunReport) -> None:
    verdict = judge_run(report.findings, Baseline(), TODAY, "warning")
    document = json.loads(json_report(account_of(report), verdict))
    page = html(account_of(report), verdict)

    assert not document["passed"]
    assert all(finding["rule_id"] in page for finding in document["findings"])
    assert len(document["coverage"]) == len(report.contract.operations)
    assert "<!--" not in page


def test_annotations_are_one_line_each(report: RunReport) -> None:
    verdict = judge_run(report.findings, Baseline(), TODAY, "warning")

    lines = github_annotations(verdict).splitlines()
    assert len(lines) == len(verdict.counted)
    assert all(line.startswith("::error file=spec/openapi.yaml,line=") for line in lines)


def test_no_report_shows_a_key(report: RunReport) -> None:
    verdict = judge_run(report.findings, Baseline(), TODAY, "warning")
    makers: list[Callable[..., Any]] = [junit, sarif, json_report, html]

    texts = [make(account_of(report), verdict) for make in makers]
    texts += [summary(report, verdict, verbose=True), github_annotations(verdict)]
    assert not any(KEY in text for text in texts)
    assert any("[redacted]" in text for text in texts)
