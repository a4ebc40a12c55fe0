"""Results tell of counts and events as before, and of nobody."""

from __future__ import annotations

import pytest

from mockserver.seeding.anonymous import Anonymiser
from mockserver.seeding.anonymous_queries import QueryAnonymiser
from mockserver.seeding.anonymous_results import ResultAnonymiser
from mockserver.seeding.real_names import RealNames
from mockserver.store import JSON


@pytest.fixture
def anonymiser() -> Anonymiser:
    return Anonymiser()


@pytest.fixture
def queries(anonymiser: Anonymiser) -> QueryAnonymiser:
    return QueryAnonymiser(anonymiser)


@pytest.fixture
def made(anonymiser: Anonymiser, queries: QueryAnonymiser) -> ResultAnonymiser:
    return ResultAnonymiser(anonymiser, queries)


def test_a_series_is_called_by_its_event_or_by_the_stand_in_of_its_breakdown(
    made: ResultAnonymiser, anonymiser: Anonymiser
) -> None:
    acme = anonymiser.value("Acme")
    event: dict[str, JSON] = {"id": "seen", "type": "events", "name": "seen", "custom_name": None}
    given: JSON = [
        {"label": "seen", "data": [1, 2], "count": 3, "action": event},
        {"label": "Acme", "breakdown_value": "Acme", "data": [1], "action": event},
        {"label": "seen - Acme", "breakdown_value": ["Acme"], "action": event},
    ]
    assert made.results("TrendsQuery", given) == [
        {"label": "seen", "data": [1, 2], "count": 3, "action": event},
        {"label": acme, "breakdown_value": acme, "data": [1], "action": event},
        {"label": f"seen - {acme}", "breakdown_value": [acme], "action": event},
    ]


def test_names_that_somebody_gave_are_made_up_and_actions_are_called_alike_everywhere(
    made: ResultAnonymiser, anonymiser: Anonymiser, queries: QueryAnonymiser
) -> None:
    title, custom = anonymiser.title("Acme bought"), anonymiser.title("Our Acme")
    action: dict[str, JSON] = {"id": "7", "type": "actions", "name": "Acme bought"}
    given: JSON = [
        {"label": "Acme bought - new", "status": "new", "action": action},
        {"label": "Acme bought", "action": {"id": 7, "type": "events", "name": "Acme bought"}},
        {"label": "Our Acme", "action": {**action, "custom_name": "Our Acme"}},
        {"type": "actions", "action_id": 7, "name": "Acme bought", "count": 2, "people_url": "/p?x=Acme"},
    ]
    assert made.results("FunnelsQuery", given) == [
        {"label": f"{title} - new", "status": "new", "action": {**action, "name": title}},
        {"label": title, "action": {"id": 7, "type": "events", "name": title}},
        {"label": custom, "action": {**action, "name": title, "custom_name": custom}},
        {"type": "actions", "action_id": 7, "name": title, "count": 2},
    ]
    assert queries.references.actions == {7: "Acme bought"}


def test_cells_of_tables_are_replaced_by_the_name_of_their_column_and_numbers_stay(
    made: ResultAnonymiser,
) -> None:
    rows: JSON = [["anna@acme.com", 123456, "Acme", "2026-01-01", 4711234, {"event": "seen", "plan": "acme"}]]
    columns: JSON = ["person.properties.email", "count()", "company", "day", "user_id", "event"]
    (row,) = made.results("HogQLQuery", rows, columns)  # type: ignore[misc]
    assert isinstance(row, list)
    assert (row[1], row[3]) == (123456, "2026-01-01")
    assert "acme" not in str(row).lower()
    assert row[4] != 4711234
    assert isinstance(row[5], dict)
    assert row[5]["event"] == "seen"
    assert made.results("EventsQuery", ["odd", ["more", "than", "columns"]], ["a"])


def test_places_of_paths_are_replaced_behind_their_numbers(made: ResultAnonymiser) -> None:
    given: JSON = [{"source": "1_https://acme.com/prices", "target": "2_seen", "value": 4}, "odd"]
    (edge, odd) = made.results("PathsQuery", given)  # type: ignore[misc]
    assert isinstance(edge, dict)
    assert str(edge["source"]).startswith("1_https://")
    assert "acme" not in str(edge)
    assert (edge["target"], edge["value"], odd) == ("2_seen", 4, "odd")


def test_sql_of_an_answer_loses_its_values_and_names_of_columns_stay(made: ResultAnonymiser) -> None:
    assert "Acme" not in str(made.field("hogql", "SELECT 1 WHERE properties.company = 'Acme'"))
    assert made.field("columns", ["company"]) == ["company"]
    assert made.field("limit", 100) == 100
    assert made.field("resolved_date_range", {"date_from": "2026-01-01T00:00:00Z"}) == {
        "date_from": "2026-01-01T00:00:00Z"
    }


def test_everything_stays_where_that_is_wanted() -> None:
    real = RealNames("1")
    kept = ResultAnonymiser(real, QueryAnonymiser(real))
    assert kept.results("TrendsQuery", [{"label": "Acme"}]) == [{"label": "Acme"}]
    assert kept.field("hogql", "SELECT 'Acme'") == "SELECT 'Acme'"
    assert (real.text("Acme"), real.pattern("Acme.*"), real.value(["Acme"])) == ("Acme", "Acme.*", ["Acme"])
    assert real.person({"id": 4, "first_name": "Anna"}).email == "user-4@mail.example"
