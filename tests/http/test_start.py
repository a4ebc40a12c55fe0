"""What a start costs: only what it needs is imported, and it ends cleanly."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from mockserver.serving import end_on_signals, open_socket, web_server
from mockserver.settings import Settings
from tests.conftest import StartServer

HEAVY = ("argon2", "duckdb", "faker", "httpx", "openapi_core", "requests", "schemathesis", "sqlglot", "yaml")
SCRIPT = """
import sys, json
from mockserver.app import create_app
from mockserver.settings import Settings
create_app(Settings(fixture="empty"))
print(json.dumps(sorted(name for name in sys.modules if "." not in name)))
"""


def test_a_start_imports_nothing_heavy_that_it_does_not_need() -> None:
    found = subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning", "-c", SCRIPT],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(json.loads(found.stdout))
    assert loaded.isdisjoint(set(HEAVY) - {"yaml", "requests"}), loaded & set(HEAVY)
    assert found.stderr == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_before_the_first_request_is_not_lost(number: int, start: StartServer) -> None:
    kept = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)}
    server = start().server
    web = web_server(server)
    try:
        end_on_signals(server, web)
        signal.raise_signal(number)
        with open_socket(Settings(port=0)) as listener:
            web.run(sockets=[listener])
    finally:
        for each, handler in kept.items():
            signal.signal(each, handler)
    assert web.should_exit


QUIETLY = ("--port", "0", "--log-format", "json", "--fixture", "empty")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_right_after_the_banner_ends_the_server_cleanly(number: int) -> None:
    command = [sys.executable, "-m", "mockserver", *QUIETLY]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["event"] == "started"
        process.send_signal(number)
        assert process.wait(20) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_cleanly(number: int, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mockserver", *QUIETLY, "--data", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        started = json.loads(process.stdout.readline())
        with urllib.request.urlopen(f"{started['url']}/_livez", timeout=10) as answer:
            assert answer.status == 200
        process.send_signal(number)
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 0, errors
    assert all(json.loads(line) for line in errors.splitlines())


@pytest.mark.parametrize(
    ("flags", "line"),
    [
        (["--fixture", "nope"], "unknown fixture 'nope'"),
        (["--port", "70000"], "port cannot be '70000'"),
        (["--profile", "old"], "profile cannot be 'old'; choose docs or current"),
        (["--config", "/no/such/file"], "cannot read settings file"),
        (["--data", __file__], "cannot use data folder"),
        (["--host", "192.0.2.1"], "cannot listen on 192.0.2.1"),
    ],
)
def test_a_bad_start_is_one_clear_line_and_status_2(flags: list[str], line: str) -> None:
    found = subprocess.run(
        [sys.executable, "-m", "mockserver", "serve", "--port", "0", *flags],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 2
    assert found.stdout == ""
    assert len(found.stderr.splitlines()) == 1
    assert line in found.stderr


def test_a_port_in_use_is_one_clear_line_and_status_2() -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        found = subprocess.run(
            [sys.executable, "-m", "mockserver", "serve", "--port", port],
            capture_output=True,
            text=True,
            check=False,
        )
    assert found.returncode == 2
    assert found.stderr == f"mockserver: cannot listen on 127.0.0.1:{port}: Address already in use\n"


def test_state_is_there_after_a_restart(tmp_path: Path) -> None:
    from mockserver.app import create_app
    from mockserver.settings import Settings
    from tests.conftest import start_server

    first = start_server(data=str(tmp_path))
    made = first.create(name="Kept")
    first.server.close()
    second = create_app(Settings(data=str(tmp_path)))
    kept = second.services.store.insights.fetch(made["id"])
    second.close()
    assert kept is not None
    assert kept["name"] == "Kept"
