"""The filters of the list of insights."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ..conftest import Running, trends


def names(running: Running, **parameters: Any) -> list[str]:
    answer = running.http.get(running.insights, params={"basic": "1", **parameters})
    assert answer.status_code == 200, answer.text
    return sorted(row["name"] for row in answer.json()["results"])


def viz(kind: str, **fields: Any) -> dict[str, Any]:
    return {"kind": "InsightVizNode", "source": {"kind": kind, **fields}}


STEPS = [{"kind": "EventsNode", "event": "visited"}, {"kind": "EventsNode", "event": "paid"}]


@pytest.fixture(scope="module")
def shelf(running: Running) -> Running:
    dashboard = running.http.post(f"{running.url}/dashboards", json={"name": "Board"}).json()
    other = running.http.post(f"{running.url}/dashboards", json={"name": "Other"}).json()
    running.create(name="trends", tags=["web", "kpi"], saved=True, dashboards=[dashboard["id"], other["id"]])
    running.create(name="funnel", query=viz("FunnelsQuery", series=STEPS), tags=["kpi"], saved=True)
    running.create(name="sql", query=viz("HogQLQuery", query="select 1"), saved=False)
    running.create(
        name="table", query={"kind": "EventsQuery", "select": ["event"]}, favorited=True, saved=True
    )
    running.create(name="pinned", saved=False, dashboards=[dashboard["id"]])
    flag = {"breakdown": "$feature/new-nav", "breakdown_type": "event"}
    running.create(name="flag", query=trends("visited", breakdownFilter=flag), saved=True)
    return running


def boards(shelf: Running) -> list[int]:
    listed = shelf.http.get(f"{shelf.url}/dashboards").json()["results"]
    return [next(one["id"] for one in listed if one["name"] == name) for name in ("Board", "Other")]


def test_saved_counts_what_is_on_a_dashboard(shelf: Running) -> None:
    assert names(shelf, saved="true") == ["flag", "funnel", "pinned", "table", "trends"]


@pytest.mark.parametrize("value", ["false", "", "nonsense"])
def test_any_other_saved_gives_the_unsaved(shelf: Running, value: str) -> None:
    assert names(shelf, saved=value) == ["pinned", "sql"]


@pytest.mark.parametrize("value", ["true", "false", ""])
def test_favorited_with_any_value_gives_favourites(shelf: Running, value: str) -> None:
    assert names(shelf, favorited=value) == ["table"]


def test_tags_admit_any_of_them(shelf: Running) -> None:
    assert names(shelf, tags='["web", "none"]') == ["trends"]
    assert names(shelf, tags='["web", "kpi"]') == ["funnel", "trends"]
    assert len(names(shelf, tags="[]")) == 6


def test_dashboards_want_all_of_them(shelf: Running) -> None:
    board, other = boards(shelf)
    assert names(shelf, dashboards=f"[{board}]") == ["pinned", "trends"]
    assert names(shelf, dashboards=json.dumps([board, str(other)])) == ["trends"]
    assert names(shelf, dashboards="[99999]") == []


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("TRENDS", ["flag", "pinned", "trends"]),
        ("FUNNELS", ["funnel"]),
        ("SQL", ["sql"]),
        ("JSON", ["table"]),
        ("NONSENSE", []),
    ],
)
def test_insight_gives_one_kind(shelf: Running, value: str, found: list[str]) -> None:
    assert names(shelf, insight=value) == found


def test_user_and_created_by_give_what_someone_made(shelf: Running) -> None:
    me = shelf.http.get("/api/users/@me").json()["id"]
    assert len(names(shelf, user="")) == 6
    assert len(names(shelf, created_by=f"[{me}]")) == 6
    assert names(shelf, created_by="[99999]") == []
    assert len(names(shelf, created_by="[]")) == len(names(shelf, created_by="")) == 6


def test_docs_takes_created_by_as_the_documented_number(shelf: Running) -> None:
    status = shelf.http.get(shelf.insights, params={"created_by": "1"}).status_code
    assert status == (200 if shelf.server.services.settings.profile == "docs" else 400)


@pytest.mark.parametrize("name", ["tags", "dashboards", "created_by", "events"])
def test_lists_that_are_no_json_are_refused(shelf: Running, name: str) -> None:
    answer = shelf.http.get(shelf.insights, params={name: "x"})
    assert (answer.status_code, answer.json()["attr"]) == (400, name)


def test_events_want_every_event(shelf: Running) -> None:
    assert names(shelf, events='["visited"]') == ["flag", "funnel"]
    assert names(shelf, events='["visited", "paid"]') == ["funnel"]


def test_feature_flag_finds_what_mentions_it(shelf: Running) -> None:
    assert names(shelf, feature_flag="new-nav") == ["flag"]


def test_short_id_gives_one_or_none(shelf: Running) -> None:
    made = shelf.http.get(shelf.insights, params={"insight": "FUNNELS"}).json()["results"][0]
    assert names(shelf, short_id=made["short_id"]) == ["funnel"]
    assert names(shelf, short_id="nothing") == []


def test_filters_combine(shelf: Running) -> None:
    assert names(shelf, tags='["kpi"]', insight="FUNNELS", saved="1") == ["funnel"]
    assert names(shelf, tags='["web"]', favorited="1") == []


def test_unknown_parameters_are_ignored(shelf: Running) -> None:
    assert len(names(shelf, dashboard="1", session_id="x", nonsense="y")) == 6


def test_times_are_strict_bounds(start: Any) -> None:
    server = start()
    server.create(name="old")
    server.clock.advance(3 * 86400)
    server.create(name="new")
    assert names(server, created_date_from="-2d") == ["new"]
    assert names(server, created_date_to="-2d") == ["old"]
    assert names(server, date_from="-7d", date_to="dStart") == ["old"]
    assert names(server, created_date_from="2026-06-17T12:00:00Z") == ["new"]
    assert names(server, date_from="no date at all") == []


def test_last_viewed_bounds_leave_out_what_nobody_viewed(start: Any) -> None:
    server = start()
    seen = server.create(name="seen")
    server.create(name="unseen")
    server.http.post(f"{server.insights}/viewed", json={"insight_ids": [seen["id"]]})
    server.clock.advance(60)
    assert names(server, last_viewed_date_from="-1h") == ["seen"]
    assert names(server, last_viewed_date_to="-1h") == []


def test_the_two_insights_of_feature_flags_can_be_hidden(start: Any) -> None:
    server = start()
    server.create(name="Feature Flag Called Total Volume")
    server.create(name="Mine")
    assert names(server, hide_feature_flag_insights="true") == ["Mine"]
    assert len(names(server, hide_feature_flag_insights="false")) == 2


def test_legacy_rows_are_found_by_their_own_type(docs: Running) -> None:
    docs.http.post(docs.insights, json={"name": "legacy", "filters": {"insight": "PATHS"}})
    assert names(docs, insight="PATHS") == ["legacy"]
