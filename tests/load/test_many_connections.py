"""Two hundred connections at once, ten thousand that wait, and an end in the middle of it."""

from __future__ import annotations

import asyncio
import resource
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.crash.served import Served, served

from .clients import Connection, resident_kib, threads

SHARED = "shared by all"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as started:
        yield started


def port_of(server: Served) -> int:
    return int(server.http.base_url.port or 0)


def headers_of(server: Served) -> dict[str, str]:
    return {"Authorization": server.http.headers["Authorization"]}


class Crowd:
    """Connections that each count in an insight of their own and in one that all share."""

    def __init__(self, server: Served) -> None:
        self.server = server
        self.shared = int(server.create(name=SHARED).json()["id"])
        self.acknowledged = 0
        self.requests = 0
        self.deadline = 0.0

    async def run(self, connections: int, seconds: float) -> None:
        """Let them all work until the time is over."""
        self.deadline = time.monotonic() + seconds
        await asyncio.gather(*(self._one(number) for number in range(connections)))

    async def _one(self, number: int) -> None:
        path = self.server.insights
        async with Connection(port_of(self.server), headers_of(self.server)) as connection:

            async def ask(method: str, place: str, body: object = None) -> Any:
                answer = await connection.ask(method, place, body)
                self.requests += 1
                assert answer.status in (200, 201), answer.body
                return answer.json()

            mine = (await ask("POST", path, {"name": f"{number}: 0"}))["id"]
            turn = 0
            while time.monotonic() < self.deadline:
                turn += 1
                changed = await ask("PATCH", f"{path}/{mine}", {"name": f"{number}: {turn}"})
                assert changed["name"] == f"{number}: {turn}"
                if turn % 10 == number % 10:
                    await ask("PATCH", f"{path}/{self.shared}", {"name": f"{SHARED} {number} {turn}"})
                    self.acknowledged += 1
                for _ in range(8):
                    found = await ask("GET", f"{path}/{mine}")
                    assert found["name"] == f"{number}: {turn}"
                listed = await ask("GET", f"{path}?limit=10&basic=true")
                assert len(listed["results"]) == 10


def changes_of(server: Served, insight: int) -> int:
    """How many times an insight was changed, by its activity log."""
    count, page = 0, f"{server.insights}/{insight}/activity?limit=500"
    while page:
        found = server.http.get(page).json()
        count += sum(1 for entry in found["results"] if entry["activity"] == "updated")
        page = found.get("next")
    return count


def hold(server: Served, connections: int, seconds: float) -> Crowd:
    crowd = Crowd(server)
    asyncio.run(crowd.run(connections, seconds))
    assert changes_of(server, crowd.shared) == crowd.acknowledged
    return crowd


def test_forty_connections_lose_no_update(server: Served) -> None:
    crowd = hold(server, 40, 1.5)
    assert crowd.acknowledged > 0


@pytest.mark.slow
def test_two_hundred_connections_for_a_minute_see_no_error_lose_no_update_and_leave_nothing_behind(
    server: Served,
) -> None:
    pid = server.process.pid
    # what is made once: the journal of requests, which is bounded, and caches
    hold(server, 200, 15)
    before_kib, before_threads = resident_kib(pid), threads(pid)
    crowd = hold(server, 200, 60)
    # a change is kept for ever, as an entry of the activity log: one of ten requests, 4 KiB at most
    kept_kib = 4 * crowd.requests / 10
    assert resident_kib(pid) - before_kib < kept_kib + 20_000
    assert threads(pid) == before_threads


async def wait_all(server: Served, count: int, seconds: float) -> tuple[int, float]:
    """Send `count` requests that wait; threads of the server meanwhile, and how long all took."""
    began = time.monotonic()
    delay = {"X-Mock-Delay": str(int(seconds * 1000))}
    gate = asyncio.Semaphore(500)
    waiting = 0

    async def one() -> int:
        nonlocal waiting
        async with Connection(port_of(server), headers_of(server)) as connection:
            async with gate:
                pass
            waiting += 1
            return (await connection.ask("GET", f"{server.insights}?limit=1", headers=delay)).status

    tasks = [asyncio.create_task(one()) for _ in range(count)]
    while waiting < count:
        await asyncio.sleep(0.2)
    most = threads(server.process.pid)
    statuses = await asyncio.gather(*tasks)
    assert statuses == [200] * count
    return most, time.monotonic() - began


def test_five_hundred_requests_wait_at_once_without_a_thread_each(server: Served) -> None:
    before = threads(server.process.pid)
    most, _ = asyncio.run(wait_all(server, 500, 1.0))
    assert most <= before + 1


@pytest.mark.slow
def test_ten_thousand_requests_wait_at_once_without_a_thread_each(server: Served) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 11_000:
        pytest.skip(f"a process may open {hard} files here, fewer than it has connections")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    before = threads(server.process.pid)
    try:
        most, _ = asyncio.run(wait_all(server, 10_000, 20.0))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert most <= before + 1
    assert server.http.get(f"{server.insights}?limit=1").status_code == 200


async def end_under_load(server: Served, connections: int) -> tuple[dict[int, str], list[int]]:
    """Tell a busy server to end; what was acknowledged, and the statuses of the requests that waited."""
    acknowledged: dict[int, str] = {}
    path = server.insights

    async def write(number: int) -> None:
        async with Connection(port_of(server), headers_of(server)) as connection:
            turn = 0
            while True:
                turn += 1
                answer = await connection.ask("POST", path, {"name": f"{number}: {turn}"})
                assert answer.status == 201
                acknowledged[answer.json()["id"]] = f"{number}: {turn}"

    async def wait() -> int:
        async with Connection(port_of(server), headers_of(server)) as connection:
            assert (await connection.ask("GET", f"{path}?limit=1")).status == 200
            sent.append(True)
            delay = {"X-Mock-Delay": "2000"}
            return (await connection.ask("GET", f"{path}?limit=1", headers=delay)).status

    sent: list[bool] = []
    writers = [asyncio.create_task(write(number)) for number in range(connections)]
    waiting = [asyncio.create_task(wait()) for _ in range(20)]
    while len(sent) < len(waiting):
        await asyncio.sleep(0.05)
    answered = len(acknowledged)
    while len(acknowledged) < answered + 3 * connections:
        await asyncio.sleep(0.05)
    server.process.send_signal(signal.SIGTERM)
    statuses = await asyncio.gather(*waiting)
    # a writer ends where its connection is closed, which is between two answers
    ends = await asyncio.gather(*writers, return_exceptions=True)
    assert all(isinstance(end, (EOFError, OSError)) for end in ends), ends
    assert not [end for end in ends if isinstance(end, asyncio.IncompleteReadError) and end.partial]
    return acknowledged, statuses


def test_an_end_under_load_finishes_what_was_begun_and_keeps_what_was_answered(tmp_path: Path) -> None:
    with served(tmp_path, "--durability", "none") as server:
        acknowledged, statuses = asyncio.run(end_under_load(server, 20))
        assert server.process.wait(15) == 0
    assert statuses == [200] * 20
    assert acknowledged
    with served(tmp_path) as server:
        for number, name in list(acknowledged.items())[-50:]:
            assert server.http.get(f"{server.insights}/{number}").json()["name"] == name
        listed = server.http.get(f"{server.insights}?limit=1").json()
        assert listed["count"] >= len(acknowledged)
