"""The schemas refuse what the vendor refuses and admit what either profile sends."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from .document import component, document, example, nodes, problems

QUERY = component("Query")
TRENDS = {"kind": "TrendsQuery", "series": [{"kind": "EventsNode", "event": "$pageview"}]}
CLOSED = (
    "Error",
    "UserBasic",
    "Insight",
    "InsightBasic",
    "TrendingInsight",
    "InsightPage",
    "TrendingInsightPage",
    "QueryStatus",
    "QueryStatusResponse",
    "SharingConfiguration",
    "SharingSettings",
    "SharePassword",
    "SharePasswordCreated",
    "ActivityPage",
    "Activity",
    "ActivityDetail",
    "ActivityChange",
    "ActivityLogPage",
    "DashboardPage",
    "ProjectPage",
    "OrganizationPage",
    "AlertPage",
    "InsightVariablePage",
)
OPTIONAL = {
    "Error": {"extra", "error_event_id"},
    "UserBasic": set(),
    "Insight": {
        "filters",
        "dashboards",
        "resolved_date_range",
        "filter_override_context",
        "search_match_type",
        "query_scan",
        "color",
        "layouts",
    },
    "InsightBasic": {"filters", "dashboards", "search_match_type"},
    "TrendingInsight": {"filters", "dashboards", "search_match_type"},
    "InsightPage": set(),
    "QueryStatus": {"error_code", "bytes_read", "budget_remaining_bytes", "cache_key", "query_scan"},
    "SharingConfiguration": {"user_access_level"},
    "SharePassword": set(),
    "SharePasswordCreated": {
        "enabled",
        "access_token",
        "settings",
        "password_required",
        "share_passwords",
    },
    "ActivityPage": set(),
    "Activity": {"is_system", "was_impersonated", "client"},
    "ActivityDetail": set(),
    "ActivityChange": set(),
}
REQUESTS = ("InsightWrite", "InsightCancel", "SharingConfigurationWrite", "DashboardWrite", "QueryRequest")


def trends(**changes: Any) -> dict[str, Any]:
    return {**TRENDS, **changes}


@pytest.mark.parametrize("name", CLOSED)
def test_what_the_server_answers_is_closed(name: str) -> None:
    schema = document()["components"]["schemas"][name]
    assert schema["additionalProperties"] is False
    assert set(schema.get("required", ())) <= set(schema["properties"])


@pytest.mark.parametrize("name", OPTIONAL)
def test_only_keys_that_some_server_leaves_out_are_optional(name: str) -> None:
    schema = document()["components"]["schemas"][name]
    assert set(schema["properties"]) - set(schema["required"]) == OPTIONAL[name]


@pytest.mark.parametrize("name", REQUESTS)
def test_unknown_keys_of_a_request_are_tolerated(name: str) -> None:
    assert "additionalProperties" not in document()["components"]["schemas"][name]


def test_every_schema_has_a_description() -> None:
    schemas = document()["components"]["schemas"]
    assert [name for name, schema in schemas.items() if not schema.get("description")] == []


def test_nullable_stands_beside_a_plain_type_only() -> None:
    lone = [
        place
        for place, node in nodes()
        if isinstance(node, dict) and node.get("nullable") is True and not isinstance(node.get("type"), str)
    ]
    assert lone == [], "validators differ on nullable beside a reference or without a type"


def test_a_nullable_enumeration_lists_null() -> None:
    wrong = [
        place
        for place, node in nodes()
        if isinstance(node, dict) and "enum" in node and node.get("nullable") is True
        if None not in node["enum"]
    ]
    assert wrong == []


def test_required_keys_are_described() -> None:
    for place, node in nodes():
        if isinstance(node, dict) and isinstance(node.get("required"), list) and "properties" in node:
            assert set(node["required"]) <= set(node["properties"]), place


def test_lenient_parameters_are_queries_that_keep_a_type() -> None:
    for name, node in document()["components"]["parameters"].items():
        if node.get("x-lenient"):
            assert node["in"] == "query", name
            assert node["schema"].keys() & {"type", "allOf"}, name


@pytest.mark.parametrize(
    "value",
    [
        {"kind": "Nonsense"},
        {"series": []},
        {"kind": "TrendsQuery"},
        trends(series="$pageview"),
        trends(series=[{"kind": "Nonsense"}]),
        trends(unknown=1),
        trends(interval="fortnight"),
        trends(dateRange={"from": "-7d"}),
        trends(properties=[{"key": "plan", "operator": "resembles"}]),
        trends(trendsFilter={"display": "Sculpture"}),
        trends(breakdownFilter={"breakdowns": [{"type": "event"}]}),
        {"kind": "InsightVizNode", "source": {"kind": "EventsQuery", "select": ["*"]}},
        {"kind": "InsightVizNode", "source": trends(series=[{"kind": "ActionsNode", "id": "7"}])},
        {"kind": "DataVisualizationNode", "source": TRENDS},
        {"kind": "HogQLQuery", "query": 1},
        {"kind": "FunnelsQuery", "series": [], "funnelsFilter": {"exclusions": [{"kind": "EventsNode"}]}},
        {"kind": "RetentionQuery"},
        "TrendsQuery",
    ],
)
def test_a_wrong_query_is_refused(value: object) -> None:
    assert problems(QUERY, value)


@pytest.mark.parametrize(
    "value",
    [
        TRENDS,
        {"kind": "InsightVizNode", "source": TRENDS, "full": True, "showFilters": None},
        trends(
            dateRange={"date_from": "-30d", "date_to": None, "explicitDate": False},
            interval="week",
            properties={
                "type": "AND",
                "values": [
                    {"type": "OR", "values": [{"key": "plan", "value": ["pro"], "operator": "exact"}]},
                    {"type": "AND", "values": [{"type": "AND", "values": []}]},
                ],
            },
            breakdownFilter={"breakdowns": [{"property": "$browser", "type": "event"}], "breakdown_limit": 5},
            trendsFilter={
                "formulaNodes": [{"formula": "A / B", "custom_name": "Ratio"}],
                "display": "BoldNumber",
            },
            compareFilter={"compare": True, "compare_to": "-1w"},
            version=2,
        ),
        trends(properties=[{"type": "hogql", "key": "properties.plan = 'pro'", "value": None}]),
        trends(properties=[{"type": "cohort", "key": "id", "value": 4, "operator": "in"}]),
        trends(series=[{"kind": "ActionsNode", "id": 7, "math": "dau"}]),
        {
            "kind": "FunnelsQuery",
            "series": [{"kind": "EventsNode", "event": "a"}, {"kind": "EventsNode", "event": "b"}],
            "funnelsFilter": {
                "exclusions": [{"kind": "EventsNode", "event": "c", "funnelFromStep": 0, "funnelToStep": 1}],
                "funnelVizType": "time_to_convert",
            },
        },
        {"kind": "RetentionQuery", "retentionFilter": {"period": "Week", "totalIntervals": 8}},
        {"kind": "PathsQuery", "pathsFilter": {"includeEventTypes": ["$pageview"], "stepLimit": 4}},
        {"kind": "StickinessQuery", **{k: TRENDS[k] for k in ("series",)}},
        {"kind": "LifecycleQuery", "series": [], "lifecycleFilter": {"toggledLifecycles": ["new"]}},
        {"kind": "HogQLQuery", "query": "select 1", "variables": {}, "filters": {"dateRange": None}},
        {"kind": "DataTableNode", "source": {"kind": "EventsQuery", "select": ["*"]}, "columns": ["*"]},
        {
            "kind": "ActorsQuery",
            "source": {"kind": "InsightActorsQuery", "source": TRENDS, "day": "2026-11-09"},
        },
        {"kind": "WebStatsTableQuery", "properties": [], "breakdownBy": "Browser"},
        {"kind": "SavedInsightNode", "shortId": "aB3dE9xZ"},
    ],
)
def test_a_good_query_is_admitted(value: object) -> None:
    assert problems(QUERY, value) == []


def test_both_profiles_of_an_insight_are_admitted() -> None:
    docs = example("InsightWithTrendsResult")
    assert {"filters", "dashboards"} <= set(docs)
    current = {key: value for key, value in docs.items() if key not in ("filters", "dashboards")}
    days = {"date_from": "2026-11-09T00:00:00Z", "date_to": "2026-11-11T23:59:59.999999Z"}
    current |= {"resolved_date_range": days, "filter_override_context": None, "search_match_type": "exact"}
    assert problems(component("Insight"), docs) == []
    assert problems(component("Insight"), current) == []


@pytest.mark.parametrize(
    "change",
    [
        {"id": "1"},
        {"name": "x" * 401},
        {"created_at": "yesterday"},
        {"tags": None},
        {"effective_privilege_level": 22},
        {"user_access_level": "owner"},
        {"query": {"kind": "Nonsense"}},
        {"query_status": {"id": "x"}},
        {"surprise": 1},
    ],
)
def test_an_insight_that_the_server_would_not_send_is_refused(change: dict[str, Any]) -> None:
    assert problems(component("Insight"), {**example("InsightWithTrendsResult"), **change})


@pytest.mark.parametrize("key", document()["components"]["schemas"]["Insight"]["required"])
def test_an_insight_lacks_no_key(key: str) -> None:
    lacking = deepcopy(example("InsightWithTrendsResult"))
    del lacking[key]
    assert problems(component("Insight"), lacking)


@pytest.mark.parametrize("value", [{}, {"query": None}, {"query": {}}, {"query": TRENDS, "unknown": 1}])
def test_what_either_profile_takes_on_create_is_admitted(value: dict[str, Any]) -> None:
    assert problems(component("InsightWrite"), value) == []


@pytest.mark.parametrize(
    "value",
    [
        {"name": "x" * 401},
        {"favorited": "maybe"},
        {"tags": "x"},
        {"query": {"kind": "Nonsense"}},
        {"query": "select 1"},
        {"dashboards": ["x"]},
        {"deleted": None},
    ],
)
def test_what_no_profile_takes_on_create_is_refused(value: dict[str, Any]) -> None:
    assert problems(component("InsightWrite"), value)
