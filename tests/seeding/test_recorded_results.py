"""A fixture brings results along: they are shown as recorded, and its entries keep their ids."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from mockserver.errors import StartError
from mockserver.seeding.fixture_writer import write_fixture
from mockserver.seeding.loader import load_fixture
from mockserver.seeding.reading import parse_file
from mockserver.testing import MockServer, Server

QUERY = {"kind": "TrendsQuery", "series": [{"kind": "ActionsNode", "id": "@actions/paid"}]}
SERIES = {"data": [3, 5], "days": ["2026-11-27", "2026-11-28"], "labels": ["27-Nov-2026", "28-Nov-2026"]}
CONTENT: dict[str, Any] = {
    "format": 1,
    "recorded": "2026-11-28T12:00:00Z",
    "organization": {"name": "A"},
    "project": {"id": 4711, "name": "B", "timezone": "Europe/Berlin"},
    "people": [{"id": 77, "key": "me", "first_name": "M", "email": "m@example.com"}],
    "actions": [{"id": 12, "key": "paid", "name": "Paid", "steps": [{"event": "paid"}]}],
    "variables": [
        {
            "id": "0f8fad5b-d9cb-469f-a165-70867728950e",
            "key": "plan",
            "name": "Plan",
            "code_name": "plan",
            "type": "String",
        }
    ],
    "insights": [
        {"id": 501, "short_id": "aBc12345", "key": "sales", "name": "Sales", "by": "me", "query": QUERY},
        {"key": "other", "name": "Other", "by": "me"},
    ],
    "dashboards": [{"id": 9, "key": "board", "name": "Board", "tiles": [{"id": 33, "insight": "sales"}]}],
    "results": [
        {"query": QUERY, "refreshed": "2h", "results": [SERIES], "extra": {"samplingRate": 1}},
        {"query": {**QUERY, "dateRange": {"date_from": "2026-11-27"}}, "results": [SERIES]},
    ],
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "recorded.yaml"
    path.write_text(yaml.safe_dump(CONTENT), "utf-8")
    return path


def get(server: Server, place: str, project: int = 4711, key: str | None = None, **sent: Any) -> Any:
    headers = {"Authorization": f"Bearer {key or server.project.api_key}"}
    url = f"{server.url}/api/projects/{project}/{place}"
    answer = httpx.post(url, json=sent, headers=headers) if sent else httpx.get(url, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_entries_keep_the_ids_that_they_are_given_and_others_get_further_ones(path: Path) -> None:
    with MockServer(fixture=str(path)) as server:
        assert server.project.id == 4711
        shown = get(server, "insights/501")
        assert (shown["id"], shown["short_id"], shown["created_by"]["id"]) == (501, "aBc12345", 77)
        assert [each["id"] for each in get(server, "insights?order=id")["results"]] == [501, 502]
        assert shown["query"]["series"][0]["id"] == 12
        assert get(server, "dashboards/9")["tiles"][0]["id"] == 33
        assert get(server, "insight_variables")["results"][0]["id"] == CONTENT["variables"][0]["id"]


def test_ids_that_are_taken_are_drawn(path: Path) -> None:
    with MockServer(fixture=str(path)) as server:
        again = server.create_project(fixture=str(path))
        page = get(server, "insights?order=id", again.id, again.api_key)["results"]
        assert again.id != 4711
        assert {each["id"] for each in page}.isdisjoint({501, 502})
        assert page[0]["short_id"] == "aBc12345"
        assert page[0]["result"] == get(server, "insights/501")["result"]


def test_a_recorded_result_lies_in_the_cache_and_is_what_a_refresh_gives(path: Path) -> None:
    with MockServer(fixture=str(path), now="2026-11-28T14:00:00Z", frozen=True) as server:
        shown = get(server, "insights/501")
        assert shown["result"] == [SERIES]
        assert shown["last_refresh"] == "2026-11-28T12:00:00Z"
        assert get(server, "insights/501?refresh=force_blocking")["last_refresh"] == "2026-11-28T14:00:00Z"
        source = {**QUERY, "series": [{"kind": "ActionsNode", "id": 12}]}
        answer = get(server, "query", query=source, refresh="force_blocking")
        assert (answer["results"], answer["samplingRate"], answer["is_cached"]) == ([SERIES], 1, False)
        assert answer["timezone"] == "Europe/Berlin"


def test_dates_move_with_the_day_of_the_start_where_the_range_does(path: Path) -> None:
    with MockServer(fixture=str(path), now="2026-12-01T22:59:00Z") as server:
        assert get(server, "insights/501")["result"][0]["days"] == ["2026-11-30", "2026-12-01"]
        source = {"kind": "TrendsQuery", "series": [{"kind": "ActionsNode", "id": 12}]}
        fixed = get(server, "query", query={**source, "dateRange": {"date_from": "2026-11-27"}})
        assert fixed["results"] == [SERIES]
    with MockServer(fixture=str(path), now="2026-12-01T23:01:00Z") as server:
        # midnight has passed in Berlin
        assert get(server, "insights/501")["result"][0]["days"] == ["2026-12-01", "2026-12-02"]


def test_a_result_may_hold_what_looks_like_a_template_and_a_query_what_is_not_there_is_refused(
    path: Path,
) -> None:
    rows = [["{{ first_name }}", "@actions/none"]]
    content = {
        **CONTENT,
        "results": [{"query": {"kind": "HogQLQuery", "query": "select 1"}, "results": rows}],
    }
    path.write_text(yaml.safe_dump(content), "utf-8")
    with MockServer(fixture=str(path)) as server:
        answer = get(server, "query", query={"kind": "HogQLQuery", "query": "select 1"})
        assert answer["results"] == rows
    lost = {"kind": "TrendsQuery", "series": [{"kind": "ActionsNode", "id": "@actions/none"}]}
    path.write_text(yaml.safe_dump({**CONTENT, "results": [{"query": lost, "results": []}]}), "utf-8")
    with pytest.raises(Exception, match=r"results\[0\]\.query\.series\[0\]\.id: 'none' is not among actions"):
        load_fixture(str(path))


def test_results_that_come_last_as_lines_of_json_are_read_as_any_others(path: Path) -> None:
    content = load_fixture(str(path)).content
    write_fixture(path, content, replace=True)
    lines = path.read_text("utf-8").partition("\nresults:\n")[2].splitlines()
    assert [json.loads(line.removeprefix("- ")) for line in lines] == content["results"]
    assert yaml.safe_load(path.read_text("utf-8")) == content
    by_hand = path.read_text("utf-8") + "- {query: {kind: HogQLQuery}, results: [1]}\nlocale: de_DE\n"
    path.write_text(by_hand, "utf-8")
    assert parse_file(path) == yaml.safe_load(by_hand)
    path.write_text(by_hand + "- {broken\n", "utf-8")
    with pytest.raises(StartError, match="not valid YAML"):
        parse_file(path)
