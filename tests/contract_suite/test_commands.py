"""The commands as a person runs them, against the fake over a socket."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from contract_tests.cli import main
from contract_tests.world import TAG
from tests.control.live import live_server

RULE = "paging.limit_bounds_the_page"


@pytest.fixture(scope="module")
def live() -> Iterator[dict[str, Any]]:
    with live_server() as started:
        yield started


@pytest.fixture
def target(live: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    monkeypatch.setenv("CONTRACT_API_KEY", live["api_key"])
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return [live["url"], "--project", str(live["project_id"])]


def test_probe_says_what_a_server_is(target: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["probe", *target]) == 0
    said = capsys.readouterr().out
    assert "profile   docs" in said
    assert "control   the fake's control plane answers" in said


def test_list_names_rules_with_their_meaning(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--only", "paging"]) == 0
    said = capsys.readouterr().out
    assert f"{RULE}  (quick)\n    `limit` is the most that a page holds" in said


def test_a_run_writes_every_report_and_says_that_it_passed(
    target: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ("junit", "sarif", "json", "html")
    flags = [word for name in names for word in (f"--{name}", str(tmp_path / f"report.{name}"))]
    chosen = ["--only", RULE, "--only", "sharing.*", "--no-generated", "--verbose", "--github"]
    assert main(["run", *target, *chosen, *flags]) == 0
    said = capsys.readouterr().out
    assert said.splitlines()[-1] == "PASSED"
    cases = ElementTree.parse(tmp_path / "report.junit").iter("testcase")
    assert RULE in {f"{case.get('classname')}.{case.get('name')}".removeprefix("contract.") for case in cases}
    assert json.loads((tmp_path / "report.sarif").read_text())["version"] == "2.1.0"
    assert json.loads((tmp_path / "report.json").read_text())["passed"] is True
    assert "<html" in (tmp_path / "report.html").read_text()


def test_a_quiet_run_says_two_lines(target: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", *target, "--only", RULE, "--no-generated", "--quiet"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_generated_requests_for_one_operation_pass(
    target: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--no-scenarios", "--examples", "1", "--depth", "quick", "--shard", "1/6"]
    assert main(["run", *target, *flags]) == 0
    said = capsys.readouterr().out
    assert "unexpected keyword" not in said
    assert "PASSED" in said


def test_a_run_leaves_nothing_in_the_folder_it_is_run_in(target: list[str], tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    flags = ["--no-scenarios", "--examples", "1", "--depth", "quick", "--shard", "1/6"]
    command = [sys.executable, "-m", "contract_tests", "run", *target, *flags]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(folder.iterdir()) == []


def named(live: dict[str, Any]) -> list[str]:
    address = f"{live['url']}/api/projects/{live['project_id']}/insights?basic=true"
    rows = httpx.get(address, headers={"Authorization": f"Bearer {live['api_key']}"}).json()["results"]
    return [row["name"] for row in rows if str(row["name"]).startswith(TAG)]


def test_what_a_killed_run_leaves_behind_is_cleaned(
    live: dict[str, Any], target: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    # --project without a control plane of its own: what is made is made in the project itself
    address = f"{live['url']}/api/projects/{live['project_id']}/insights"
    key = {"Authorization": f"Bearer {live['api_key']}"}
    for number in range(3):
        made = httpx.post(address, headers=key, json={"name": f"{TAG} left {number}", "tags": [TAG]})
        assert made.status_code == 201
    assert len(named(live)) == 3
    assert main(["clean", *target]) == 0
    assert "3 objects deleted" in capsys.readouterr().out
    assert named(live) == []


def test_cleaning_needs_the_right_to_write(target: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["clean", *target, "--mode", "read-only"]) == 2
    assert "add --mode full" in capsys.readouterr().err


def test_ctrl_c_stops_a_run_that_has_not_passed_and_leaves_nothing(
    live: dict[str, Any], target: list[str]
) -> None:
    command = [sys.executable, "-m", "contract_tests", "run", *target, "--no-generated"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "rules" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=60)
    assert process.returncode == 2, output + errors
    assert "PASSED" not in output
    assert "Traceback" not in errors
    assert named(live) == []


@pytest.mark.parametrize("flags", [["--only", "nothing_like_it"], ["--no-scenarios"]])
def test_a_run_of_nothing_is_no_success(
    target: list[str], capsys: pytest.CaptureFixture[str], flags: list[str]
) -> None:
    assert main(["run", *target, "--no-generated", *flags]) == 2
    assert "no rule is left to try" in capsys.readouterr().err


def test_one_mutant_is_scored(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    flags = ["--only", "list_without_count", "--workers", "1", "--no-generated", "--depth", "quick"]
    assert main(["mutants", *flags, "--json", str(tmp_path / "score.json"), "--minimum", "100"]) == 0
    assert "score: 1 of 1 (100.0 %)" in capsys.readouterr().out
    assert json.loads((tmp_path / "score.json").read_text())["score"] == 100


def test_a_mutant_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mutants", "--only", "nothing_like_it"]) == 2
    assert "nothing_like_it" in capsys.readouterr().err


def test_the_rules_run_as_ordinary_tests(live: dict[str, Any], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "--pyargs", "contract_tests", "-q", "-p", "no:cacheprovider"]
    flags = ["--contract-url", live["url"], "--contract-project", str(live["project_id"])]
    chosen = ["-k", "limit_bounds_the_page or insights_trending or tags_list", "--contract-examples", "1"]
    done = subprocess.run(
        [*command, *flags, *chosen],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "CONTRACT_API_KEY": live["api_key"]},
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "passed" in done.stdout


def test_without_an_address_the_rules_are_skipped(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "--pyargs", "contract_tests", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run([*command, "-rs"], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "needs --contract-url" in done.stdout


def test_a_rate_limit_slows_a_run_down_and_nothing_else(target: list[str]) -> None:
    assert main(["run", *target, "--only", RULE, "--no-generated", "--rate-limit", "50/s"]) == 0


def test_a_rate_that_is_none_is_refused(target: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["run", *target, "--rate-limit", "fast"])
    assert stopped.value.code == 2
    assert "a rate is like 240/m or 5/s" in capsys.readouterr().err


@pytest.fixture
def broken(live: dict[str, Any]) -> Iterator[None]:
    """The fake as a server whose lists forget to count."""
    faults = f"{live['url']}/_mock/faults"
    made = httpx.post(faults, json={"effect": {"contract": "list_without_count"}})
    assert made.status_code == 201
    yield
    httpx.delete(f"{faults}/{made.json()['id']}")


@pytest.mark.usefixtures("broken")
def test_a_finding_is_shown_with_its_request_rule_and_line(
    target: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", *target, "--only", "paging", "--no-generated"]) == 1
    said = capsys.readouterr()
    assert "✗" in said.err
    assert "  Request   curl -i " in said.out
    assert "spec/openapi.yaml:" in said.out
    assert said.out.splitlines()[-1] == "FAILED"


@pytest.mark.usefixtures("broken")
def test_generated_requests_alone_find_it_too(target: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    flags = ["--no-scenarios", "--examples", "1", "--depth", "quick"]
    assert main(["run", *target, *flags, "--only", "generated", "--max-time", "60"]) == 1
    assert "count" in capsys.readouterr().out


@pytest.mark.usefixtures("broken")
def test_what_is_known_passes_until_it_expires(
    target: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known = tmp_path / "known.yaml"
    chosen = ["--only", "paging", "--no-generated"]
    assert main(["run", *target, *chosen, "--write-baseline", str(known)]) == 1
    assert main(["run", *target, *chosen, "--baseline", str(known)]) == 0
    assert "Known, from the baseline" in capsys.readouterr().out
    known.write_text(re.sub(r"expires: .*", "expires: 2020-01-01", known.read_text()))
    assert main(["run", *target, *chosen, "--baseline", str(known)]) == 1
    assert "Expired in the baseline" in capsys.readouterr().out


def test_a_baseline_entry_that_fits_nothing_is_told(
    target: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known = tmp_path / "known.yaml"
    known.write_text("known:\n  - {rule: paging.gone, reason: it was slow, expires: 2099-01-01}\n")
    assert main(["run", *target, "--only", RULE, "--no-generated", "--baseline", str(known)]) == 0
    assert "matches nothing any more" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("flag", "value", "words"),
    [
        ("--timeout", "0", "seconds are above 0"),
        ("--answer-size", "0", "a size is from 0 to 4096 MB"),
        ("--retries", "-1", "a number is 0 or more"),
        ("--workers", "0", "a number is 1 or more"),
        ("--shard", "6/5", "a shard is like 2/5"),
    ],
)
def test_a_flag_that_makes_no_sense_says_what_would(
    target: list[str], capsys: pytest.CaptureFixture[str], flag: str, value: str, words: str
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["run", *target, f"{flag}={value}"])
    assert stopped.value.code == 2
    assert words in capsys.readouterr().err
