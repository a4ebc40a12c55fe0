"""Habits of clients, found in journals that are made up here."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from mockserver.control.habits import find_habits
from mockserver.control.journal import Entry
from tests.conftest import NOW
from tests.control.conftest import Steered

LIST = "/api/projects/1/insights"


def entry(number: int, seconds: float, operation_id: str, path: str = LIST, **fields: object) -> Entry:
    made = Entry(
        id=number,
        request_id=str(number),
        at=NOW + timedelta(seconds=seconds),
        real=1000 + seconds,
        method="GET",
        path=path,
        query={},
        headers={},
        body=None,
        operation_id=operation_id,
        project_id=1,
        caller="someone",
        status=200,
        duration_ms=1.0,
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def rules(*entries: Entry) -> dict[str, int]:
    return {str(one["rule"]): int(one["count"]) for one in find_habits(entries)}  # type: ignore[arg-type, index, call-overload]


def test_polling_faster_than_every_300_ms_is_found() -> None:
    times = (0.0, 0.1, 0.5, 0.6)

    found = rules(*(entry(n, at, "query_retrieve", "/query/a") for n, at in enumerate(times)))

    assert found == {"polls_too_fast": 2}


def test_polling_two_queries_in_turn_is_fine() -> None:
    assert rules(entry(1, 0, "query_retrieve", "/query/a"), entry(2, 0.1, "query_retrieve", "/query/b")) == {}


def test_forcing_the_calculation_of_whole_pages_is_found() -> None:
    forced = [entry(n, n, "insights_list", query={"refresh": value}) for n, value in enumerate(("true", ""))]
    calm = [entry(9, 9, "insights_list"), entry(10, 10, "insights_list", query={"refresh": "async"})]

    assert rules(*forced, *calm) == {"force_blocking_on_lists": 2}


def test_coming_back_before_retry_after_is_found() -> None:
    refused = entry(1, 0, "insights_list", status=429, retry_after=10)

    assert rules(refused, entry(2, 5, "insights_list")) == {"ignores_retry_after": 1}
    assert rules(refused, entry(2, 11, "insights_list")) == {}
    assert rules(refused, entry(2, 5, "insights_list", caller="someone else")) == {}


def test_a_clock_that_was_moved_ends_the_wait() -> None:
    refused = entry(1, 0, "insights_list", status=429, retry_after=10)

    assert rules(refused, entry(2, 1, "insights_list", at=NOW + timedelta(minutes=1))) == {}


def test_retrieving_a_list_one_by_one_is_found() -> None:
    each = [entry(n, 1 + n / 10, "insights_retrieve", f"{LIST}/{n}") for n in range(6)]

    assert rules(entry(0, 0, "insights_list"), *each) == {"retrieves_one_by_one": 6}
    assert rules(*each) == {}
    assert rules(entry(0, 0, "insights_list"), *each[:4]) == {}


def test_habits_are_answered_for_a_project(mock: Steered) -> None:
    for _ in range(2):
        mock.running.http.get(mock.running.insights, params={"refresh": "force_blocking"})
    other = mock.project()

    found = mock.get("requests/lint", project_id=mock.project_id)

    assert [(one["rule"], one["count"]) for one in found] == [("force_blocking_on_lists", 2)]
    assert mock.get("requests/lint", project_id=other.id) == []
