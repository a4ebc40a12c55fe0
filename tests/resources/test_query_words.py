"""Queries in words, and what to look at next."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.resources.insight_advice import analyze, suggestions
from mockserver.resources.query_words import description_of_query, name_of_query

PAGEVIEW = {"kind": "EventsNode", "event": "$pageview"}


def viz(kind: str, **fields: Any) -> dict[str, Any]:
    return {"kind": "InsightVizNode", "source": {"kind": kind, **fields}}


@pytest.mark.parametrize(
    ("query", "name"),
    [
        (viz("TrendsQuery", series=[{**PAGEVIEW, "math": "dau"}]), "Pageview unique users"),
        (
            viz(
                "TrendsQuery",
                series=[{"kind": "EventsNode", "event": "paid", "math": "sum", "math_property": "amount"}],
            ),
            "paid sum of amount",
        ),
        (viz("TrendsQuery", series=[{"kind": "ActionsNode", "id": 3}]), "Action 3 count"),
        (viz("TrendsQuery", series=[{"kind": "EventsNode", "event": None}]), "All events count"),
        (
            viz(
                "TrendsQuery",
                series=[PAGEVIEW],
                breakdownFilter={"breakdowns": [{"property": "plan"}, {"property": "$os"}]},
            ),
            "Pageview count by plan and $os",
        ),
        (viz("LifecycleQuery", series=[PAGEVIEW]), "Pageview lifecycle"),
        (viz("RetentionQuery", retentionFilter={}), "Retention"),
    ],
)
def test_a_query_has_a_name(query: dict[str, Any], name: str) -> None:
    assert name_of_query(query) == name


def test_a_description_says_what_and_when() -> None:
    query = viz("TrendsQuery", series=[PAGEVIEW], interval="week", dateRange={"date_from": "-30d"})
    assert description_of_query(query) == "Shows the trend of Pageview by week from -30d to now."


def test_an_analysis_names_total_peak_and_ends() -> None:
    result = [
        {
            "label": "paid",
            "count": 6.5,
            "data": [1, 4, 1.5],
            "days": ["2026-06-01", "2026-06-02", "2026-06-03"],
        }
    ]
    text = analyze(viz("TrendsQuery", series=[PAGEVIEW]), result)
    assert "- paid: 6.5 in total, highest on 2026-06-02 with 4, from 1 to 1.5." in text


def test_an_analysis_stops_after_five_series() -> None:
    result = [{"label": f"s{number}", "count": number} for number in range(7)]
    assert analyze(viz("TrendsQuery", series=[]), result).endswith("- and 2 more.")
    assert analyze(viz("FunnelsQuery", series=[]), [{"name": "visited", "count": 1200}]).endswith(
        "visited: 1,200."
    )


def test_nothing_is_suggested_that_the_query_does_already() -> None:
    query = viz(
        "TrendsQuery",
        series=[PAGEVIEW],
        interval="month",
        compareFilter={"compare": True},
        breakdownFilter={"breakdown": "plan"},
        dateRange={"date_from": "all"},
    )
    assert suggestions(query) == []
    assert [one["title"] for one in suggestions(viz("PathsQuery", pathsFilter={}))] == [
        "Look at the last 90 days"
    ]
    assert suggestions(None) == []
