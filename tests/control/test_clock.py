"""Virtual time through the control plane."""

from __future__ import annotations

from typing import Any

import pytest

from tests.control.conftest import MOMENT, Steered


@pytest.fixture(params=["server", "project"])
def path(request: pytest.FixtureRequest, mock: Steered) -> str:
    return "clock" if request.param == "server" else f"projects/{mock.project_id}/clock"


def test_a_clock_is_set_frozen_and_let_go(mock: Steered, path: str) -> None:
    wanted = {"now": "2026-01-01T00:00:00Z", "frozen": True, "rate": 2.0}

    assert mock.put(path, wanted) == wanted
    assert mock.get(path) == wanted
    assert mock.delete(path) == {"now": MOMENT, "frozen": False, "rate": 1.0}


def test_what_is_left_out_stays(mock: Steered, path: str) -> None:
    mock.put(path, {"now": "2026-01-01T00:00:00+02:00", "frozen": True})

    assert mock.put(path, {"rate": 3}) == {"now": "2025-12-31T22:00:00Z", "frozen": True, "rate": 3.0}


def test_advancing_moves_it_ahead(mock: Steered, path: str) -> None:
    moved = mock.post(f"{path}/advance", {"seconds": 90.5})

    assert moved == {"now": "2026-06-17T12:01:30.500000Z", "frozen": False, "rate": 1.0, "changed": []}


def test_what_is_made_carries_the_time_of_its_project(mock: Steered) -> None:
    one, other = mock.project(), mock.project()
    mock.put(f"projects/{one.id}/clock", {"now": "2027-03-01T00:00:00Z", "frozen": True})

    assert one.insight()["created_at"] == "2027-03-01T00:00:00Z"
    assert other.insight()["created_at"] == MOMENT


def test_a_project_follows_the_server_until_it_has_a_clock_of_its_own(mock: Steered) -> None:
    project = f"projects/{mock.project_id}/clock"
    mock.put("clock", {"now": "2026-07-01T00:00:00Z"})
    assert mock.get(project)["now"] == "2026-07-01T00:00:00Z"

    mock.post(f"{project}/advance", {"seconds": 60})
    mock.put("clock", {"now": "2026-08-01T00:00:00Z"})

    assert mock.get(project)["now"] == "2026-07-01T00:01:00Z"


def test_advancing_names_sessions_and_tokens_that_expired(mock: Steered) -> None:
    mock.post(f"projects/{mock.project_id}/sessions", expect=201)
    insight = mock.running.create()["id"]
    sharing = f"{mock.running.insights}/{insight}/sharing"
    assert mock.running.http.patch(sharing, json={"enabled": True}).status_code == 200
    assert mock.running.http.post(f"{sharing}/refresh").status_code == 200

    changed = mock.post("clock/advance", {"seconds": 15 * 86400})["changed"]

    assert {(one["kind"], one["from"], one["to"]) for one in changed} == {
        ("session", "valid", "expired"),
        ("sharing_token", "valid", "expired"),
    }


def test_a_clock_that_is_set_back_makes_no_job_younger(mock: Steered) -> None:
    tenant = mock.project()
    clock = f"projects/{tenant.id}/clock"
    mock.put(clock, {"frozen": True})
    tenant.queue("q")
    mock.post(f"{clock}/advance", {"seconds": 2})
    before = tenant.status("q", 202)

    mock.put(clock, {"now": "2026-06-17T11:00:00Z"})

    assert tenant.status("q", 202) == before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"now": "2026-02-30T00:00:00Z"}, "now"),
        ({"now": "tomorrow"}, "now"),
        ({"now": 5}, "now"),
        ({"frozen": "yes"}, "frozen"),
        ({"rate": 0}, "rate"),
        ({"rate": -1}, "rate"),
        ({"speed": 2}, "speed"),
    ],
)
def test_an_impossible_time_is_refused_and_changes_nothing(
    mock: Steered, path: str, body: dict[str, Any], field: str
) -> None:
    assert mock.put(path, body, 422)["field"] == field
    assert mock.get(path)["now"] == MOMENT


@pytest.mark.parametrize("seconds", [-1, "5", None, 315360000000])
def test_an_impossible_step_is_refused_and_changes_nothing(mock: Steered, path: str, seconds: Any) -> None:
    assert mock.post(f"{path}/advance", {"seconds": seconds}, 422)["field"] == "seconds"
    assert mock.get(path)["now"] == MOMENT
