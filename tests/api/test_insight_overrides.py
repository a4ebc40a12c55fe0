"""Insights as they are seen on a dashboard, or through filters of the request's own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ..conftest import Running, trends

BROWSER = {"key": "$browser", "type": "event", "operator": "exact", "value": "Chrome"}


def board(running: Running, **filters: Any) -> int:
    body = {"name": "Board", "filters": filters}
    made = running.http.post(f"{running.url}/dashboards", json=body).json()
    running.store.dashboards.amend(made["id"], {"filters": filters})
    number: int = made["id"]
    return number


def seen(running: Running, insight: dict[str, Any], **parameters: Any) -> dict[str, Any]:
    answer = running.http.get(f"{running.insights}/{insight['id']}", params=parameters)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_dashboard_lays_its_filters_over_query_and_result(running: Running) -> None:
    one = board(running, date_from="-30d", properties=[BROWSER])
    made = running.create(query=trends(dateRange={"date_from": "-3d"}), dashboards=[one])
    found = seen(running, made, from_dashboard=one, refresh="blocking")
    source = found["query"]["source"]
    assert source["dateRange"] == {"date_from": "-30d", "date_to": None}
    assert source["properties"] == [BROWSER]
    assert len(found["result"][0]["days"]) == 31
    assert (found["color"], found["layouts"]) == (None, {})
    plain = seen(running, made)
    assert plain["filters_hash"] != found["filters_hash"]
    assert "color" not in plain


def test_a_dashboard_that_the_insight_is_not_on_is_ignored(running: Running) -> None:
    made = running.create()
    plain = seen(running, made)
    assert seen(running, made, from_dashboard=99999) == plain
    assert seen(running, made, from_dashboard=board(running, date_from="-30d")) == plain


def test_from_dashboard_has_to_be_a_number(running: Running) -> None:
    made = running.create()
    answer = running.http.get(f"{running.insights}/{made['id']}", params={"from_dashboard": "x"})
    assert (answer.status_code, answer.json()["attr"]) == (400, "from_dashboard")


def test_filters_of_the_request_need_no_dashboard(running: Running) -> None:
    made = running.create()
    found = seen(running, made, filters_override=json.dumps({"date_from": "-14d"}))
    assert found["query"]["source"]["dateRange"]["date_from"] == "-14d"
    rows = running.http.get(running.insights, params={"filters_override": '{"date_from": "-14d"}'}).json()
    assert all(row["query"]["source"]["dateRange"]["date_from"] == "-14d" for row in rows["results"])


def test_filters_of_the_request_win_over_the_dashboards(running: Running) -> None:
    one = board(running, date_from="-30d", properties=[BROWSER])
    made = running.create(dashboards=[one])
    found = seen(running, made, from_dashboard=one, filters_override='{"date_from": "-2d"}')
    assert found["query"]["source"]["dateRange"]["date_from"] == "-2d"
    assert found["query"]["source"]["properties"] == [BROWSER]


def test_tile_filters_replace_the_dashboards_or_merge_over_them_today(running: Running) -> None:
    one = board(running, date_from="-30d", properties=[BROWSER])
    made = running.create(dashboards=[one])
    running.store.tiles.amend(made["dashboard_tiles"][0]["id"], {"filters_overrides": {"date_from": "-5d"}})
    source = seen(running, made, from_dashboard=one)["query"]["source"]
    assert source["dateRange"]["date_from"] == "-5d"
    is_docs = running.server.services.settings.profile == "docs"
    assert ("properties" in source) is not is_docs


def test_current_says_where_filters_came_from(current: Running) -> None:
    one = board(current, date_from="-30d")
    made = current.create(dashboards=[one])
    assert seen(current, made)["filter_override_context"] is None
    assert seen(current, made, from_dashboard=one)["filter_override_context"] == {
        "dashboard": {"date_from": "-30d"},
        "tile": None,
        "overridden_dashboard": None,
    }


@pytest.mark.parametrize("name", ["filters_override", "variables_override", "tile_filters_override"])
@pytest.mark.parametrize("text", ["{", "[1]", "5", '{"a": NaN}'])
def test_an_override_has_to_be_a_json_object(running: Running, name: str, text: str) -> None:
    made = running.create()
    for address in (f"{running.insights}/{made['id']}", running.insights):
        answer = running.http.get(address, params={name: text})
        body = answer.json()
        assert (answer.status_code, body["attr"]) == (400, name)
        assert body["detail"] == f"Invalid JSON passed in {name} parameter"


@pytest.mark.parametrize(
    "filters",
    [{"properties": "x"}, {"date_from": 5}, {"properties": [{"value": 1}]}, {"breakdown_filter": []}],
)
def test_a_filter_has_to_be_of_its_shape(running: Running, filters: dict[str, Any]) -> None:
    answer = running.http.get(running.insights, params={"filters_override": json.dumps(filters)})
    assert (answer.status_code, answer.json()["attr"]) == (400, "filters_override")


def add_variable(running: Running, uuid: str, code_name: str, project_id: int | None = None) -> None:
    running.store.variables.add(
        {
            "id": running.store.variables.new_id(),
            "uuid": uuid,
            "project_id": project_id or running.project_id,
            "type": "Number",
            "name": code_name.capitalize(),
            "code_name": code_name,
            "default_value": 1,
            "values": None,
            "created_by": None,
            "created_at": "2026-06-01T00:00:00.000000Z",
        }
    )


def test_variables_follow_their_definitions_and_take_the_requests_values(running: Running) -> None:
    kept, gone = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
    add_variable(running, kept, "renamed")
    foreign = "33333333-3333-4333-8333-333333333333"
    add_variable(running, foreign, "foreign", project_id=99)
    variables = {
        uuid: {"variableId": uuid, "code_name": "before", "value": 1} for uuid in (kept, gone, foreign)
    }
    query = {"kind": "HogQLQuery", "query": "select {variables.renamed}", "variables": variables}
    made = running.create(query={"kind": "DataVisualizationNode", "source": query})
    assert made["query"]["source"]["variables"] == {
        kept: {"variableId": kept, "code_name": "renamed", "value": 1}
    }
    override = json.dumps({kept: {"variableId": kept, "code_name": "renamed", "value": 7}})
    found = seen(running, made, variables_override=override)
    assert found["query"]["source"]["variables"][kept]["value"] == 7
    listed = running.http.get(f"{running.url}/insight_variables").json()["results"]
    assert [one["id"] for one in listed] == [kept]
