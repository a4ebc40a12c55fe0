"""`contract-tests traffic` as a user calls it."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from xml.etree import ElementTree as Tree

import pytest

from mockserver.traffic import Exchange
from tests.traffic.calls import as_har
from tests.traffic.conftest import Command
from tests.traffic.mutations import mutations

BAD = next(one for one in mutations() if one.finds == "response_body.type" and one.of == "list")
NOTED = next(one for one in mutations() if one.finds == "query.undocumented")


@pytest.fixture
def good(calls: dict[str, Exchange], tmp_path: Path) -> Path:
    path = tmp_path / "good.har"
    path.write_text(as_har([calls["list"], calls["create"]]))
    return path


@pytest.fixture
def bad(calls: dict[str, Exchange], tmp_path: Path) -> Path:
    path = tmp_path / "bad.har"
    path.write_text(as_har([calls["list"], BAD(calls), BAD(calls)]))
    return path


def test_a_clean_file_passes(good: Path, contract_tests: Command) -> None:
    ran = contract_tests("traffic", good)
    assert ran.status == 0
    assert "2 calls to 2 of" in ran.out
    assert ran.out.endswith("PASSED\n")


def test_a_violation_fails_and_is_shown_with_its_place(bad: Path, contract_tests: Command) -> None:
    ran = contract_tests("traffic", bad)
    assert ran.status == 1
    assert "✗ response_body.type (2 times)  insights_list" in ran.out
    assert 'response body /results/1/saved: expected boolean, saw "yes"' in ran.out
    assert "spec/openapi.yaml:" in ran.out
    assert ran.out.endswith("FAILED\n")


def test_notes_fail_only_where_they_are_asked_to(
    calls: dict[str, Exchange], tmp_path: Path, contract_tests: Command
) -> None:
    har = tmp_path / "noted.har"
    har.write_text(as_har([NOTED(calls)]))
    assert contract_tests("traffic", har).status == 0
    assert contract_tests("traffic", har, "--fail-on", "note").status == 1
    assert contract_tests("traffic", har, "--fail-on", "note", "--exclude", "query.*").status == 0
    assert contract_tests("traffic", har, "--fail-on", "note", "--only", "insights_create").status == 0


def test_a_written_baseline_accepts_what_it_names_and_nothing_else(
    calls: dict[str, Exchange], bad: Path, tmp_path: Path, contract_tests: Command
) -> None:
    known = tmp_path / "known.yaml"
    assert contract_tests("traffic", bad, "--write-baseline", known).status == 1
    assert "place: /results/*/saved" in known.read_text()
    assert contract_tests("traffic", bad, "--baseline", known).status == 0
    other = next(one for one in mutations() if one.at == "/result/*/data")
    bad.write_text(as_har([BAD(calls), other(calls)]))
    assert contract_tests("traffic", bad, "--baseline", known).status == 1


def test_all_reports_tell_of_the_same_violation(bad: Path, tmp_path: Path, contract_tests: Command) -> None:
    names = {kind: tmp_path / f"report.{kind}" for kind in ("junit", "sarif", "json", "html")}
    flags = [text for kind, path in names.items() for text in (f"--{kind}", path)]
    ran = contract_tests("traffic", bad, "--github", "--quiet", *flags)
    case = Tree.parse(names["junit"]).getroot().find(".//testcase[@name='insights_list']/failure")
    assert case is not None
    assert case.attrib["type"] == "response_body.type"
    sarif = json.loads(names["sarif"].read_text())["runs"][0]["results"]
    assert [one["ruleId"] for one in sarif] == ["response_body.type"]
    document = json.loads(names["json"].read_text())
    assert document["source"] == "bad.har"
    assert document["calls"] == {
        "calls": 3,
        "of_contract": 3,
        "without_answer": 0,
        "without_body": 0,
        "places": {"operation": 3},
    }
    page = names["html"].read_text()
    assert "response_body.type" in page
    assert "<!--" not in page.split("<script>", maxsplit=1)[0].split("<body>")[1]
    assert "::error file=spec/openapi.yaml" in ran.out


def test_no_report_shows_a_secret_of_the_traffic(
    calls: dict[str, Exchange], tmp_path: Path, contract_tests: Command
) -> None:
    har = tmp_path / "secret.har"
    changed = next(one for one in mutations() if one.finds == "query.secret")(calls)
    har.write_text(as_har([changed, *(one(calls) for one in mutations() if one.of == "share")]))
    report = tmp_path / "report.json"
    ran = contract_tests("traffic", har, "--verbose", "--json", report)
    key = calls["list"].request.headers["authorization"].removeprefix("Bearer ")
    for text in (ran.out, report.read_text()):
        assert key not in text
        assert "phx_0123456789" not in text
    assert "personal_api_key" in ran.out


def test_calls_come_as_lines_too(
    contract_tests: Command, monkeypatch: pytest.MonkeyPatch, calls: dict[str, Exchange]
) -> None:
    def fed(*lines: object) -> None:
        text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    url = "https://eu.posthog.com/api/projects/1/insights"
    body = json.loads(calls["create"].response.body or b"")  # type: ignore[union-attr]
    call = {
        "request": {
            "method": "POST",
            "url": url,
            "headers": {"Content-Type": "application/json", "Accept": ["a", "b"]},
            "body": {"name": "One"},
        },
        "response": {"status": 201, "headers": {"Content-Type": "application/json"}, "body": body},
        "seconds": 0.25,
    }
    fed(call, "")
    assert contract_tests("traffic", "--stdin").status == 0
    call["request"]["body"] = {"name": 7}  # type: ignore[index]
    fed(call)
    ran = contract_tests("traffic", "--stdin")
    assert ran.status == 1
    assert "request_body.type" in ran.out

    for broken, reason in (
        ("{", "line 2 is no JSON"),
        ({"request": {"url": url}}, "line 2 is no call: `method` is missing"),
        ({"request": {"method": "GET", "url": url, "colour": 1}}, "has the unknown key `colour`"),
        ({"request": {"method": 1, "url": url}}, "`method` and `url` must be text"),
        (
            {"request": call["request"], "response": {"status": 7}},
            "must be a number from 100 to 999",
        ),
        ({"request": call["request"], "seconds": "1"}, "`seconds` must be a number"),
        ({"request": {"method": "GET", "url": url, "headers": []}}, "`headers` must be an object"),
        ({"request": {"method": "GET", "url": url, "body_base64": "?"}}, "line 2 is no call"),
        ([], "the call must be an object"),
    ):
        fed("", broken)
        ran = contract_tests("traffic", "--stdin")
        assert (ran.status, ran.out) == (2, "")
        assert reason in ran.err


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([], "name HAR files, or give calls with --stdin"),
        (["good.har", "--stdin"], "one of the two"),
        (["good.har", "--html", "nowhere/report.html"], "there is no folder"),
        (["good.har", "--contract", "missing.yaml"], "cannot read the contract"),
        (["good.har", "--contract", "known.yaml"], "is no OpenAPI 3.0 contract"),
        (["good.har", "--server", "https://elsewhere.example"], "none of the 2 calls"),
        (["good.har", "--baseline", "missing.yaml"], "cannot read the baseline"),
        (["empty.har"], "there is no call in it"),
    ],
)
def test_a_call_that_cannot_work_says_why(
    good: Path,
    contract_tests: Command,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    reason: str,
) -> None:
    monkeypatch.chdir(good.parent)
    Path("known.yaml").write_text("known: []\n")
    Path("empty.har").write_text('{"log": {"entries": []}}')
    ran = contract_tests("traffic", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert reason in ran.err


def test_strict_paths_count_every_call(
    calls: dict[str, Exchange], tmp_path: Path, contract_tests: Command
) -> None:
    har = tmp_path / "more.har"
    asset = mutations()[0]
    moved = type(asset)("path.unknown", "list", {"path": "/static/app.js"})(calls)
    har.write_text(as_har([calls["list"], moved]))
    ran = contract_tests("traffic", har)
    assert ran.status == 0
    assert "1 not of this contract" in ran.out
    assert contract_tests("traffic", har, "--strict-paths").status == 1
