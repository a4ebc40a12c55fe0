"""Servers over one database, as clients of a balancer see them: whichever answers, the state is the same."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver.errors import StartError
from mockserver.settings import Settings
from mockserver.store.opening import open_store
from tests.conftest import Running, start_server, trends

from .cluster import Cluster

pytestmark = pytest.mark.postgres


@dataclass(slots=True)
class Pair:
    """Two servers over one database."""

    one: Running
    other: Running
    address: str


@pytest.fixture
def pair(cluster: Cluster) -> Iterator[Pair]:
    address = cluster.new_database()
    one = start_server(store=address)
    other = start_server(store=address, seed="another")
    yield Pair(one, other, address)
    one.server.close()
    other.server.close()


def ask(server: Running, method: str, path: str, status: int = 200, **sent: Any) -> Any:
    answer = server.http.request(method, path, **sent)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def test_the_second_server_takes_the_state_as_it_is_and_lays_out_nothing(pair: Pair) -> None:
    assert pair.other.api_key == pair.one.api_key
    assert ask(pair.other, "GET", "/_mock/info")["seed"] == 1


def test_what_one_server_writes_the_other_answers_at_once(pair: Pair) -> None:
    made = pair.one.create(name="by one")
    path = f"{pair.one.insights}/{made['id']}"
    assert ask(pair.other, "GET", path)["name"] == "by one"
    ask(pair.other, "PATCH", path, json={"name": "by the other", "tags": ["shared"]})
    assert ask(pair.one, "GET", path)["name"] == "by the other"
    found = ask(pair.one, "GET", f"{pair.one.insights}?tags=%5B%22shared%22%5D")["results"]
    assert [each["id"] for each in found] == [made["id"]]
    described = [each["activity"] for each in ask(pair.one, "GET", f"{path}/activity")["results"]]
    assert described == ["updated", "created"]


def test_ids_given_in_turn_by_both_never_meet(pair: Pair) -> None:
    ids = [server.create()["id"] for _ in range(5) for server in (pair.one, pair.other)]
    assert ids == list(range(ids[0], ids[0] + 10))


def test_a_job_that_one_began_the_other_follows_to_its_end(pair: Pair) -> None:
    body = {"query": trends()["source"], "refresh": "force_async"}
    begun = ask(pair.one, "POST", f"{pair.one.url}/query", 202, json=body)["query_status"]
    path = f"{pair.other.url}/query/{begun['id']}"
    assert ask(pair.other, "GET", path, 202)["query_status"]["complete"] is False
    ask(pair.one, "POST", "/_mock/clock/advance", json={"seconds": 10})
    assert ask(pair.other, "GET", path)["query_status"]["complete"] is True


def test_a_result_that_one_computed_the_other_answers_from_the_cache(pair: Pair) -> None:
    made = pair.one.create()
    path = f"{pair.one.insights}/{made['id']}"
    computed = ask(pair.one, "GET", f"{path}?refresh=blocking")
    again = ask(pair.other, "GET", path)
    assert again["is_cached"] is True
    assert again["last_refresh"] == computed["last_refresh"]
    assert again["result"] == computed["result"]


def test_the_clock_is_one(pair: Pair) -> None:
    ask(pair.other, "PUT", "/_mock/clock", json={"now": "2027-01-01T00:00:00Z", "frozen": True})
    assert ask(pair.one, "GET", "/_mock/clock")["now"] == "2027-01-01T00:00:00Z"
    third = start_server(store=pair.address)
    assert ask(third, "GET", "/_mock/clock")["now"] == "2027-01-01T00:00:00Z"
    third.server.close()


def test_events_that_one_took_in_the_other_counts(pair: Pair) -> None:
    store = pair.one.store
    token = store.projects.fetch(pair.one.project_id)["api_token"]
    event = {"api_key": token, "event": "shared", "distinct_id": "a"}
    ask(pair.one, "POST", "/capture/", json=event)
    body = {"query": trends("shared")["source"], "refresh": "blocking"}
    for server in (pair.one, pair.other):
        assert ask(server, "POST", f"{server.url}/query", json=body)["results"][0]["count"] == 1


def test_a_fault_that_one_was_told_of_the_other_has_and_uses_up(pair: Pair) -> None:
    rule = {"match": {"operation_id": "insights_list"}, "effect": {"status": 500}, "times": 1}
    ask(pair.one, "POST", "/_mock/faults", 201, json=rule)
    ask(pair.other, "GET", pair.other.insights, 500)
    ask(pair.one, "GET", pair.one.insights)


def test_the_journal_its_answers_and_explanations_are_those_of_all(pair: Pair) -> None:
    ask(pair.one, "GET", f"{pair.one.insights}?limit=3")
    refused = pair.other.http.post(pair.other.insights, json={"name": 5}, headers={"X-Mock-Explain": "1"})
    assert refused.status_code == 400
    entries = ask(pair.one, "GET", "/_mock/requests")
    assert [each["status"] for each in entries] == [400, 200]
    answer = ask(pair.other, "GET", f"/_mock/requests/{entries[1]['id']}/response")
    assert answer["body"]["results"] == []
    explained = refused.headers["x-mock-explain"].removeprefix("http://127.0.0.1:8129")
    assert ask(pair.one, "GET", explained)["request_id"] == entries[0]["request_id"]


def test_a_snapshot_of_one_is_restored_by_the_other(pair: Pair) -> None:
    made = pair.one.create(name="kept")
    ask(pair.one, "POST", "/_mock/snapshots", 201, json={"name": "before"})
    pair.other.create(name="gone again")
    ask(pair.other, "POST", "/_mock/snapshots/before/restore")
    for server in (pair.one, pair.other):
        found = ask(server, "GET", server.insights)["results"]
        assert [each["id"] for each in found] == [made["id"]]


def test_a_reset_by_one_is_a_reset_of_all(pair: Pair) -> None:
    pair.one.create()
    ask(pair.other, "POST", "/_mock/reset")
    assert ask(pair.one, "GET", pair.one.insights)["count"] == 0


def test_a_database_that_is_gone_is_an_error_of_the_vendors_and_no_lasting_harm(cluster: Cluster) -> None:
    address = cluster.new_database()
    server = start_server(store=address)
    made = server.create(name="kept")
    database = address.rsplit("/", 1)[1]
    cluster.run(f"alter database {database} allow_connections false")
    cluster.end_connections(database)
    assert ask(server, "GET", server.insights, 500)["code"] == "error"
    assert ask(server, "GET", "/_mock/clock", 500)["status"] == 500
    assert ask(server, "GET", "/_readyz", 503)["db"] is False
    assert server.http.get("/_livez").status_code == 200
    cluster.run(f"alter database {database} allow_connections true")
    # a database that could not be reached rests for a second
    server.server.services.store._shared._connection._failed_at = None
    assert ask(server, "GET", f"{server.insights}/{made['id']}")["name"] == "kept"
    server.server.close()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (
            "sqlite://file",
            "unknown kind of store 'sqlite'; write postgresql://USER:PASSWORD@HOST:PORT/DATABAS",
        ),
        ("postgresql://a:b@host:port/x", "the address cannot be read"),
    ],
)
def test_an_address_that_is_none_ends_the_start(address: str, said: str) -> None:
    with pytest.raises(StartError, match=said):
        open_store(Settings(store=address))


def test_a_refused_password_ends_the_start_and_is_not_told(cluster: Cluster) -> None:
    with pytest.raises(StartError) as caught:
        open_store(Settings(store=cluster.address(password="wr0ng-secret")))
    assert "wr0ng-secret" not in str(caught.value)
    assert "password authentication failed" in str(caught.value)


def serve(*flags: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "mockserver", "--port", "0", "--log-format", "json"]
    command += ["--fixture", "empty", "--log-requests", "false"]
    return subprocess.Popen([*command, *flags], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_workers_answer_on_one_port_and_one_that_dies_is_replaced(cluster: Cluster) -> None:
    process = serve("--store", cluster.new_database(), "--workers", "2")
    assert process.stdout is not None
    assert process.stderr is not None
    told = json.loads(process.stdout.readline())
    insights = f"{told['url']}/api/projects/{told['project_id']}/insights"
    headers = {"Authorization": f"Bearer {told['api_key']}"}
    made = httpx.post(insights, json={"name": "shared", "query": trends()}, headers=headers).json()
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    workers = [child for child in children if "spawn_main" in Path(f"/proc/{child}/cmdline").read_text()]
    assert len(workers) == 2
    os.kill(int(workers[0]), signal.SIGKILL)
    assert "another takes its place" in process.stderr.readline()
    # each connection may go to either
    for _ in range(8):
        answer = httpx.get(f"{insights}/{made['id']}", headers=headers)
        assert answer.json()["name"] == "shared"
    process.terminate()
    assert process.wait(30) == 0
    process.stdout.close()
    process.stderr.close()


def test_workers_that_cannot_start_end_the_start_with_the_reason(cluster: Cluster) -> None:
    process = serve("--store", cluster.address(password="wrong"), "--workers", "2")
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "password authentication failed" in said
    assert "Traceback" not in said
