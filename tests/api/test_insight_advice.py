"""Names, analyses and suggestions, worked out from the query."""

from __future__ import annotations

from typing import Any

import pytest

from ..conftest import Running, trends

FUNNEL = {
    "kind": "InsightVizNode",
    "source": {
        "kind": "FunnelsQuery",
        "series": [{"kind": "EventsNode", "event": "visited"}, {"kind": "EventsNode", "event": "paid"}],
    },
}


@pytest.mark.parametrize(
    ("query", "name"),
    [
        (trends(), "Pageview count"),
        (trends("paid", breakdownFilter={"breakdown": "plan"}), "paid count by plan"),
        (FUNNEL, "visited → paid funnel"),
        ({"kind": "HogQLQuery", "query": "select 1"}, "SQL query"),
    ],
)
def test_a_query_is_named_once_the_organisation_agrees(running: Running, query: Any, name: str) -> None:
    address = f"{running.insights}/generate_metadata"
    refused = running.http.post(address, json={"query": query})
    assert refused.status_code == 403
    assert refused.json()["detail"] == "AI data processing must be approved by your organization"
    running.store.organizations.amend(1, {"is_ai_data_processing_approved": True})
    try:
        answer = running.http.post(address, json={"query": query}).json()
    finally:
        running.store.organizations.amend(1, {"is_ai_data_processing_approved": False})
    assert answer["name"] == name
    assert answer["description"].startswith("Shows the ")


def test_an_analysis_tells_of_query_and_result(running: Running) -> None:
    made = running.create(query=trends("analysed"))
    address = f"{running.insights}/{made['id']}/analyze"
    session = running.session()
    assert "no result" in session.get(address).json()["result"]
    running.http.get(f"{running.insights}/{made['id']}", params={"refresh": "blocking"})
    assert "analysed: 0" in session.get(address).json()["result"]


def test_suggestions_are_queries_that_can_be_saved(running: Running) -> None:
    made = running.create(query=trends("suggested"))
    address = f"{running.insights}/{made['id']}/suggestions"
    session = running.session()
    found = session.get(address).json()
    assert [one["title"] for one in found] == [
        "Break down by browser",
        "Compare with the previous period",
        "Group by week",
        "Look at the last 90 days",
    ]
    for one in found:
        running.create(name=one["title"], query=one["targetQuery"])
    assert session.post(address, json={"context": "x"}).json() == found


def test_what_is_not_drawn_is_not_analysed(running: Running) -> None:
    made = running.create(query={"kind": "EventsQuery", "select": ["event"]})
    session = running.session()
    assert session.get(f"{running.insights}/{made['id']}/analyze").json() == {"result": ""}
    assert session.get(f"{running.insights}/{made['id']}/suggestions").json() == []


def test_timing_is_taken_and_forgotten(running: Running) -> None:
    answer = running.session().post(f"{running.insights}/timing", json={"seconds": 2})
    assert (answer.status_code, answer.content) == (201, b"")
