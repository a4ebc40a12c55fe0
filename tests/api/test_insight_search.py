"""Searching insights."""

from __future__ import annotations

from typing import Any

import pytest

from ..conftest import Running


@pytest.fixture(scope="module")
def library(running: Running) -> Running:
    running.create(name="Weekly pageviews")
    running.create(name="Revenue", description="What customers PAY each week")
    running.create(name="Signups", derived_name="Signed up count", tags=["growth"])
    return running


def found(running: Running, **parameters: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = running.http.get(running.insights, params=parameters).json()["results"]
    return rows


def is_docs(running: Running) -> bool:
    return running.server.services.settings.profile == "docs"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("PAGEVIEW", "Weekly pageviews"),
        ("pay each", "Revenue"),
        ("signed up", "Signups"),
        ("growth", "Signups"),
    ],
)
def test_any_text_of_an_insight_is_searched_whatever_its_case(library: Running, text: str, name: str) -> None:
    assert [row["name"] for row in found(library, search=text)] == [name]


def test_only_current_finds_similar_words_and_says_so(library: Running) -> None:
    rows = found(library, search="pagviews")
    if is_docs(library):
        assert rows == []
    else:
        assert [(row["name"], row["search_match_type"]) for row in rows] == [("Weekly pageviews", "similar")]


def test_exact_rows_hide_similar_ones(library: Running) -> None:
    rows = found(library, search="signups")
    assert [row["name"] for row in rows] == ["Signups"]
    assert [row.get("search_match_type") for row in rows] == [None if is_docs(library) else "exact"]


def test_a_blank_search_matches_all(library: Running) -> None:
    assert len(found(library, search="")) == 3
    if not is_docs(library):
        rows = found(library, search="   ")
        assert len(rows) == 3
        assert "search_match_type" not in rows[0]


def test_only_current_limits_the_length_of_a_search(library: Running) -> None:
    answer = library.http.get(library.insights, params={"search": "x" * 201})
    assert answer.status_code == (200 if is_docs(library) else 400)
    assert library.http.get(library.insights, params={"search": "x" * 200}).status_code == 200


def test_basic_rows_say_how_they_matched_too(library: Running) -> None:
    row = found(library, search="revenue", basic="1")[0]
    assert ("search_match_type" in row) is not is_docs(library)


def test_an_order_beats_relevance(library: Running) -> None:
    rows = found(library, search="e", order="-name")
    assert [row["name"] for row in rows] == sorted((row["name"] for row in rows), reverse=True)
