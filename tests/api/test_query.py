"""The query endpoint: running, polling and cancelling queries that no insight holds."""

from __future__ import annotations

from typing import Any

import pytest

from ..conftest import Running, StartServer, trends

SQL = {"kind": "HogQLQuery", "query": "select 1 + 1 as two"}


def post(running: Running, expect: int = 200, **fields: Any) -> Any:
    answer = running.http.post(f"{running.url}/query", json={"query": SQL, **fields})
    assert answer.status_code == expect, answer.text
    return answer.json()


def queue(running: Running, query_id: str, **headers: str) -> None:
    answer = running.http.post(
        f"{running.url}/query",
        json={"query": SQL, "refresh": "force_async", "client_query_id": query_id},
        headers=headers,
    )
    assert answer.status_code == 202, answer.text


def test_a_query_is_run_unless_told_otherwise(running: Running) -> None:
    found = post(running)
    assert (found["results"], found["columns"]) == ([[2]], ["two"])
    assert post(running)["is_cached"] is True


def test_asking_the_cache_alone_for_what_it_lacks_is_a_miss(running: Running) -> None:
    found = post(running, query={**SQL, "query": "select 40 + 2"}, refresh="force_cache")
    assert found.get("results") is None
    assert found["cache_key"]


def test_cancelling_says_how_far_the_query_was(start: StartServer) -> None:
    running = start(queue_seconds=1, run_seconds=3)
    queue(running, "waiting")
    address = f"{running.url}/query"
    assert "no running query" in running.http.delete(f"{address}/waiting").json()["message"]
    assert running.http.delete(f"{address}/waiting").json() == {"message": "Query already complete"}
    queue(running, "under-way")
    running.clock.advance(2)
    assert running.http.delete(f"{address}/under-way").json() == {"message": "Cancelled query on clickhouse"}
    assert running.http.get(f"{address}/under-way").status_code == 400
    assert running.http.delete(f"{address}/never-asked").status_code == 200


def test_a_policy_of_failure_at_once_is_the_failure_of_the_query(running: Running) -> None:
    answer = running.http.post(
        f"{running.url}/query",
        json={"query": {**SQL, "query": "select 3"}, "refresh": "force_async"},
        headers={"X-Mock-Refresh": "instant; outcome=error; message=out of memory"},
    )
    assert answer.status_code in (400, 500)
    assert "out of memory" in answer.text


@pytest.mark.parametrize("query", [{"kind": "SavedInsightNode", "shortId": "abc"}, trends()])
def test_kinds_that_hold_other_queries_are_unwrapped_or_refused(running: Running, query: Any) -> None:
    answer = running.http.post(f"{running.url}/query", json={"query": query})
    if query["kind"] == "SavedInsightNode":
        assert (answer.status_code, answer.json()["detail"]) == (
            400,
            "Unsupported query kind: SavedInsightNode",
        )
    else:
        assert answer.status_code in (200, 400)


def test_insights_cancel_stops_every_query_whose_id_begins_so(start: StartServer) -> None:
    running = start(queue_seconds=1, run_seconds=3)
    for query_id in ("page-1", "page-2", "other"):
        queue(running, query_id)
    client = running.session()
    answer = client.post(f"{running.insights}/cancel", json={"client_query_id": "page-"})
    assert answer.status_code == running.server.services.profile_of(None).cancel_status
    assert answer.content == b""
    found = [
        running.http.get(f"{running.url}/query/{each}").status_code for each in ("page-1", "page-2", "other")
    ]
    assert found == [400, 400, 202]


@pytest.mark.parametrize("body", [{}, {"client_query_id": ""}])
def test_current_cancels_nothing_without_an_id(current: Running, body: Any) -> None:
    answer = current.session().post(f"{current.insights}/cancel", json=body)
    assert (answer.status_code, answer.json()["attr"]) == (400, "client_query_id")
