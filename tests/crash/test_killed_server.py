"""A server that is killed, or whose disk is full, loses nothing that it has answered."""

from __future__ import annotations

import random
import resource
import threading
import time
from pathlib import Path

import httpx
import pytest

from .served import Served, served


class Writer(threading.Thread):
    """A client that makes and changes insights until its server is gone, and remembers what was answered."""

    def __init__(self, server: Served, name: str) -> None:
        super().__init__()
        self._server = server
        self._label = name
        self.acknowledged: dict[int, str] = {}
        self.started: dict[int, str] = {}

    def run(self) -> None:
        turn = 0
        try:
            with httpx.Client(
                base_url=self._server.http.base_url, headers=self._server.http.headers, timeout=60
            ) as http:
                while True:
                    turn += 1
                    self._write(http, turn)
        except httpx.TransportError:
            return

    def _write(self, http: httpx.Client, turn: int) -> None:
        name = f"{self._label} {turn}"
        if turn % 3 and self.acknowledged:
            number = next(reversed(self.acknowledged))
            self.started[number] = name
            answer = http.patch(f"{self._server.insights}/{number}", json={"name": name})
            assert answer.status_code == 200, answer.text
        else:
            answer = http.post(self._server.insights, json={"name": name, "filters": {"insight": "TRENDS"}})
            assert answer.status_code == 201, answer.text
        self.acknowledged[answer.json()["id"]] = name


def check(folder: Path, writers: list[Writer]) -> None:
    """Each acknowledged name is there, or the one that was being written; each insight has its log entry."""
    with served(folder) as server:
        for writer in writers:
            for number, name in writer.acknowledged.items():
                found = server.http.get(f"{server.insights}/{number}").json()
                assert found["name"] in (name, writer.started.get(number))
                log = server.http.get(f"{server.insights}/{number}/activity").json()["results"]
                changes = [entry["activity"] for entry in log]
                assert changes[-1] == "created"
                names = [found["name"]] + [
                    change["before"]
                    for entry in log
                    for change in entry["detail"]["changes"] or []
                    if change["field"] == "name"
                ]
                # the log and the insight were kept together: as many entries as names it has had
                assert len(names) == len(changes)


def kill_under_load(folder: Path, times: int) -> None:
    moments = random.Random(3)
    for turn in range(times):
        with served(folder) as server:
            writers = [Writer(server, f"{turn}-{number}") for number in range(3)]
            for writer in writers:
                writer.start()
            while not all(writer.acknowledged for writer in writers):
                time.sleep(0.01)
            time.sleep(moments.random())
            server.kill()
            for writer in writers:
                writer.join(30)
        check(folder, writers)


def test_killed_under_load(tmp_path: Path) -> None:
    kill_under_load(tmp_path, 1)


@pytest.mark.slow
def test_killed_under_load_again_and_again(tmp_path: Path) -> None:
    kill_under_load(tmp_path, 8)


def test_a_full_disk_is_a_server_error_and_loses_nothing_acknowledged(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        full = (tmp_path / "store.journal").stat().st_size + 4_000
        no_limit = resource.RLIM_INFINITY
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (full, no_limit))
        answers = [server.create(name=f"insight {number}") for number in range(30)]
        made = [answer.json()["id"] for answer in answers if answer.status_code == 201]
        refused = [answer for answer in answers if answer.status_code == 500]
        assert made
        assert len(made) + len(refused) == 30
        assert refused[0].json() == {
            "type": "server_error",
            "code": "error",
            "detail": "A server error occurred.",
            "attr": None,
        }
        listed = server.http.get(f"{server.insights}?limit=100").json()
        assert {row["id"] for row in listed["results"]} == set(made)
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (no_limit, no_limit))
        made.append(server.create(name="after").json()["id"])
        server.kill()
    with served(tmp_path) as server:
        listed = server.http.get(f"{server.insights}?limit=100").json()
        assert {row["id"] for row in listed["results"]} == set(made)
