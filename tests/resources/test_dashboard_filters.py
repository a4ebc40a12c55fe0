"""Filters laid over queries."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.http.contract import Contract
from mockserver.profiles import CURRENT, DOCS, Profile
from mockserver.resource_files import bundled
from mockserver.resources.context import Overrides
from mockserver.resources.dashboard_filters import apply

MINE = {"key": "plan", "type": "event", "value": "pro"}
THEIRS = {"key": "$browser", "type": "event", "value": "Chrome"}


def viz(**source: Any) -> dict[str, Any]:
    return {"kind": "InsightVizNode", "source": {"kind": "TrendsQuery", "series": [], **source}, "full": True}


def laid(query: dict[str, Any], profile: Profile = CURRENT, **overrides: Any) -> dict[str, Any]:
    source: Any = apply(query, Overrides(**overrides), profile)["source"]
    found: dict[str, Any] = source
    return found


def test_without_overrides_the_query_is_the_very_same() -> None:
    query = viz()
    assert apply(query, Overrides(), CURRENT) is query
    assert apply(query, Overrides(filters={"date_from": None}), CURRENT) is query


def test_the_nodes_around_the_source_stay() -> None:
    assert apply(viz(), Overrides(filters={"date_from": "-1d"}), DOCS)["full"] is True


def test_both_ends_of_a_date_range_are_one_unit() -> None:
    source = laid(viz(dateRange={"date_from": "-3d", "date_to": "-1d"}), dashboard={"date_from": "-30d"})
    assert source["dateRange"] == {"date_from": "-30d", "date_to": None}
    source = laid(viz(), dashboard={"date_from": "-30d", "interval": "week"}, tile={"date_to": "2026-01-01"})
    assert source["dateRange"] == {"date_from": None, "date_to": "2026-01-01"}
    assert source["interval"] == "week"


def test_properties_are_joined_by_and() -> None:
    assert laid(viz(), dashboard={"properties": [THEIRS]})["properties"] == [THEIRS]
    joined = laid(viz(properties=[MINE]), dashboard={"properties": [THEIRS]})["properties"]
    assert joined == {
        "type": "AND",
        "values": [{"type": "AND", "values": [MINE]}, {"type": "AND", "values": [THEIRS]}],
    }


def test_a_breakdown_replaces_where_the_kind_has_one() -> None:
    held = {"breakdown": "plan"}
    new = {"breakdown": "$os", "breakdown_type": "event"}
    assert laid(viz(breakdownFilter=held), dashboard={"breakdown_filter": new})["breakdownFilter"] == new
    lifecycle = {"kind": "InsightVizNode", "source": {"kind": "LifecycleQuery", "series": []}}
    assert "breakdownFilter" not in laid(lifecycle, dashboard={"breakdown_filter": new})


def test_all_time_is_compared_with_nothing() -> None:
    compared = viz(compareFilter={"compare": True})
    assert laid(compared, dashboard={"date_from": "all"})["compareFilter"] == {"compare": False}
    assert laid(compared, dashboard={"date_from": "-7d"})["compareFilter"] == {"compare": True}


@pytest.mark.parametrize(("profile", "applies"), [(DOCS, False), (CURRENT, True)])
def test_only_today_more_is_set_by_a_dashboard(profile: Profile, applies: bool) -> None:
    source = laid(viz(), profile, dashboard={"interval": "month", "filterTestAccounts": True})
    assert ("interval" in source, "filterTestAccounts" in source) == (applies, applies)


def test_tile_filters_replace_before_and_merge_today() -> None:
    overrides = {"dashboard": {"properties": [THEIRS]}, "tile": {"date_from": "-5d"}}
    assert "properties" not in laid(viz(), DOCS, **overrides)
    assert laid(viz(), CURRENT, **overrides)["properties"] == [THEIRS]


def test_sql_takes_filters_as_a_part_of_its_own() -> None:
    query = {"kind": "DataVisualizationNode", "source": {"kind": "HogQLQuery", "query": "select 1"}}
    group = {"type": "OR", "values": [MINE, THEIRS]}
    source = laid(query, dashboard={"date_from": "-1d", "properties": group})
    assert source["filters"] == {
        "dateRange": {"date_from": "-1d", "date_to": None},
        "properties": [MINE, THEIRS],
    }


def test_an_events_table_takes_dates_as_after_and_before() -> None:
    query = {
        "kind": "DataTableNode",
        "source": {"kind": "EventsQuery", "select": ["*"], "properties": [MINE]},
    }
    source = laid(query, dashboard={"date_from": "-1d", "date_to": "-1h", "properties": [THEIRS]})
    assert (source["after"], source["before"]) == ("-1d", "-1h")
    assert source["properties"] == [MINE, THEIRS]


def test_values_are_given_only_to_variables_that_the_query_uses() -> None:
    used = {"a": {"variableId": "a", "code_name": "x", "value": 1}}
    query = {"kind": "HogQLQuery", "query": "select 1", "variables": used}
    given = {"a": {"variableId": "a", "code_name": "other", "value": 2}, "b": {"variableId": "b", "value": 3}}
    changed = apply(query, Overrides(dashboard_variables=given), CURRENT)
    assert changed["variables"] == {"a": {"variableId": "a", "code_name": "x", "value": 2}}


leaves = (
    st.none()
    | st.booleans()
    | st.integers(-3, 9)
    | st.sampled_from(["-7d", "all", "day", "AND", "event", "$os"])
)
junk = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["key", "type", "value", "values", "operator", "breakdown", "property"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)
some_filters = st.dictionaries(
    st.sampled_from(
        ["date_from", "date_to", "interval", "properties", "breakdown_filter", "explicitDate", "odd"]
    ),
    junk | st.just([MINE]) | st.just({"type": "OR", "values": [MINE, THEIRS]}),
)
SOURCES = (
    {"kind": "TrendsQuery", "series": [], "compareFilter": {"compare": True}, "properties": [MINE]},
    {"kind": "FunnelsQuery", "series": []},
    {"kind": "RetentionQuery", "retentionFilter": {}},
    {"kind": "PathsQuery", "pathsFilter": {}},
    {"kind": "WebOverviewQuery", "properties": []},
    {"kind": "HogQLQuery", "query": "select 1"},
    {"kind": "EventsQuery", "select": ["*"]},
    {"kind": "ActorsQuery"},
)


@pytest.fixture(scope="module")
def query_schema() -> Any:
    return Contract.load(bundled("spec/openapi.yaml")).book.validator("#/components/schemas/Query")


@settings(max_examples=300, deadline=None)
@given(
    source=st.sampled_from(SOURCES),
    dashboard=some_filters,
    tile=some_filters,
    asked=some_filters,
    profile=st.sampled_from([DOCS, CURRENT]),
)
def test_whatever_is_laid_over_a_query_leaves_one_of_the_contract(
    query_schema: Any, source: Any, dashboard: Any, tile: Any, asked: Any, profile: Profile
) -> None:
    overrides = Overrides(dashboard=dashboard, tile=tile, filters=asked)
    assert query_schema.is_valid(apply(source, overrides, profile))


@given(dashboard=some_filters)
def test_laying_the_same_dates_over_a_query_twice_changes_nothing_more(dashboard: Any) -> None:
    overrides = Overrides(dashboard={key: value for key, value in dashboard.items() if key != "properties"})
    once = apply(viz(), overrides, CURRENT)
    assert apply(once, overrides, CURRENT) == once
