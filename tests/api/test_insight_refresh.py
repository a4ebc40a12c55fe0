"""What each refresh mode does for each state of the cache, as an insight shows it."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from tests.conftest import Running, StartServer, trends

FRESH, STALE, LAZILY_STALE = 3_600, 7 * 3_600, 13 * 3_600
QUERIES = count()

# By mode: is there a result, is it cached, is there a job, is the cache's key shown
CACHED = (True, True, False, True)
COMPUTED = (True, False, False, True)
MISSED = (False, False, False, True)
QUEUED = (False, False, True, True)
CACHED_AND_QUEUED = (True, True, True, True)
JOB_ALONE = (False, False, True, False)
OUTCOMES = (
    ("force_cache", MISSED, CACHED, CACHED, CACHED),
    ("blocking", COMPUTED, CACHED, COMPUTED, COMPUTED),
    ("async", QUEUED, CACHED, CACHED_AND_QUEUED, CACHED_AND_QUEUED),
    ("lazy_async", QUEUED, CACHED, CACHED, CACHED_AND_QUEUED),
    ("async_except_on_cache_miss", MISSED, CACHED, CACHED, CACHED),
    ("force_blocking", COMPUTED, COMPUTED, COMPUTED, COMPUTED),
    ("force_async", JOB_ALONE, JOB_ALONE, JOB_ALONE, JOB_ALONE),
    ("true", COMPUTED, COMPUTED, COMPUTED, COMPUTED),
    ("", COMPUTED, COMPUTED, COMPUTED, COMPUTED),
    ("false", MISSED, CACHED, CACHED, CACHED),
    ("nonsense", MISSED, CACHED, CACHED, CACHED),
)


def other_query(**fields: Any) -> dict[str, Any]:
    """A query that nobody has asked before."""
    only = {"key": "number", "value": str(next(QUERIES)), "type": "event", "operator": "exact"}
    return trends(properties=[only], **fields)


def ask(running: Running, insight_id: int, mode: str | None = None) -> dict[str, Any]:
    parameters = {} if mode is None else {"refresh": mode}
    answer = running.http.get(f"{running.insights}/{insight_id}", params=parameters)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def outcome(shown: dict[str, Any]) -> tuple[bool, bool, bool, bool]:
    return (
        shown["result"] is not None,
        shown["is_cached"],
        shown["query_status"] is not None,
        shown["filters_hash"] is not None,
    )


@pytest.mark.parametrize("row", OUTCOMES, ids=[row[0] or "empty" for row in OUTCOMES])
def test_each_mode_does_what_it_says_for_each_age_of_the_cache(running: Running, row: Any) -> None:
    mode, missing, *by_age = row
    assert outcome(ask(running, running.create(query=other_query())["id"], mode)) == missing
    for age, expected in zip((FRESH, STALE, LAZILY_STALE), by_age, strict=True):
        made = running.create(query=other_query(), refresh="blocking")
        running.clock.advance(age)
        assert outcome(ask(running, made["id"], mode)) == expected, age


def test_a_cache_miss_beside_a_running_job_shows_that_job_and_the_caches_key(running: Running) -> None:
    made = running.create(query=other_query())
    queued = ask(running, made["id"], "async")
    seen = ask(running, made["id"])
    assert seen["query_status"]["id"] == queued["query_status"]["id"] == seen["filters_hash"]
    assert seen["result"] is None


def test_a_mode_that_insights_do_not_know_names_no_timezone(running: Running) -> None:
    made = running.create(query=other_query())
    assert ask(running, made["id"], "async_except_on_cache_miss")["timezone"] is None
    assert ask(running, made["id"], "force_cache")["timezone"] == "UTC"


def test_queries_that_differ_only_in_how_they_look_share_a_result(running: Running) -> None:
    query = other_query()
    running.create(query=query, refresh="blocking")
    looks = {**query, "source": {**query["source"], "trendsFilter": {"showLegend": True}}}
    assert running.create(query=looks)["is_cached"]


def test_a_finished_job_leaves_its_result_in_the_cache(start: StartServer) -> None:
    running = start(queue_seconds=1.0, run_seconds=3.0)
    made = running.create(query=other_query())
    ask(running, made["id"], "force_async")
    running.clock.advance(5)
    shown = ask(running, made["id"])
    assert outcome(shown) == CACHED
    assert shown["last_refresh"] == "2026-06-17T12:00:04Z"


def test_one_broken_query_does_not_hide_the_other_rows_of_a_list(running: Running) -> None:
    source = {"kind": "HogQLQuery", "query": "select nowhere from events"}
    broken = running.create(query={"kind": "DataVisualizationNode", "source": source})
    parameters = {"refresh": "blocking", "short_id": broken["short_id"]}
    answer = running.http.get(running.insights, params=parameters)
    assert answer.status_code == 200, answer.text
    status = answer.json()["results"][0]["query_status"]
    assert status["error"]
    assert "nowhere" in status["error_message"]


def test_only_current_shows_the_newest_keys_of_a_query_status(running: Running) -> None:
    status = ask(running, running.create(query=other_query())["id"], "async")["query_status"]
    newest = {"error_code", "bytes_read", "budget_remaining_bytes", "cache_key", "query_scan"}
    shown = running.server.services.profile_of(None).has_error_code
    assert newest & status.keys() == (newest if shown else set())
