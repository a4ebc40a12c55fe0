"""What queries ask for, and a population that has it."""

from __future__ import annotations

import pytest

from mockserver.seeding.asked_population import asked_population
from mockserver.seeding.asks import Asks, read_asks
from mockserver.seeding.checks import problems_of
from mockserver.seeding.dataset import build_dataset
from mockserver.seeding.shapes import FixtureContent, PopulationEntry
from mockserver.store import JSON, JSONObject


def asks_of(*sources: JSONObject, filters: JSONObject | None = None) -> Asks:
    return read_asks(sources, [filters] if filters else [], {"@actions/paid": "paid"})


def trends(*properties: JSONObject, **more: JSON) -> JSONObject:
    return {
        "kind": "TrendsQuery",
        "series": [{"kind": "EventsNode", "event": "seen"}],
        "properties": list(properties),
        **more,
    }


def population_for(asks: Asks) -> PopulationEntry:
    return asked_population(asks, lambda purpose: f"word for {purpose}")


@pytest.mark.parametrize(
    ("query", "events"),
    [
        (trends(), {"seen"}),
        ({"kind": "TrendsQuery", "series": [{"kind": "ActionsNode", "id": "@actions/paid"}]}, {"paid"}),
        (
            {"kind": "RetentionQuery", "retentionFilter": {"targetEntity": {"id": "a", "type": "events"}}},
            {"a"},
        ),
        ({"kind": "PathsQuery", "pathsFilter": {}}, {"$pageview"}),
        (
            {"kind": "WebOverviewQuery", "properties": [], "conversionGoal": {"customEventName": "b"}},
            {"$pageview", "b"},
        ),
        (
            {
                "kind": "EventsQuery",
                "select": ["event"],
                "event": "c",
                "events": ["d"],
                "where": ["event = 'e'"],
            },
            {"c", "d", "e"},
        ),
        (
            {
                "kind": "HogQLQuery",
                "query": "SELECT countIf(event = 'f') FROM events WHERE event IN ('g', 'h')",
            },
            {"f", "g", "h"},
        ),
    ],
)
def test_events_are_found_in_every_kind_of_query(query: JSONObject, events: set[str]) -> None:
    assert set(asks_of(query).events) == events


def test_legacy_filters_ask_as_the_query_does_that_they_stand_for() -> None:
    asks = asks_of(
        filters={"insight": "FUNNELS", "events": [{"id": "a", "order": 0}, {"id": "b", "order": 1}]}
    )
    assert list(asks.orders) == [("a", "b")]


@pytest.mark.parametrize(
    ("asked", "values"),
    [
        ({"key": "plan", "operator": "exact", "value": ["gold"]}, {"gold", "word for plan 1"}),
        ({"key": "plan", "operator": "is_not_set", "value": None}, {None, "word for plan 0"}),
        ({"key": "plan", "operator": "is_set", "value": "is_set"}, {"word for plan 0"}),
        ({"key": "plan", "operator": "regex", "value": "g.*"}, {"word for plan 0"}),
        ({"key": "paying", "operator": "exact", "value": ["true"]}, {"true", "false"}),
        ({"key": "paying", "operator": "exact", "value": True}, {True, False}),
        ({"key": "size", "operator": "gt", "value": 100}, {80, 100, 200}),
        ({"key": "ratio", "operator": "lt", "value": "0.5"}, {0.4, 0.5, 1.0}),
    ],
)
def test_a_filter_finds_values_on_both_sides_of_it(asked: JSONObject, values: set[JSON]) -> None:
    population = population_for(asks_of(trends({"type": "event", **asked})))
    (trait,) = [each for each in population["traits"] if asked["key"] in each["choices"][0]]
    assert values <= {row[str(asked["key"])] for row in trait["choices"]}  # type: ignore[operator]
    assert trait["each"] == "visit"


def test_what_is_asked_of_persons_is_theirs_and_who_they_are_is_left_to_them() -> None:
    population = population_for(
        asks_of(
            trends(
                {"key": "plan", "type": "person", "value": "gold"},
                {"key": "email", "type": "person", "operator": "icontains", "value": "@x.example"},
                {"key": "$initial_browser", "type": "person", "value": "Opera"},
                breakdownFilter={"breakdown": "$os", "breakdown_type": "person"},
            )
        )
    )
    traits = {trait["name"]: trait for trait in population["traits"]}
    assert traits["plan"]["on_person"] == {"plan": "plan"}
    assert "email" not in traits
    assert traits["device"]["on_person"] == {"$os": "$os", "$initial_browser": "$browser"}
    assert "Opera" in {row["$browser"] for row in traits["device"]["choices"]}


def test_a_number_that_only_one_event_is_measured_by_is_its_own() -> None:
    measured: JSONObject = {
        "kind": "TrendsQuery",
        "series": [{"kind": "EventsNode", "event": "bought", "math": "sum", "math_property": "price"}],
    }
    own = population_for(asks_of(measured))
    assert set(own["events"]["bought"]["properties"]) == {"price"}
    also = population_for(asks_of(measured, {"kind": "HogQLQuery", "query": "SELECT avg(properties.price)"}))
    assert "events" not in also
    assert {
        row["price"] for trait in also["traits"] if trait["name"] == "price" for row in trait["choices"]
    } >= {5}


def test_variables_of_sql_are_looked_for_as_values_are() -> None:
    asks = asks_of(
        {
            "kind": "HogQLQuery",
            "query": "SELECT 1 WHERE properties.plan = {variables.plan} "
            "AND properties.$current_url LIKE '%/prices%'",
            "variables": {"x": {"code_name": "plan", "value": "gold"}},
        }
    )
    assert list(asks.properties["plan"].values.values()) == ["gold"]
    assert list(asks.paths) == ["/prices"]


def test_pages_are_visited_on_the_site_that_is_asked_for() -> None:
    asks = asks_of({"kind": "PathsQuery", "pathsFilter": {"startPoint": "https://shop.example/cart?x=1"}})
    population = population_for(asks)
    assert population["base_url"] == "https://shop.example"
    assert "/cart" in {step.get("path") for steps in population["visits"].values() for step in steps}


def test_a_population_is_right_and_sends_what_was_asked_for_in_order() -> None:
    funnel: JSONObject = {
        "kind": "FunnelsQuery",
        "series": [{"kind": "EventsNode", "event": each} for each in ("$pageview", "tried", "bought")],
    }
    many: list[JSONObject] = [
        {"kind": "EventsQuery", "select": ["event"], "event": f"event {number}"} for number in range(300)
    ]
    asks = asks_of(funnel, funnel, *many, trends({"key": "a b", "value": 1}, {"key": "a-b", "value": 2}))
    population = population_for(asks)
    content: FixtureContent = {"project": {"name": "x"}, "population": population}
    assert list(problems_of(content)) == []
    assert [step["event"] for step in population["visits"]["funnel_1"]] == ["$pageview", "tried", "bought"]
    dataset = build_dataset(population, 1)
    assert {"$pageview", "tried", "bought", "event 0"} <= set(dataset.events.values)
    assert 10_000 < len(dataset.times) < 80_000


def test_where_nothing_is_asked_for_people_still_come_by() -> None:
    assert population_for(asks_of())["visits"] == {"usual_1": [{"event": "$pageview", "path": "/"}]}
