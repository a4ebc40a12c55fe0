"""Every seeded object keeps to the contract: the server under test answers 500 where one does not."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from tests.conftest import PROFILES, Running, start_server

FIXTURES = ("demo", "edge-cases")
NO_RUNNER = "Can't get a runner for an unknown query kind"


@pytest.fixture(scope="module", params=list(product(FIXTURES, PROFILES)), ids="-".join)
def seeded(request: pytest.FixtureRequest) -> Iterator[Running]:
    """A server with one of the fixtures, in one of the profiles."""
    fixture, profile = request.param
    running = start_server(fixture=fixture, profile=profile)
    yield running
    running.server.close()


def get(running: Running, path: str, **parameters: str) -> Any:
    answer = running.http.get(path, params=parameters)
    assert answer.status_code == 200, f"{path}: {answer.text[:500]}"
    return answer.json()


def live(running: Running, table: str) -> list[dict[str, Any]]:
    documents = running.store.table(table).find("project", running.project_id)
    return [document for document in documents if not document.get("deleted")]


def test_every_insight_is_valid(seeded: Running) -> None:
    for insight in live(seeded, "insights"):
        shown = get(seeded, f"{seeded.insights}/{insight['id']}/")
        assert shown["short_id"] == insight["short_id"]


def test_the_list_of_insights_is_valid_in_both_shapes(seeded: Running) -> None:
    expected = len(live(seeded, "insights"))
    assert len(get(seeded, f"{seeded.insights}/", limit="1000")["results"]) == expected
    assert len(get(seeded, f"{seeded.insights}/", limit="1000", basic="true")["results"]) == expected


def test_every_dashboard_is_valid(seeded: Running) -> None:
    boards = live(seeded, "dashboards")
    assert get(seeded, f"{seeded.url}/dashboards/")["count"] >= len(boards) - 1
    for board in boards:
        assert get(seeded, f"{seeded.url}/dashboards/{board['id']}/")["id"] == board["id"]


def test_every_activity_is_valid(seeded: Running) -> None:
    log = get(seeded, f"{seeded.insights}/activity/", limit="1000")
    assert log["total_count"] == len(log["results"]) == len(live(seeded, "activities"))


def test_every_sharing_configuration_is_valid(seeded: Running) -> None:
    for insight in live(seeded, "insights"):
        get(seeded, f"{seeded.insights}/{insight['id']}/sharing/")


@pytest.mark.parametrize("path", ["alerts/", "insight_variables/", "tags/", "activity_log/", ""])
def test_what_stands_beside_insights_is_valid(seeded: Running, path: str) -> None:
    answer = seeded.session().get(f"{seeded.url}/{path}")
    assert answer.status_code == 200, answer.text[:500]


def test_the_account_and_its_organisation_are_valid(seeded: Running) -> None:
    assert get(seeded, "/api/users/@me/")["email"] == seeded.email
    get(seeded, "/api/organizations/@current/")
    get(seeded, "/api/projects/")


def test_every_shared_insight_opens_for_anyone(seeded: Running) -> None:
    for sharing in live(seeded, "sharing"):
        insight = seeded.store.insights.fetch(sharing["insight_id"]) if sharing["insight_id"] else None
        opens = sharing["enabled"] and not (insight and insight["deleted"])
        answer = seeded.anonymous.get(f"/shared/{sharing['access_token']}")
        assert answer.status_code == (200 if opens else 404)


def test_the_password_signs_in(seeded: Running) -> None:
    assert seeded.session().get("/api/users/@me/").json()["email"] == seeded.email


def test_another_project_is_closed_to_the_demo_user() -> None:
    running = start_server(fixture="demo")
    other = next(one for one in running.store.projects.documents() if one != running.project_id)
    assert running.http.get(f"/api/projects/{other}/insights/").status_code == 403
    running.server.close()


@pytest.mark.slow
def test_every_insight_of_the_demo_has_something_to_show() -> None:
    running = start_server(fixture="demo", profile="current")
    for insight in live(running, "insights"):
        if insight["query"] is None:
            continue
        shown = get(running, f"{running.insights}/{insight['id']}/", refresh="blocking")
        failed = shown["query_status"]
        if failed and failed["error_message"].startswith(NO_RUNNER):
            continue
        assert failed is None, f"{insight['name']}: {failed}"
        assert shown["result"], insight["name"]
    running.server.close()
