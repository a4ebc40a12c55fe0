"""Queries as a fixture may hold them: nothing of people in them, and references in place of ids."""

from __future__ import annotations

import json

import pytest

from mockserver.seeding.anonymous import Anonymiser
from mockserver.seeding.anonymous_queries import QueryAnonymiser
from mockserver.store import JSON, JSONObject


def anonymised(query: JSONObject, *, keep_titles: bool = False) -> JSONObject:
    return QueryAnonymiser(Anonymiser(keep_titles=keep_titles)).query(query)


def trends(**more: JSON) -> JSONObject:
    return {"kind": "TrendsQuery", "series": [{"kind": "EventsNode", "event": "order placed"}], **more}


SECRETS: dict[str, JSONObject] = {
    "a filter": trends(
        properties=[{"key": "company", "type": "person", "operator": "exact", "value": ["Acme"]}]
    ),
    "a filter's label": trends(properties=[{"key": "plan", "value": "pro", "label": "Acme"}]),
    "a group of filters": trends(
        properties={"type": "AND", "values": [{"type": "OR", "values": [{"key": "plan", "value": "Acme"}]}]}
    ),
    "a pattern": trends(properties=[{"key": "email", "operator": "regex", "value": r".*@acme\.com"}]),
    "filters of old": {"insight": "TRENDS", "events": [], "properties": {"email__icontains": "@acme.com"}},
    "a filter in SQL": trends(properties=[{"key": "properties.plan = 'Acme'", "type": "hogql"}]),
    "a name of a series": {"kind": "TrendsQuery", "series": [{"kind": "EventsNode", "custom_name": "Acme"}]},
    "a formula's name": trends(trendsFilter={"formulaNodes": [{"formula": "A", "custom_name": "Acme"}]}),
    "a goal": trends(trendsFilter={"goalLines": [{"label": "Acme", "value": 5}]}),
    "a colour of a value": trends(
        trendsFilter={"resultCustomizations": {'{"breakdown_value":["Acme"]}': {}}}
    ),
    "a breakdown in SQL": trends(
        breakdownFilter={"breakdown_type": "hogql", "breakdown": "if(x, 'Acme', 'y')"}
    ),
    "a page": {
        "kind": "PathsQuery",
        "pathsFilter": {"startPoint": "https://acme.com/x", "excludeEvents": ["/acme"]},
    },
    "a cleaning rule": {
        "kind": "PathsQuery",
        "pathsFilter": {"localPathCleaningFilters": [{"alias": "acme", "regex": "acme/.*"}]},
    },
    "SQL": {
        "kind": "HogQLQuery",
        "query": "SELECT 1 FROM events WHERE properties.a = 'Acme' -- Acme",
        "name": "Acme",
    },
    "a placeholder": {
        "kind": "HogQLQuery",
        "query": "SELECT {x}",
        "values": {"x": "Acme", "y": {"z": "Acme"}},
    },
    "a table": {
        "kind": "DataTableNode",
        "columns": ["'Acme'"],
        "source": {"kind": "EventsQuery", "select": ["'Acme'"], "where": ["properties.a = 'Acme'"]},
    },
    "a search": {"kind": "ActorsQuery", "search": "Acme"},
    "actors behind a bar": {
        "kind": "ActorsQuery",
        "source": {"kind": "InsightActorsQuery", "source": trends(), "breakdown": "Acme"},
    },
    "results that were kept": trends(response={"results": ["Acme"]}),
    "a tag": trends(tags={"name": "Acme"}),
}


@pytest.mark.parametrize("place", SECRETS)
def test_what_tells_of_a_customer_is_found_wherever_it_is(place: str) -> None:
    assert "acme" in json.dumps(SECRETS[place]).lower()
    assert "acme" not in json.dumps(anonymised(SECRETS[place])).lower()


