"""A server with its events in ClickHouse: it starts, keeps what it holds, or says in one line why not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from mockserver.analytics.clickhouse.connection import Connection
from tests.clickhouse.http_interface import PASSWORD, USER, http_interface

BIN = Path(sys.executable).parent / "mockserver"


def refused(*flags: str) -> str:
    """The one line of a start that fails."""
    done = subprocess.run(
        [str(BIN), "serve", "--port", "0", *flags], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_a_wrong_password_is_said_in_one_line_without_it(client: Connection) -> None:
    with http_interface() as (port, _):
        line = refused("--events", f"clickhouse://{USER}:top-secret@127.0.0.1:{port}/mock")
    assert line == (
        f"mockserver: --events: ClickHouse at 127.0.0.1:{port} refuses user 'mock': "
        "wrong user name or password\n"
    )


def test_nobody_at_the_address_is_said_in_one_line() -> None:
    line = refused("--events", "clickhouse://mock:top-secret@127.0.0.1:1/mock")
    assert line == "mockserver: --events: cannot reach ClickHouse at 127.0.0.1:1: Connection refused\n"


def test_a_folder_that_cannot_be_made_is_said_in_one_line() -> None:
    line = refused("--events", "chdb:///dev/null/events")
    assert line == "mockserver: --events: cannot use the folder /dev/null/events: Not a directory\n"


def test_a_folder_in_use_is_said_in_one_line(tmp_path: Path) -> None:
    from mockserver.analytics.opening import event_stores
    from mockserver.errors import StartError

    with pytest.raises(StartError, match=r"^--events: chDB cannot open .*events: "):
        event_stores(f"chdb://{tmp_path / 'events'}")  # the tests' own engine is in memory


ASKING = """
import json, os, sys, urllib.request
host, project, key = (os.environ[f"POSTHOG_{name}"] for name in ("HOST", "PROJECT_ID", "PERSONAL_API_KEY"))
def post(path, body, token=None):
    request = urllib.request.Request(host + path, json.dumps(body).encode())
    request.add_header("Content-Type", "application/json")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    return json.load(urllib.request.urlopen(request))
if sys.argv[1] == "send":
    post(f"/_mock/projects/{project}/events", {"events": [{"event": "zap", "distinct_id": "zoe"}]})
text = "select event, count() from events where event in ('zap', 'signed up') group by event order by event"
found = post(f"/api/projects/{project}/query", {"query": {"kind": "HogQLQuery", "query": text}}, key)
print(json.dumps(found["results"]))
"""


def asked(script: Path, way: str, *flags: str) -> Any:
    done = subprocess.run(
        [str(BIN), "exec", *flags, "--", sys.executable, str(script), way],
        capture_output=True, text=True, check=False, timeout=120, env={**os.environ},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("kind", ["chdb", "clickhouse"])
def test_a_server_that_comes_back_finds_its_events(client: Connection, tmp_path: Path, kind: str) -> None:
    script = tmp_path / "ask.py"
    script.write_text(ASKING)
    with http_interface() as (port, engine):
        server = f"clickhouse://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/kept"
        address = server if kind == "clickhouse" else f"chdb://{tmp_path / 'events'}"
        flags = ("--events", address, "--data", str(tmp_path / "state"), "--now", "2026-11-20T12:00:00Z")
        first = asked(script, "send", *flags)
        before = len(engine.asked)
        again = asked(script, "ask", *flags)
        since = [statement for statement, _ in engine.asked[before:]]
        fresh = asked(script, "ask", "--events", address, "--now", "2026-11-20T12:00:00Z")
    assert first == again
    assert [row[0] for row in first] == ["signed up", "zap"]
    assert first[0][1] > 100
    assert fresh == first[:1]  # another server's documents know nothing of it
    assert not [each for each in since if each.startswith(("INSERT INTO", "DROP TABLE"))]


@pytest.mark.parametrize(
    ("address", "line", "status"),
    [
        ("chdb://", "ok    events    ClickHouse answers", 0),
        (
            "clickhouse://u:top-secret@127.0.0.1:1/x",
            "FAIL  events    --events: cannot reach ClickHouse at 127.0.0.1:1: Connection refused",
            1,
        ),
    ],
)
def test_the_doctor_looks_at_the_event_store(address: str, line: str, status: int) -> None:
    done = subprocess.run(
        [str(BIN), "doctor", "--port", "0", "--events", address],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert line in done.stdout.splitlines()
    assert done.returncode == status
    assert "top-secret" not in done.stdout + done.stderr
