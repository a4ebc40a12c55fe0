"""The control plane's errors: problem details everywhere, the vendor's envelope nowhere."""

from __future__ import annotations

import pytest

from mockserver.control.problems import PROBLEMS, TYPE_PREFIX
from tests.control.conftest import Steered


@pytest.mark.parametrize(
    ("method", "path", "content", "media_type", "status", "name"),
    [
        ("GET", "/_mock/nowhere", None, None, 404, "not_found"),
        ("GET", "/_mock/projects/999", None, None, 404, "unknown_project"),
        ("DELETE", "/_mock/health", None, None, 405, "method_not_allowed"),
        ("PUT", "/_mock/clock", "{", "application/json", 400, "malformed_json"),
        ("PUT", "/_mock/clock", "[]", "application/json", 422, "invalid_body"),
        ("PUT", "/_mock/clock", "a=1", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        ("PUT", "/_mock/clock", '{"colour": 1}', "application/json", 422, "invalid_body"),
        ("GET", "/_mock/projects/abc", None, None, 422, "invalid_parameter"),
        ("GET", "/_mock/projects/99999999999999999999999", None, None, 404, "unknown_project"),
    ],
)
def test_a_refusal_is_problem_details(
    mock: Steered, method: str, path: str, content: str | None, media_type: str | None, status: int, name: str
) -> None:
    headers = {"Content-Type": media_type} if media_type else {}
    answer = mock.http.request(method, path, content=content, headers=headers)

    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == TYPE_PREFIX + name
    assert (problem["title"], problem["status"]) == (PROBLEMS[name].title, status)
    assert problem["instance"] == path
    assert "attr" not in problem


def test_a_405_says_what_is_allowed(mock: Steered) -> None:
    assert mock.http.delete("/_mock/snapshots").headers["Allow"] == "GET, POST"


def test_several_faults_of_a_body_are_all_named(mock: Steered) -> None:
    problem = mock.put("clock", {"frozen": 1, "colour": "red"}, 422)

    assert {error["field"] for error in problem["errors"]} == {"frozen", "colour"}


def test_a_body_that_is_too_large_is_a_problem_too(mock: Steered) -> None:
    answer = mock.http.put("/_mock/clock", content=b" " * (33 * 1024 * 1024))

    assert (answer.status_code, answer.headers["Content-Type"]) == (413, "application/problem+json")


def test_the_vendors_paths_never_answer_problem_details(mock: Steered) -> None:
    for path in ("/api/nowhere", f"{mock.running.insights}/999999", "/api/projects/999/insights"):
        answer = mock.running.http.get(path)
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.json().keys() == {"type", "code", "detail", "attr"}


def test_a_crash_is_a_problem_and_says_nothing_of_the_inside(
    mock: Steered, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mock.running.server.services, "settings", None)

    answer = mock.http.get("/_mock/info")

    assert (answer.status_code, answer.headers["Content-Type"]) == (500, "application/problem+json")
    assert "profile" not in answer.text
