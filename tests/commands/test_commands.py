"""The command line against a real server."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mockserver.cli import main
from mockserver.commands import NAMES
from mockserver.commands.clock import span
from mockserver.serving import Started, serve_meanwhile
from mockserver.settings import Settings


@pytest.fixture(scope="module")
def started() -> Iterator[Started]:
    with serve_meanwhile(Settings(port=0, fixture="empty", log_requests=False)) as running:
        yield running


@pytest.fixture
def run(started: Started, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a command against the server and give what it prints; its status must be the expected one."""
    monkeypatch.setenv("MOCKSERVER_URL", started.url)

    def command(*words: str, status: int = 0) -> str:
        assert main(words) == status, capsys.readouterr().err
        captured = capsys.readouterr()
        return captured.out if status == 0 or captured.out else captured.err

    yield command
    main(("reset",))


def as_json(text: str) -> Any:
    return json.loads(text)


def test_the_clock_is_set_frozen_advanced_and_released(run: Any) -> None:
    assert as_json(run("clock", "freeze", "2026-01-01T00:00:00Z", "--json"))["frozen"] is True
    assert run("clock", "advance", "1d12h").startswith("2026-01-02T12:00:00Z (frozen)")
    assert run("clock", "set", "2027-01-01", "--rate", "2").startswith("2027-01-01T00:00:00Z (frozen)")
    assert run("clock", "show", "--project", "1").startswith("2027-01-01")
    assert as_json(run("clock", "release", "--json"))["frozen"] is False


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("1.5h", 5400), ("1d12h", 129600), ("2w", 1209600)]
)
def test_spans_of_time_are_read(text: str, seconds: float) -> None:
    assert span(text) == seconds


def test_a_refusal_is_one_line_and_status_1(run: Any) -> None:
    assert run("clock", "set", "2026-02-30", status=1) == (
        "mockserver: now: '2026-02-30' is no moment in ISO 8601.\n"
    )


def test_no_server_is_one_line_and_status_1(run: Any) -> None:
    assert run("clock", "show", "--url", "http://127.0.0.1:9", status=1).startswith(
        "mockserver: no server answers at http://127.0.0.1:9"
    )


def test_snapshots_go_round(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "state.json"
    assert run("snapshot", "save", "a") == "saved a\n"
    run("keys", "create")
    assert "+ personal_api_keys" in run("snapshot", "diff", "a", status=1)
    run("snapshot", "export", "a", str(file))
    monkeypatch.setattr("sys.stdin", io.StringIO(file.read_text()))
    assert run("snapshot", "import", "b", "--restore") == "imported b\n"
    assert run("snapshot", "diff", "a", "b") == "no difference\n"
    assert run("snapshot", "restore", "a") == "restored a\n"
    assert [line.split("\t")[0] for line in run("snapshot", "list").splitlines()] == ["a", "b"]
    for name in ("a", "b"):
        run("snapshot", "delete", name)


def test_faults_are_added_listed_and_cleared(run: Any) -> None:
    rule = as_json(run("faults", "add", "status=503", "--method", "PUT", "--times", "2", "--json"))
    assert (rule["effect"], rule["match"], rule["times"]) == ({"status": 503}, {"method": "PUT"}, 2)
    run("faults", "add", '{"throttle": {"preset": "insights"}}')
    assert len(run("faults", "list").splitlines()) == 2
    run("faults", "remove", str(rule["id"]))
    assert run("faults", "clear") == "no rules left\n"
    assert "bare_list" in run("faults", "violations")
    assert run("faults", "add", "explode", status=1).startswith("mockserver: effect: 'explode'")


def test_jobs_are_listed_and_moved(run: Any, started: Started) -> None:
    import httpx

    body = {"query": {"kind": "TrendsQuery", "series": [{"kind": "EventsNode"}]}, "refresh": "force_async"}
    headers = {"Authorization": f"Bearer {started.credentials['api_key']}", "X-Mock-Refresh": "manual"}
    url = f"{started.url}/api/projects/1/query"
    httpx.post(url, json={**body, "client_query_id": "q"}, headers=headers).raise_for_status()

    assert "queued" in run("jobs", "list", "--state", "queued")
    assert as_json(run("jobs", "move", "q", "error", "--message", "no", "--json"))["error_message"] == "no"
    assert "cannot become" in run("jobs", "move", "q", "running", status=1)


def test_env_prints_what_a_shell_can_read(run: Any, started: Started) -> None:
    text = run("env")

    shown = subprocess.run(
        [
            "sh",
            "-c",
            text + "echo $POSTHOG_HOST $POSTHOG_PROJECT_ID $POSTHOG_PERSONAL_API_KEY $POSTHOG_API_KEY",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert shown == [started.url, "1", started.credentials["api_key"], started.api_token]


def test_a_reset_names_what_it_came_back_to(run: Any) -> None:
    assert run("reset", "--seed", "5").startswith("back at fixture empty, seed 5")
    assert run("reset", "--seed", "1", "--project", "1").startswith("project 1")
    assert run("reset", "--seed", "1").startswith("back at fixture empty, seed 1")


def test_exec_runs_a_command_against_its_own_server_and_gives_its_status() -> None:
    script = (
        "import os, sys, urllib.request as u;"
        "r = u.Request(os.environ['POSTHOG_HOST'] + '/api/users/@me',"
        " headers={'Authorization': 'Bearer ' + os.environ['POSTHOG_PERSONAL_API_KEY']});"
        "sys.exit(7 if u.urlopen(r).status == 200 else 1)"
    )
    words = ["exec", "--fixture", "empty", "--", sys.executable, "-c", script]

    assert subprocess.run([sys.executable, "-m", "mockserver", *words], check=False).returncode == 7


def test_exec_without_a_command_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("exec", "--fixture", "empty")) == 1
    assert "name a command" in capsys.readouterr().err


def test_doctor_finds_nothing_wrong(run: Any) -> None:
    found = as_json(run("doctor", "--port", "0", "--json"))

    assert all(one["ok"] for one in found), found


def test_doctor_names_what_is_wrong(run: Any) -> None:
    text = run("doctor", "--port", "0", "--fixture", "nowhere", status=1)

    assert "FAIL  fixture" in text


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_a_shell_can_complete_every_command(capsys: pytest.CaptureFixture[str], shell: str) -> None:
    assert main(("completion", shell)) == 0

    script = capsys.readouterr().out
    assert all(name in script for name in NAMES)


def test_the_contracts_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("spec", "--format", "json")) == 0
    assert "insights_list" in capsys.readouterr().out
    assert main(("spec", "--control")) == 0
    assert "mock_health" in capsys.readouterr().out


def test_help_and_version_need_nothing_heavy() -> None:
    code = (
        "import sys, mockserver.cli as c\n"
        "try: c.main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'connexion', 'duckdb', 'faker', 'flask', 'uvicorn', 'urllib.request', 'yaml', 'orjson'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stderr.strip() == "[]"
    assert all(name in done.stdout for name in NAMES)
