"""Legacy filters and the queries that they stand for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.http.contract import Contract
from mockserver.resource_files import bundled
from mockserver.resources.legacy_filters import query_of_filters

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 300)
    | st.text(max_size=6)
    | st.sampled_from(["dau", "day", "events"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "order", "math", "key", "type", "value", "name"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)
NAMES = """insight events actions interval date_from properties breakdown breakdowns compare display formula
period total_intervals target_entity funnel_viz_type include_event_types filter_test_accounts"""
keys = st.sampled_from(NAMES.split())


@pytest.fixture(scope="module")
def query_schema() -> Any:
    contract = Contract.load(bundled("spec/openapi.yaml"))
    return contract.book.validator("#/components/schemas/Query")


@settings(max_examples=200, deadline=None)
@given(filters=st.dictionaries(keys, values, max_size=6))
@pytest.mark.parametrize("insight", ["TRENDS", "FUNNELS", "RETENTION", "PATHS", "STICKINESS", "LIFECYCLE"])
def test_any_filters_become_a_query_of_the_contract(query_schema: Any, insight: str, filters: Any) -> None:
    query = query_of_filters({"insight": insight, **filters})
    assert query_schema.is_valid(query), query


def test_empty_filters_are_page_views_over_time() -> None:
    source: Any = query_of_filters({})["source"]
    assert (source["kind"], source["series"][0]["event"]) == ("TrendsQuery", "$pageview")


def test_a_trend_keeps_its_series_in_order_with_what_is_counted() -> None:
    filters = {
        "insight": "TRENDS",
        "events": [{"id": "paid", "order": 1, "math": "sum", "math_property": "amount"}],
        "actions": [{"id": "7", "order": 0, "name": "Signed up"}],
        "interval": "week",
        "date_from": "-30d",
        "compare": True,
        "breakdown": "plan",
        "breakdown_type": "event",
        "display": "ActionsBar",
        "filter_test_accounts": True,
        "properties": [{"key": "plan", "value": "pro"}],
    }
    assert query_of_filters(filters)["source"] == {
        "kind": "TrendsQuery",
        "series": [
            {"kind": "ActionsNode", "id": 7, "name": "Signed up"},
            {"kind": "EventsNode", "event": "paid", "math": "sum", "math_property": "amount"},
        ],
        "interval": "week",
        "dateRange": {"date_from": "-30d"},
        "properties": [{"key": "plan", "value": "pro"}],
        "filterTestAccounts": True,
        "breakdownFilter": {"breakdown": "plan", "breakdown_type": "event"},
        "compareFilter": {"compare": True},
        "trendsFilter": {"display": "ActionsBar"},
    }


def test_retention_keeps_its_entities() -> None:
    filters = {"insight": "RETENTION", "period": "Week", "target_entity": {"id": "paid", "type": "events"}}
    source: Any = query_of_filters(filters)["source"]
    assert source["retentionFilter"] == {"period": "Week", "targetEntity": {"id": "paid", "type": "events"}}


def test_the_oldest_form_of_properties_is_read() -> None:
    source: Any = query_of_filters({"properties": {"$browser": "Chrome", "url__icontains": "/a"}})["source"]
    assert source["properties"] == [
        {"key": "$browser", "type": "event", "operator": "exact", "value": "Chrome"},
        {"key": "url", "type": "event", "operator": "icontains", "value": "/a"},
    ]
