"""Looking at the fake from inside: readings, forecasts, conformance, advice."""

from __future__ import annotations

import pytest

from mockserver.control.conformance import conformance
from mockserver.control.contract_reader import Breach
from tests.conftest import StartServer, trends

from .conftest import Steered

DAY = {"seconds": 86_400}


def read(mock: Steered, insight: int, **query: str) -> dict[str, object]:
    body = {"operation_id": "insights_retrieve", "path": {"id": str(insight)}, "query": query}
    found: dict[str, object] = mock.post(f"projects/{mock.project_id}/read", body)
    return found


def forecast(mock: Steered, insight: int) -> dict[str, object]:
    found: dict[str, object] = mock.get(f"projects/{mock.project_id}/insights/{insight}/forecast")
    return found


def actions(found: dict[str, object]) -> dict[str, str]:
    return {each["mode"]: each["action"] for each in found["modes"]}  # type: ignore[attr-defined, index]


def test_a_reading_is_what_the_api_answers_but_is_not_recorded(mock: Steered) -> None:
    made = mock.running.create(name="Looked at")
    before = mock.get("requests")
    answer = read(mock, made["id"])
    assert (answer["status"], answer["body"]["name"]) == (200, "Looked at")  # type: ignore[index]
    assert mock.get("requests") == before


def test_a_reading_meets_no_fault(mock: Steered) -> None:
    made = mock.running.create()
    mock.post("faults", {"effect": {"status": 503}}, 201)
    assert read(mock, made["id"])["status"] == 200


def test_a_reading_of_what_is_not_there_is_a_404_inside_a_200(mock: Steered) -> None:
    assert read(mock, 999_999)["status"] == 404


@pytest.mark.parametrize("operation_id", ["insights_create", "nothing", "shared_page_retrieve"])
def test_only_operations_that_read_json_are_read(mock: Steered, operation_id: str) -> None:
    path = f"projects/{mock.project_id}/read"
    assert mock.post(path, {"operation_id": operation_id}, 422)["field"] == "operation_id"


def test_a_forecast_names_what_each_mode_would_do(mock: Steered) -> None:
    made = mock.running.create()
    missing = forecast(mock, made["id"])
    assert missing["freshness"] == "missing"
    assert actions(missing)["force_cache"] == "answer without a result"
    assert actions(missing)["lazy_async"] == "queue a calculation"
    read(mock, made["id"], refresh="blocking")
    fresh = forecast(mock, made["id"])
    assert fresh["freshness"] == "fresh"
    assert "fresh for 6 hours" in str(fresh["state"])
    mock.post("clock/advance", {"seconds": 7 * 3600})
    stale = forecast(mock, made["id"])
    assert (stale["freshness"], stale["age_seconds"]) == ("stale", 7 * 3600)
    assert actions(stale)["blocking"] == "calculate now"
    assert actions(stale)["lazy_async"] == "serve what is cached"
    assert "7 hours old: past the 6 hours" in str(stale["state"])
    mock.post("clock/advance", {"seconds": 7 * 3600})
    lazily = forecast(mock, made["id"])
    assert lazily["freshness"] == "lazily stale"
    assert actions(lazily)["lazy_async"] == "serve what is cached and queue a calculation"


def test_what_a_forecast_says_is_what_then_happens(mock: Steered) -> None:
    made = mock.running.create(query=trends("a forecast"))
    assert actions(forecast(mock, made["id"]))["async"] == "queue a calculation"
    read(mock, made["id"], refresh="async")
    joined = forecast(mock, made["id"])
    assert joined["job_id"] == mock.get("jobs")[-1]["id"]
    assert actions(joined)["async"].endswith("by joining the one under way")


def test_a_result_of_a_range_that_is_over_never_grows_stale(mock: Steered) -> None:
    query = trends(dateRange={"date_from": "2026-01-01", "date_to": "2026-01-02"})
    made = mock.running.create(query=query)
    read(mock, made["id"], refresh="blocking")
    mock.post("clock/advance", DAY)
    found = forecast(mock, made["id"])
    assert (found["freshness"], found["stale_at"]) == ("fresh", None)
    assert "can't go stale" in str(found["state"])


def test_an_insight_without_a_query_has_nothing_to_forecast(start: StartServer) -> None:
    mock = Steered(start(profile="docs"))
    made = mock.running.create(query=None)
    found = forecast(mock, made["short_id"])
    assert found["freshness"] == "missing"


def test_freshness_is_told_for_all_insights_of_a_project(mock: Steered) -> None:
    one, other = mock.running.create(), mock.running.create(query=trends("another"))
    read(mock, one["id"], refresh="blocking")
    found = {row["insight_id"]: row["freshness"] for row in mock.get(f"projects/{mock.project_id}/freshness")}
    assert (found[one["id"]], found[other["id"]]) == ("fresh", "missing")


@pytest.mark.parametrize("profile", ["docs", "current"])
def test_every_seeded_object_keeps_to_the_contract(start: StartServer, profile: str) -> None:
    mock = Steered(start(fixture="edge-cases", profile=profile))
    found = mock.get("conformance")
    assert found["conforms"] is True, found["breaches"]
    assert found["checked"] > 20


def test_a_breach_is_told_with_its_object_and_place(mock: Steered) -> None:
    made = mock.running.create(name="Broken")

    class Strict:
        def breaches(self, operation_id: str, _status: int, _body: object) -> list[Breach]:
            return [Breach("/name", "is too bold")] if operation_id == "insights_retrieve" else []

    services = mock.running.server.services
    project = services.store.projects.fetch(mock.project_id)
    found = conformance(services, Strict(), project)  # type: ignore[arg-type]
    assert found["conforms"] is False
    told = {
        "operation_id": "insights_retrieve",
        "object": str(made["id"]),
        "name": "Broken",
        "pointer": "/name",
        "message": "is too bold",
    }
    assert told in found["breaches"]  # type: ignore[operator]


def test_operations_are_told_with_their_scopes(mock: Steered) -> None:
    found = {row["operation_id"]: row for row in mock.get("operations")}
    assert found["insights_list"]["scopes"] == ["insight:read"]
    assert found["insights_my_last_viewed_retrieve"]["method"] == "GET"
    assert found["health_retrieve"]["secured"] is False
