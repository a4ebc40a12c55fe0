"""Insights as CSV."""

from __future__ import annotations

import csv
import io
from typing import Any

from mockserver.resources.csv_rows import to_csv

from ..conftest import Running


def lines(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_a_list_is_a_line_an_insight_with_nested_keys_joined_by_dots(running: Running) -> None:
    made = running.create(name='A "quoted", name', tags=["x"])
    rows = lines(running.http.get(running.insights, params={"format": "csv", "search": "quoted"}))
    assert [row["name"] for row in rows] == ['A "quoted", name']
    assert rows[0]["id"] == str(made["id"])
    assert rows[0]["created_by.email"] == running.email
    assert rows[0]["query.source.series.0.event"] == "$pageview"
    assert rows[0]["tags.0"] == "x"


def test_the_accept_header_asks_for_csv_too(running: Running) -> None:
    made = running.create(name="One")
    answer = running.http.get(f"{running.insights}/{made['id']}", headers={"Accept": "text/csv"})
    assert lines(answer)[0]["name"] == "One"


def test_format_json_wins_over_the_accept_header(running: Running) -> None:
    answer = running.http.get(running.insights, params={"format": "json"}, headers={"Accept": "text/csv"})
    assert answer.headers["content-type"] == "application/json"


def test_an_unknown_format_is_not_found(running: Running) -> None:
    for path in ("", "/1", "/activity", "/trending"):
        assert running.http.get(f"{running.insights}{path}", params={"format": "xml"}).status_code == 404


def test_writes_and_activity_come_as_csv(running: Running) -> None:
    body = {"name": "Written", "query": {"kind": "EventsQuery", "select": ["event"]}}
    made = running.http.post(running.insights, params={"format": "csv"}, json=body)
    assert made.status_code == 201
    assert "Written" in made.text
    activity = lines(running.http.get(f"{running.insights}/activity", params={"format": "csv"}))
    assert activity[0]["detail.name"] == "Written"


def test_a_page_without_rows_is_an_empty_text(running: Running) -> None:
    answer = running.http.get(running.insights, params={"format": "csv", "short_id": "none"})
    assert (answer.status_code, answer.text) == (200, "")


def test_columns_are_sorted_and_missing_values_empty() -> None:
    assert to_csv([{"b": 1, "a": {"x": None, "y": [True, 2.5]}}, {"c": "text"}]) == (
        "a.x,a.y.0,a.y.1,b,c\r\n,True,2.5,1,\r\n,,,,text\r\n"
    )
