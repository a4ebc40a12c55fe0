"""Creating insights."""

from __future__ import annotations

from typing import Any

import pytest

from ..conftest import Running, trends

FUNNEL_OF_ONE = {
    "kind": "InsightVizNode",
    "source": {"kind": "FunnelsQuery", "series": [{"kind": "EventsNode", "event": "signed up"}]},
}


def error(answer: Any) -> tuple[int, str, str, str | None]:
    body = answer.json()
    return answer.status_code, body["type"], body["code"], body["attr"]


def test_a_new_insight_belongs_to_its_maker_and_has_no_result_yet(running: Running) -> None:
    made = running.create(name="Visitors", description="Each day")
    assert made["created_by"]["email"] == running.email
    assert made["last_modified_by"] == made["created_by"]
    assert (made["result"], made["last_refresh"], made["is_cached"], made["timezone"]) == (
        None,
        None,
        False,
        None,
    )
    assert made["created_at"] == made["updated_at"] == made["last_modified_at"] == "2026-06-17T12:00:00Z"
    assert (made["favorited"], made["deleted"], made["is_sample"], made["order"]) == (
        False,
        False,
        False,
        None,
    )


def test_what_was_created_is_what_is_retrieved(running: Running) -> None:
    made = running.create(name="Visitors", tags=["web"])
    assert running.http.get(f"{running.insights}/{made['id']}").json() == made


def test_what_only_the_server_sets_and_unknown_keys_are_ignored(running: Running) -> None:
    made = running.create(id=987654, short_id="aaaa", result=[1], is_cached=True, nonsense={"a": 1})
    assert made["id"] != 987654
    assert made["short_id"] != "aaaa"
    assert len(made["short_id"]) == 8
    assert made["result"] is None
    assert "nonsense" not in made


def test_tags_are_stripped_lowered_and_each_kept_once(running: Running) -> None:
    assert sorted(running.create(tags=[" Web ", "web", "KPI", "  "])["tags"]) == ["kpi", "web"]


def test_refresh_in_the_body_computes_at_once(running: Running) -> None:
    made = running.create(query=trends("refreshed at once"), refresh="blocking")
    assert made["result"][0]["label"] == "refreshed at once"
    assert made["is_cached"] is False


def test_a_result_that_is_cached_for_the_same_query_comes_at_once(running: Running) -> None:
    running.create(query=trends("twice"), refresh="blocking")
    again = running.create(query=trends("twice"))
    assert again["is_cached"] is True
    assert again["result"] is not None


def test_docs_takes_an_insight_without_a_query_and_shows_a_default_one(docs: Running) -> None:
    for query in ({}, None):
        made = docs.create(query=query)
        assert made["query"]["source"]["kind"] == "TrendsQuery"
        assert made["filters"] == {}


def test_docs_shows_legacy_filters_as_the_query_they_stand_for(docs: Running) -> None:
    filters = {"insight": "LIFECYCLE", "events": [{"id": "signed up", "order": 0}], "date_from": "-14d"}
    made = docs.http.post(docs.insights, json={"filters": filters}).json()
    assert made["filters"] == {}
    assert made["query"]["source"] == {
        "kind": "LifecycleQuery",
        "series": [{"kind": "EventsNode", "event": "signed up"}],
        "dateRange": {"date_from": "-14d"},
    }


@pytest.mark.parametrize("body", [{}, {"query": None}, {"query": {}}])
def test_current_wants_a_query(current: Running, body: dict[str, Any]) -> None:
    answer = current.http.post(current.insights, json=body)
    assert error(answer) == (400, "validation_error", "invalid_input", "query")
    assert answer.json()["detail"].startswith("Creating an insight needs a query.")


def test_current_refuses_legacy_filters_without_a_query(current: Running) -> None:
    answer = current.http.post(current.insights, json={"filters": {"insight": "TRENDS"}})
    assert error(answer) == (403, "authentication_error", "permission_denied", None)


def test_current_ignores_legacy_filters_beside_a_query(current: Running) -> None:
    assert "filters" not in current.create(filters={"insight": "FUNNELS"})


def test_current_wraps_bare_sources_and_docs_stores_them_as_sent(running: Running) -> None:
    sent = {"kind": "HogQLQuery", "query": "select 1", "name": None}
    stored = running.create(query=sent)["query"]
    if running.server.services.settings.profile == "docs":
        assert stored == sent
    else:
        bare = {"kind": "HogQLQuery", "query": "select 1"}
        assert stored == {"kind": "DataVisualizationNode", "source": bare}


def test_current_wraps_trends_in_an_insight_node(current: Running) -> None:
    source = trends()["source"]
    assert current.create(query=source)["query"] == {"kind": "InsightVizNode", "source": source}


def test_current_leaves_other_kinds_as_they_are(current: Running) -> None:
    query = {"kind": "EventsQuery", "select": ["event"]}
    assert current.create(query=query)["query"] == query


def test_current_wants_two_steps_of_a_funnel_and_a_series_of_trends(current: Running) -> None:
    refused = current.http.post(current.insights, json={"query": FUNNEL_OF_ONE})
    assert error(refused) == (400, "validation_error", "funnels_require_at_least_two_steps", "query")
    empty = {"kind": "TrendsQuery", "series": []}
    refused = current.http.post(current.insights, json={"query": empty})
    assert error(refused) == (400, "validation_error", "insight_requires_at_least_one_series", "query")


def test_an_unknown_kind_of_query_is_a_parse_error(running: Running) -> None:
    answer = running.http.post(running.insights, json={"query": {"kind": "Nonsense"}})
    assert error(answer) == (400, "invalid_request", "parse_error", None)


@pytest.mark.parametrize("field", ["name", "derived_name", "description"])
def test_long_texts_are_refused(running: Running, field: str) -> None:
    answer = running.http.post(running.insights, json={"query": trends(), field: "x" * 401})
    assert error(answer) == (400, "validation_error", "max_length", field)


def test_a_whole_number_may_be_written_with_a_point(running: Running) -> None:
    made = running.http.post(
        running.insights,
        content=b'{"query": {"kind": "HogQLQuery", "query": "select 1"}, "order": 3.0}',
        headers={"Content-Type": "application/json"},
    )
    assert made.text.count('"order":3,') == 1


def test_a_refused_create_makes_nothing(running: Running) -> None:
    count = running.http.get(running.insights).json()["count"]
    running.http.post(running.insights, json={"query": trends(), "dashboards": [999999]})
    assert running.http.get(running.insights).json()["count"] == count


def test_only_current_saves_a_new_insight_unasked(running: Running) -> None:
    assert running.create()["saved"] is (running.server.services.settings.profile == "current")
    assert running.create(saved=True)["saved"] is True


def test_keys_come_in_the_servers_order(running: Running) -> None:
    keys = list(running.create())
    assert keys[:4] == ["id", "short_id", "name", "derived_name"]
    assert keys[-1] == "filters_hash"
    assert keys.index("query") < keys.index("order") < keys.index("dashboard_tiles") < keys.index("result")
    is_docs = running.server.services.settings.profile == "docs"
    assert ("filters" in keys) is is_docs
    assert ("filter_override_context" in keys) is not is_docs
