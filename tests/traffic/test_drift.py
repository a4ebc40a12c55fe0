"""One story told to two servers: alike ones show nothing, the two profiles exactly their differences."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Tree

import pytest
import yaml

from contract_tests.core.tape import Tape
from contract_tests.core.wire import Wire
from contract_tests.drift.side import Side, recorded
from contract_tests.drift.step import Party, Step
from contract_tests.engine import Engine
from contract_tests.errors import Skip
from contract_tests.ledger import Ledger
from contract_tests.options import RunOptions
from contract_tests.probe import Probe
from contract_tests.target import Login, Mode, Target
from mockserver.profiles import DIFFERENCES
from mockserver.testing import MockServer, Server
from tests.traffic.conftest import Command

ROWS: dict[str, dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("drift_rows.yaml").read_text("utf-8")
)

# one moment for both sides: an hour that ends between two calls is a difference
STILL: dict[str, Any] = {"now": "2026-06-17T12:00:00", "frozen": True}


@pytest.fixture(scope="module")
def docs_server() -> Iterator[Server]:
    with MockServer(profile="docs", fixture="demo", **STILL) as server:
        yield server


@pytest.fixture(scope="module")
def current_server() -> Iterator[Server]:
    with MockServer(profile="current", fixture="demo", **STILL) as server:
        yield server


@pytest.fixture(scope="module")
def twins() -> Iterator[dict[str, Server]]:
    """Two servers of one seed that nobody writes to."""
    with (
        MockServer(profile="docs", fixture="demo", **STILL) as left,
        MockServer(profile="docs", fixture="demo", **STILL) as right,
    ):
        yield {"left": left, "right": right}


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch, docs_server: Server, tmp_path: Path) -> None:
    """Fakes of one seed have the same key."""
    monkeypatch.setenv("CONTRACT_API_KEY", docs_server.project.api_key)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def drift(contract_tests: Command, report: Path, left: Server, right: Server, *flags: str | Path) -> Any:
    """The findings of a comparison, with how it ended."""
    ran = contract_tests("drift", "--left", left.url, "--right", right.url, "--json", report, *flags)
    assert ran.err == "", ran.err
    return {**json.loads(report.read_text()), "status": ran.status, "out": ran.out}


def rows_of(finding: dict[str, Any], *keys: str) -> list[str]:
    """The rows of the table that claim a finding."""
    name = f"{finding['operation_id']} | {finding['place']}"
    patterns = ((row, pattern) for row, told in ROWS.items() for key in keys for pattern in told.get(key, ()))
    return sorted({row for row, pattern in patterns if fnmatchcase(name, pattern)})


def test_every_difference_of_the_profiles_has_a_row_and_a_reason_where_reading_cannot_show_it() -> None:
    assert set(ROWS) == {row.name for row in DIFFERENCES}
    assert all(told.get("reads") or (told["reason"] and told["writes"]) for told in ROWS.values())


def test_reading_shows_exactly_the_differences_that_it_can_show(
    docs_server: Server, current_server: Server, contract_tests: Command, tmp_path: Path
) -> None:
    told = drift(contract_tests, tmp_path / "report.json", docs_server, current_server)
    claimed = [rows_of(finding, "reads") for finding in told["findings"]]
    assert [finding for finding, rows in zip(told["findings"], claimed, strict=True) if not rows] == []
    assert {row for rows in claimed for row in rows} == {row for row, one in ROWS.items() if "reads" in one}
    assert {finding["rule_id"] for finding in told["findings"]} == {"drift.allowed"}
    assert told["status"] == 0


@pytest.mark.slow
def test_the_full_story_shows_exactly_the_differences_of_the_profiles(
    contract_tests: Command, tmp_path: Path
) -> None:
    # when an insight was last modified only shows while time passes
    with MockServer(profile="docs") as left, MockServer(profile="current") as right:
        told = drift(contract_tests, tmp_path / "report.json", left, right, "--story", "full")
    claimed = [rows_of(finding, "reads", "writes") for finding in told["findings"]]
    assert [finding for finding, rows in zip(told["findings"], claimed, strict=True) if not rows] == []
    assert {row for rows in claimed for row in rows} == {row.name for row in DIFFERENCES}
    assert {finding["rule_id"] for finding in told["findings"]} == {"drift.allowed"}


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["docs", "current"])
def test_two_servers_of_one_profile_are_alike_whatever_is_done_and_nothing_is_left(
    profile: str, contract_tests: Command, tmp_path: Path
) -> None:
    with MockServer(profile=profile) as left, MockServer(profile=profile) as right:
        before = left.project.client().get(f"{left.project.url}/insights?basic=true").json()
        told = drift(contract_tests, tmp_path / "report.json", left, right, "--story", "full")
        assert told["findings"] == []
        assert told["compared"] == "values"
        assert left.project.client().get(f"{left.project.url}/insights?basic=true").json() == before


@pytest.mark.parametrize(
    ("fault", "sides", "kind", "place"),
    [
        pytest.param(
            "favorited_as_number",
            ("left",),
            "drift.left_wrong",
            "/results/*/favorited",
            marks=pytest.mark.slow,
        ),
        ("favorited_as_number", ("right",), "drift.right_wrong", "/results/*/favorited"),
        ("favorited_as_number", ("left", "right"), "drift.contract_wrong", "/results/*/favorited"),
        ("tells_password_hash", ("right",), "drift.undocumented", "/results/*/created_by/password"),
        pytest.param("no_allow_header", ("left",), "", "", marks=pytest.mark.slow),
    ],
)
def test_who_leaves_the_contract_is_wrong(
    twins: dict[str, Server],
    contract_tests: Command,
    tmp_path: Path,
    fault: str,
    sides: tuple[str, ...],
    kind: str,
    place: str,
) -> None:
    rules = {side: twins[side].faults.add({"contract": fault})["id"] for side in sides}
    told = drift(contract_tests, tmp_path / "report.json", twins["left"], twins["right"])
    for side, rule in rules.items():
        twins[side].faults.remove(rule)
    found = {(finding["rule_id"], finding["place"]) for finding in told["findings"]}
    assert told["status"] == (1 if kind else 0)
    assert ((kind, place) in found) if kind else (found == set())
    assert {rule for rule, _ in found} <= {kind}


def test_a_baseline_with_reason_and_day_accepts_what_it_names(
    docs_server: Server, current_server: Server, contract_tests: Command, tmp_path: Path
) -> None:
    known = tmp_path / "known.yaml"
    flags: tuple[str | Path, ...] = ("--fail-on", "note", "--only", "tags_list")
    told = drift(
        contract_tests, tmp_path / "a.json", docs_server, current_server, *flags, "--write-baseline", known
    )
    assert told["status"] == 1
    assert yaml.safe_load(known.read_text())["known"][0]["place"] == "status (tags)"
    again = drift(
        contract_tests, tmp_path / "b.json", docs_server, current_server, *flags, "--baseline", known
    )
    assert again["status"] == 0
    assert len(again["known"]) == 1


def test_reports_say_what_was_compared(
    docs_server: Server, current_server: Server, contract_tests: Command, tmp_path: Path
) -> None:
    junit, page = tmp_path / "junit.xml", tmp_path / "page.html"
    told = drift(
        contract_tests,
        tmp_path / "report.json",
        docs_server,
        current_server,
        "--junit",
        junit,
        "--html",
        page,
        "--compare",
        "shapes",
    )
    assert (told["left_profile"], told["right_profile"], told["compared"]) == ("docs", "current", "shapes")
    case = Tree.parse(junit).getroot().find(".//testcase[@name='a_page']/system-out")
    assert case is not None
    assert "/results/*/filters" in str(case.text)
    assert Tree.parse(junit).getroot().attrib["failures"] == "0"
    assert "Drift" in page.read_text()
    assert "shapes compared" in told["out"]
    assert docs_server.project.api_key not in page.read_text() + told["out"]


@pytest.mark.parametrize(
    ("flags", "reason"),
    [
        (["--right", "http://127.0.0.1:9"], "cannot reach http://127.0.0.1:9"),
        (["--right", "nowhere"], "is not a URL"),
        (["--left-project", "first"], "--left-project takes a number or @current"),
        (["--right", "https://eu.posthog.com", "--story", "full"], "add --i-own-these-projects"),
        (["--left-login", "ada@example.com"], "needs the password in CONTRACT_LEFT_PASSWORD"),
        (["--right-key", "phx_wrong"], "the API key is not accepted"),
    ],
)
def test_a_comparison_that_cannot_work_says_why(
    docs_server: Server, contract_tests: Command, flags: list[str], reason: str
) -> None:
    given = ["--left", docs_server.url, "--right", docs_server.url, *flags]
    ran = contract_tests("drift", *given)
    assert (ran.status, ran.out) == (2, "")
    assert reason in ran.err


def test_a_key_is_needed(
    docs_server: Server, contract_tests: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CONTRACT_API_KEY")
    ran = contract_tests("drift", "--left", docs_server.url, "--right", docs_server.url)
    assert ran.status == 2
    assert "CONTRACT_LEFT_API_KEY" in ran.err


def lonely(server: Server, **fields: Any) -> Side:
    """A side without a control plane."""
    target = Target(server.url, "1", server.project.api_key, **fields)
    engine = Engine(target, RunOptions())
    nothing = Probe("docs", {}, frozenset(), {}, 0, 1)
    return Side("left", target, nothing, engine.caller(Wire(target), Tape()), Ledger())


def test_a_session_is_logged_in_where_nothing_else_makes_one(docs_server: Server) -> None:
    project = docs_server.project
    step = Step("for a session", "GET", "/api/users/@me", party=Party.SESSION)
    login = Login(project.email, project.password or "")
    assert lonely(docs_server, login=login, mode=Mode.FULL).tell(step).status == 200
    with pytest.raises(Skip, match="the login was refused"):
        lonely(docs_server, login=Login(project.email, "wrong"), mode=Mode.FULL).tell(step)
    with pytest.raises(Skip, match="the left has no session"):
        lonely(docs_server).tell(step)


def test_a_step_that_a_server_cannot_take_is_skipped_with_its_reason(docs_server: Server) -> None:
    with pytest.raises(Skip, match="no control plane"):
        lonely(docs_server).tell(Step("poor", "GET", "insights", party=Party.BARE_PLAN))
    with pytest.raises(Skip, match="there is no own short on the left"):
        lonely(docs_server).tell(Step("by short id", "GET", "insights/{own_short}"))


def test_a_server_that_ends_its_answers_early_is_told_of(docs_server: Server) -> None:
    docs_server.faults.add({"connection": "empty"}, times=1)
    found = lonely(docs_server).tell(Step("a page", "GET", "insights"))
    assert found.failure is not None
    assert recorded(found).response is None
