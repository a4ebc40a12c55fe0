"""Many at once: waiting holds nobody up, and tenants never see each other."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from typing import Any

import pytest

from tests.control.conftest import Steered
from tests.control.live import live_server

PROCESSES = 8
ATTEMPTS = 3

TENANT = """
import json, sys, httpx

url, number = sys.argv[1], int(sys.argv[2])
mock = httpx.Client(base_url=url + "/_mock", timeout=60)
made = mock.post("/projects", json={"name": f"tenant {number}"}).json()
project = made["id"]
api = httpx.Client(
    base_url=f"{url}/api/projects/{project}",
    headers={"Authorization": "Bearer " + made["personal_api_key"]},
    timeout=60,
)
moment = f"20{30 + number}-01-01T00:00:00Z"
mock.put(f"/projects/{project}/clock", json={"now": moment, "frozen": True}).raise_for_status()
mock.put(f"/projects/{project}/refresh", json={"mode": "polls", "polls": number + 1}).raise_for_status()
rule = {"match": {"project_id": project, "method": "POST"}, "effect": {"status": 500 + number}, "times": 1}
mock.post("/faults", json=rule).raise_for_status()
assert api.post("/insights", json={}).status_code == 500 + number
for count in range(25):
    insight = api.post("/insights", json={"name": f"{number}/{count}"})
    assert insight.status_code == 201, insight.text
    assert insight.json()["created_at"] == moment, insight.json()["created_at"]
listed = api.get("/insights", params={"limit": 100}).json()
assert listed["count"] == 25
assert all(one["name"].startswith(f"{number}/") for one in listed["results"])
assert mock.get(f"/projects/{project}/refresh").json()["polls"] == number + 1
seen = mock.get("/requests", params={"project_id": project}).json()
assert len(seen) == 27, len(seen)
assert api.get(f"{url}/api/projects/{1 if project != 1 else 2}/insights").status_code == 403
print(json.dumps({"project": project}))
"""


def test_eight_processes_on_one_server_never_see_each_other() -> None:
    with live_server() as live:
        running = [
            subprocess.Popen(
                [sys.executable, "-c", TENANT, live["url"], str(number)],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for number in range(PROCESSES)
        ]
        ended = [(process.communicate(timeout=120), process.returncode) for process in running]

    for (_, errors), status in ended:
        assert status == 0, errors
    assert len({json.loads(output)["project"] for (output, _), _ in ended}) == PROCESSES


@pytest.mark.slow
def test_a_thousand_requests_that_wait_two_seconds_take_less_than_four() -> None:
    # plain sockets: a client library would spend more time than the server
    async def ask(live: dict[str, Any]) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", live["port"])
        writer.write(
            f"GET /api/projects/{live['project_id']}/tags HTTP/1.1\r\nHost: localhost\r\n"
            f"Authorization: Bearer {live['api_key']}\r\nX-Mock-Delay: 2000\r\n"
            "Connection: close\r\n\r\n".encode()
        )
        received = await reader.read()
        writer.close()
        return received

    async def ask_all(live: dict[str, Any]) -> float:
        started = time.perf_counter()
        answers = await asyncio.gather(*(ask(live) for _ in range(1000)))
        assert all(answer.startswith(b"HTTP/1.1 200") for answer in answers)
        return time.perf_counter() - started

    # the best of a few: what else runs on the machine is not what is measured
    with live_server() as live:
        seconds = min(asyncio.run(ask_all(live)) for _ in range(ATTEMPTS))

    assert 2 <= seconds < 4


@pytest.mark.slow
@pytest.mark.parametrize(("fixture", "milliseconds"), [("empty", 20), ("demo", 500)])
def test_a_project_is_made_quickly(mock: Steered, fixture: str, milliseconds: float) -> None:
    mock.project(fixture=fixture)
    best = min(_timed(mock, fixture) for _ in range(5))

    assert best * 1000 < milliseconds


def _timed(mock: Steered, fixture: str) -> float:
    started = time.perf_counter()
    mock.project(fixture=fixture)
    return time.perf_counter() - started
