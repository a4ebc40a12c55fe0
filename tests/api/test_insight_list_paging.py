"""Pages of the list of insights."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..conftest import Running


@pytest.fixture(scope="module")
def seven(running: Running) -> Running:
    for number in range(7):
        running.create(name=f"Insight {number}")
    return running


def page(running: Running, url: str | None = None, **parameters: Any) -> dict[str, Any]:
    answer = running.http.get(url or running.insights, params=None if url else parameters)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def ids(found: dict[str, Any]) -> list[int]:
    return [row["id"] for row in found["results"]]


def test_a_page_says_how_many_there_are_and_links_its_neighbours(seven: Running) -> None:
    found = page(seven, limit=3, offset=3, basic="true")
    address = f"http://127.0.0.1:8129{seven.insights}"
    assert found["count"] == 7
    assert found["next"] == f"{address}?basic=true&limit=3&offset=6"
    assert found["previous"] == f"{address}?basic=true&limit=3"
    assert len(found["results"]) == 3


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limit=st.integers(1, 9), order=st.sampled_from([None, "id", "-name", "-created_at", "last_viewed_at"]))
def test_the_pages_together_are_the_list(seven: Running, limit: int, order: str | None) -> None:
    parameters = {"basic": "1"} | ({"order": order} if order else {})
    whole = ids(page(seven, **parameters))
    walked: list[int] = []
    found = page(seven, **parameters, limit=limit)
    while True:
        walked += ids(found)
        if found["next"] is None:
            break
        found = page(seven, found["next"])
    assert walked == whole
    assert sorted(set(walked)) == sorted(walked)


@pytest.mark.parametrize("limit", ["0", "-3", "abc", "", "1.5"])
def test_a_limit_that_is_no_positive_number_counts_as_a_hundred(seven: Running, limit: str) -> None:
    assert len(ids(page(seven, limit=limit))) == 7


@pytest.mark.parametrize("offset", ["-3", "abc", ""])
def test_an_offset_that_is_no_number_counts_as_none(seven: Running, offset: str) -> None:
    assert ids(page(seven, offset=offset)) == ids(page(seven))


def test_an_offset_past_the_end_gives_an_empty_page(seven: Running) -> None:
    found = page(seven, offset=100)
    assert (found["count"], found["results"], found["next"]) == (7, [], None)


def test_links_keep_every_other_parameter(seven: Running) -> None:
    found = page(seven, search="Insight", tags="[]", limit=2)
    assert "search=Insight" in found["next"]
    assert "tags=%5B%5D" in found["next"]


def test_basic_rows_carry_no_result(seven: Running) -> None:
    row = page(seven, basic="TRUE", limit=1)["results"][0]
    assert "result" not in row
    assert (row["last_refresh"], row["refreshing"]) == (None, False)
    assert "result" in page(seven, basic="maybe", limit=1)["results"][0]


def test_a_page_computes_its_rows_when_asked(seven: Running) -> None:
    rows = page(seven, refresh="blocking", limit=2)["results"]
    assert all(row["result"] is not None for row in rows)
