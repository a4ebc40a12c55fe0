"""Tests of report.py against the fake; the fixtures come with posthog-insights-mock."""

import pytest
import report

SIGN_UPS = {
    "name": "Sign-ups",
    "saved": True,
    "query": {
        "kind": "InsightVizNode",
        "source": {
            "kind": "TrendsQuery",
            "series": [{"kind": "EventsNode", "event": "signed up"}],
            "dateRange": {"date_from": "-7d"},
        },
    },
}


@pytest.fixture
def client(insights_environment):
    with report.connect() as connected:
        yield connected


@pytest.mark.insights(refresh="instant", now="2026-06-17T12:00:00")
def test_counts_what_was_sent(client, insights_project):
    insights_project.send_events(
        [
            {"event": "signed up", "distinct_id": "ada", "timestamp": "2026-06-16T09:00:00"},
            {"event": "signed up", "distinct_id": "bob", "timestamp": "2026-06-17T09:00:00"},
        ]
    )
    client.post("insights/", json=SIGN_UPS).raise_for_status()
    assert report.totals(client) == {"Sign-ups": 2}


@pytest.mark.insights(refresh={"mode": "polls", "polls": 3})
def test_waits_for_a_slow_query(client, insights_project, monkeypatch):
    monkeypatch.setattr(report, "POLL_SECONDS", 0)
    made = client.post("insights/", json=SIGN_UPS).json()
    assert report.total(client, made["id"]) == 0
    assert insights_project.verify({"operation_id": "query_retrieve"}, count=3)["holds"]


@pytest.mark.insights(faults=[{"effect": {"status": 429, "retry_after": 0}, "times": 2}])
def test_is_patient_when_told_to_be(client):
    assert report.totals(client) == {}


@pytest.mark.insights(faults=[{"status": 503}])
def test_gives_up_when_posthog_is_down(client):
    with pytest.raises(report.httpx.HTTPStatusError, match="503"):
        report.totals(client)
