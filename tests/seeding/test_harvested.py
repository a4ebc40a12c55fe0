"""A fixture from what was seen through the API."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from mockserver.errors import StartError
from mockserver.seeding.anonymous import Anonymiser
from mockserver.seeding.fixture_writer import write_fixture
from mockserver.seeding.harvest import Harvest
from mockserver.seeding.harvested import Harvested, harvested_fixture
from mockserver.seeding.reading import load_fixture
from mockserver.store import JSON, JSONObject

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ANNA: JSONObject = {"id": 1, "first_name": "Anna", "last_name": "Smith", "email": "anna@acme.com"}


def insight(number: int, query: JSON = None, **more: JSON) -> JSONObject:
    return {
        "id": number,
        "name": f"Acme insight {number}",
        "description": "For Acme",
        "query": query,
        "filters": {},
        "created_by": ANNA,
        "created_at": "2026-02-01T00:00:00Z",
        "last_modified_at": "2026-02-27T12:00:00Z",
        "tags": ["acme"],
        **more,
    }


def dashboard(number: int, **more: JSON) -> JSONObject:
    return {
        "id": number,
        "name": "Acme board",
        "description": "Acme",
        "restriction_level": 21,
        "created_by": ANNA,
        "created_at": "2026-02-01T00:00:00Z",
        "tags": [],
        **more,
    }


def series(*events: str) -> list[JSON]:
    return [{"kind": "EventsNode", "event": event, "name": event} for event in events]


FUNNEL: JSONObject = {
    "kind": "InsightVizNode",
    "source": {"kind": "FunnelsQuery", "series": series("seen", "tried", "bought")},
}


def made_from(*answers: JSON, keep_titles: bool = False) -> Harvested:
    harvest = Harvest()
    for answer in answers:
        harvest.add_answer(answer)
    return harvested_fixture(harvest, Anonymiser(keep_titles=keep_titles), now=NOW, name="Theirs")


def test_nothing_of_a_customer_is_left_and_the_structure_is(tmp_path: Path) -> None:
    page: JSON = {"count": 1, "results": [insight(4, FUNNEL, favorited=True, timezone="Europe/Berlin")]}
    board = dashboard(
        9,
        is_shared=True,
        restriction_level=37,
        filters={
            "properties": [{"key": "company", "type": "person", "operator": "exact", "value": ["Acme"]}]
        },
        tiles=[
            {
                "insight": insight(4, FUNNEL),
                "layouts": {"sm": {"x": 0, "y": 0, "w": 6, "h": 5}},
                "color": "blue",
            },
            {"text": {"body": "Acme only"}},
            {"insight": None, "text": None},
            {"insight": {"id": 77}, "text": None},
        ],
    )
    made = made_from(page, board)
    write_fixture(tmp_path / "theirs.yaml", made.content)
    text = (tmp_path / "theirs.yaml").read_text("utf-8")
    assert "acme" not in text.lower()
    assert "Smith" not in text
    content = load_fixture(str(tmp_path / "theirs.yaml")).content
    (entry,) = content["insights"]
    assert entry["name"] == "Seen → tried → bought funnel"
    assert (entry["created"], entry["modified"], entry["favorited"]) == ("28d 0h", "1d 12h", True)
    assert content["project"]["timezone"] == "Europe/Berlin"
    (shown,) = content["dashboards"]
    assert shown["sharing"] == {"enabled": True}
    assert shown["restriction_level"] == 37
    assert [set(tile) for tile in shown["tiles"]] == [{"insight", "layouts", "color"}, {"text"}]
    assert [person["level"] for person in content["people"]] == ["owner"]
    assert made.left_out == ()


def test_titles_are_kept_where_that_was_asked_for() -> None:
    made = made_from(insight(1, FUNNEL), dashboard(2), keep_titles=True).content
    assert made["insights"][0]["name"] == "Acme insight 1"
    assert made["insights"][0]["description"] == "For Acme"
    assert made["dashboards"][0]["name"] == "Acme board"
    assert "anna@acme.com" not in json.dumps(made)


def test_insights_that_show_the_same_are_numbered_and_those_of_sql_get_a_title() -> None:
    sql: JSONObject = {"kind": "DataVisualizationNode", "source": {"kind": "HogQLQuery", "query": "SELECT 1"}}
    made = made_from(insight(0, FUNNEL), insight(1, FUNNEL), insight(2, sql)).content
    names = [str(each["name"]) for each in made["insights"]]
    assert names[:2] == ["Seen → tried → bought funnel", "Seen → tried → bought funnel (2)"]
    assert names[2]
    assert "Acme" not in names[2]


def test_a_tile_that_is_narrowed_down_does_not_replace_the_insight_itself() -> None:
    narrowed: JSONObject = {**FUNNEL, "source": {**FUNNEL["source"], "dateRange": {"date_from": "-1d"}}}  # type: ignore[dict-item]
    board = dashboard(2, tiles=[{"insight": insight(1, narrowed)}])
    for answers in ((insight(1, FUNNEL), board), (board, insight(1, FUNNEL))):
        assert made_from(*answers).content["insights"][0]["query"] == FUNNEL


def test_what_is_gone_or_of_an_unknown_kind_is_left_out_and_the_latter_is_told() -> None:
    made = made_from(
        insight(1, FUNNEL, deleted=True),
        insight(2, {"kind": "InsightVizNode", "source": {"kind": "TraceQuery"}}),
        insight(
            3, None, filters={"insight": "TRENDS", "events": [{"id": "seen", "type": "events"}]}, saved=False
        ),
        dashboard(5, tiles=[{"insight": insight(2)}]),
    )
    assert [each.get("filters", {}).get("insight") for each in made.content["insights"]] == ["TRENDS"]
    assert made.content["insights"][0]["saved"] is False
    assert "tiles" not in made.content["dashboards"][0]
    assert made.left_out == ("insight 2: TraceQuery is no kind that is known here",)


def test_definitions_are_made_up_for_what_queries_refer_to(tmp_path: Path) -> None:
    query: JSONObject = {
        "kind": "HogQLQuery",
        "query": "SELECT 1 WHERE 2 >= {variables.least} AND properties.plan = {variables.plan}",
        "variables": {
            "a": {"variableId": "a", "code_name": "least"},
            "b": {"variableId": "b", "code_name": "plan", "value": "gold"},
            "c": {"variableId": "c", "code_name": "on", "value": True},
        },
    }
    funnel: JSONObject = {
        "kind": "FunnelsQuery",
        "series": [{"kind": "ActionsNode", "id": 3, "name": "Paid"}, {"kind": "ActionsNode", "id": 4}],
        "properties": [{"key": "id", "type": "cohort", "value": 8}],
    }
    made = made_from(insight(1, query), insight(2, funnel)).content
    assert {"code_name": "least", "default": 1}.items() <= made["variables"][0].items()
    assert [each["type"] for each in made["variables"]] == ["Number", "String", "Boolean"]
    assert [each["key"] for each in made["actions"]] == ["action-3", "action-4"]
    assert made["cohorts"] == [{"key": "cohort-8", "name": "Cohort 8", "people": {"every": 2}}]
    population = made["population"]
    assert population is not None
    steps = [step["event"] for step in population["visits"]["funnel_1"]]
    assert steps == [each["steps"][0]["event"] for each in made["actions"]]
    write_fixture(tmp_path / "made.yaml", made)


def test_a_query_that_was_only_asked_has_its_events_sent() -> None:
    harvest = Harvest()
    harvest.add_query({"kind": "TrendsQuery", "series": series("only asked")})
    harvest.add_query({"no": "query"})
    content = harvested_fixture(harvest, Anonymiser(), now=NOW, name="Theirs").content
    assert content["people"][0]["email"] == "sam@example.com"
    assert "only asked" in json.dumps(content["population"])


@pytest.mark.parametrize(
    "body", [None, [], {"detail": "Not found."}, {"count": 1, "results": [3, {"id": "x"}]}]
)
def test_answers_that_hold_no_insight_are_passed_over(body: JSON) -> None:
    harvest = Harvest()
    assert harvest.add_answer(body) == 0
    assert not harvest.insights


@pytest.mark.parametrize("moment", [None, "yesterday", "2026-02-01T00:00:00"])
def test_a_time_that_is_not_told_or_has_no_zone_is_no_trouble(moment: str | None) -> None:
    made = made_from(insight(1, FUNNEL, created_at=moment)).content["insights"][0]
    assert made["created"] == ("28d 0h" if moment and moment[0] == "2" else "30d")


def test_a_fixture_is_written_whole_with_its_schema_beside_it_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    content = made_from(insight(1, FUNNEL)).content
    write_fixture(path, content, comment="One line\nand another")
    assert path.read_text("utf-8").startswith(
        "# yaml-language-server: $schema=fixture.schema.json\n# One line\n# and another\nformat: 1\n"
    )
    assert json.loads((tmp_path / "fixture.schema.json").read_text())["title"]
    assert yaml.safe_load(path.read_text("utf-8")) == content
    before = path.read_bytes()
    with pytest.raises(StartError, match="is there already"):
        write_fixture(path, content)
    with pytest.raises(StartError, match=r"mine\.yaml: .*format"):
        write_fixture(path, {**content, "format": 2}, replace=True)
    assert path.read_bytes() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["fixture.schema.json", "mine.yaml"]
    with pytest.raises(StartError, match="cannot write"):
        write_fixture(tmp_path / "no" / "mine.yaml", content)
