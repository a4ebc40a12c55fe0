"""The server as a whole: health, info, reset, its documents."""

from __future__ import annotations

import pytest

from tests.control.conftest import MOMENT, Steered


def test_health_says_that_the_server_is_up(mock: Steered) -> None:
    assert mock.get("health") == {"status": "ok", "version": "1.0.0"}


def test_info_says_what_is_served(mock: Steered) -> None:
    info = mock.get("info")

    assert info["clock"] == {"now": MOMENT, "frozen": False, "rate": 1.0}
    assert (info["profile"], info["seed"], info["fixture"]) == ("docs", 1, "empty")
    assert info["projects"] == [{"id": mock.project_id, "name": "Empty project"}]
    assert info["counts"]["projects"] == 1
    assert info["credentials"]["api_key"] == mock.running.api_key


def test_each_address_in_info_answers(mock: Steered) -> None:
    urls = mock.get("info")["urls"]

    for name in ("api_docs", "openapi", "control_docs", "control_openapi"):
        assert mock.http.get(urls[name]).status_code == 200, name


def test_reset_brings_back_the_seed_with_the_same_keys_and_digest(mock: Steered) -> None:
    before = mock.get("info")
    mock.running.create(name="to be forgotten")
    mock.project()
    mock.put("clock", {"now": "2030-01-01T00:00:00Z", "frozen": True})
    mock.put("refresh", {"mode": "manual"})
    mock.post("faults", {"effect": {"status": 503}}, 201)

    after = mock.post("reset")

    assert after == before
    assert mock.running.http.get(mock.running.insights).json()["count"] == 0
    assert mock.get("refresh")["scope"] == "default"
    assert mock.get("faults") == []


def test_reset_takes_another_fixture_and_seed(mock: Steered) -> None:
    info = mock.post("reset", {"fixture": "demo", "seed": 7})

    assert (info["fixture"], info["seed"]) == ("demo", 7)
    assert info["counts"]["insights"] > 0
    assert mock.post("reset", {"fixture": "empty", "seed": 1})["counts"]["insights"] == 0


def test_a_reset_to_an_unknown_fixture_changes_nothing(mock: Steered) -> None:
    mock.project(name="kept")

    problem = mock.post("reset", {"fixture": "nowhere"}, 422)

    assert problem["field"] == "fixture"
    assert "kept" in [project["name"] for project in mock.get("projects")]


@pytest.mark.parametrize("name", ["openapi.json", "openapi.yaml", "docs/", "docs/swagger-ui.css"])
def test_the_control_plane_documents_itself(mock: Steered, name: str) -> None:
    assert mock.http.get(f"/_mock/{name}").status_code == 200


def test_a_trailing_slash_makes_no_difference(mock: Steered) -> None:
    assert mock.http.get("/_mock/health/").json() == mock.get("health")