@pytest.mark.parametrize(
    "query",
    [
        trends(
            interval="week",
            dateRange={"date_from": "-30d"},
            breakdownFilter={"breakdown": "plan", "breakdown_type": "event"},
        ),
        trends(properties=[{"key": "event", "type": "event_metadata", "value": ["order placed"]}]),
        {
            "kind": "TrendsQuery",
            "series": [{"kind": "EventsNode", "event": None, "name": "All events", "math": "dau"}],
        },
        {
            "kind": "RetentionQuery",
            "retentionFilter": {"targetEntity": {"id": "signed up", "name": "signed up", "type": "events"}},
        },
        {
            "kind": "PathsQuery",
            "pathsFilter": {"startPoint": "signed up", "includeEventTypes": ["custom_event"]},
        },
        {
            "kind": "HogQLQuery",
            "query": "SELECT properties.plan FROM events WHERE event IN ('order placed') GROUP BY 1",
        },
        {"kind": "WebStatsTableQuery", "breakdownBy": "Page", "properties": []},
        {
            "kind": "StickinessQuery",
            "series": [],
            "stickinessFilter": {"stickinessCriteria": {"operator": "gte", "value": 2}},
        },
    ],
)
def test_events_properties_and_words_of_the_query_language_stay(query: JSONObject) -> None:
    assert anonymised(query) == query


def test_names_of_series_stay_where_titles_are_to_be_kept() -> None:
    query: JSONObject = {
        "kind": "TrendsQuery",
        "series": [{"kind": "EventsNode", "event": "x", "custom_name": "Acme"}],
    }
    assert anonymised(query, keep_titles=True) == query


def test_actions_cohorts_and_variables_become_references() -> None:
    queries = QueryAnonymiser(Anonymiser())
    made = queries.query(
        {
            "kind": "FunnelsQuery",
            "series": [{"kind": "ActionsNode", "id": 17, "name": "Paid by Acme"}],
            "properties": [{"key": "id", "type": "cohort", "value": 98, "cohort_name": "Acme people"}],
            "breakdownFilter": {"breakdown_type": "cohort", "breakdown": [98, "all", 0]},
        }
    )
    assert made["series"] == [
        {"kind": "ActionsNode", "id": "@actions/action-17", "name": _title(queries, "Paid by Acme")}
    ]
    assert made["properties"] == [{"key": "id", "type": "cohort", "value": "@cohorts/cohort-98"}]
    assert made["breakdownFilter"] == {
        "breakdown_type": "cohort",
        "breakdown": ["@cohorts/cohort-98", "all", 0],
    }
    legacy = queries.query({"actions": [{"id": "17", "type": "actions"}, {"id": None, "type": "actions"}]})
    assert legacy == {
        "actions": [{"id": "@actions/action-17", "type": "actions"}, {"id": None, "type": "actions"}]
    }
    assert queries.query({"kind": "EventsQuery", "actionId": 3})["actionId"] == "@actions/action-3"
    assert queries.references.actions == {17: "Paid by Acme", 3: None}
    assert queries.references.cohorts == {98: "Acme people"}


def _title(queries: QueryAnonymiser, text: str) -> str | None:
    (node,) = queries.query({"series": [{"kind": "ActionsNode", "id": 17, "name": text}]})["series"]  # type: ignore[misc]
    assert isinstance(node, dict)
    assert text != node["name"]
    return str(node["name"])


def test_a_variable_of_countries_keeps_its_value_and_one_of_names_does_not() -> None:
    queries = QueryAnonymiser(Anonymiser())
    made = queries.query(
        {
            "kind": "HogQLQuery",
            "query": "SELECT 1 WHERE properties.$geoip_country_code = {variables.Land} AND {variables.who} "
            "AND 1 > {variables.least}",
            "variables": {
                "u-1": {"variableId": "u-1", "code_name": "Land", "value": "US"},
                "u-2": {"variableId": "u-2", "code_name": "who", "value": "Acme"},
                "u-3": {"variableId": "u-3", "code_name": "least"},
            },
        }
    )
    variables = made["variables"]
    assert isinstance(variables, dict)
    assert variables["@variables/land"] == {
        "variableId": "@variables/land",
        "code_name": "Land",
        "value": "US",
    }
    assert "Acme" not in json.dumps(variables)
    assert "value" not in json.dumps(variables["@variables/least"])
    assert queries.references.numeric == {"least"}
    again = queries.variables({"u-1": {"code_name": "Land", "value": "DE"}})
    assert again["@variables/land"]["value"] == "DE"  # type: ignore[index, call-overload]
