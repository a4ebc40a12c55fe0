"""Methods that a path does not have."""

from __future__ import annotations

import pytest

from tests.conftest import Running


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("action", ["cancel", "viewed", "bulk_delete"])
def test_an_action_has_no_other_method_than_its_own(running: Running, method: str, action: str) -> None:
    answer = running.http.request(method, f"{running.insights}/{action}")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert answer.json()["detail"] == f'Method "{method}" not allowed.'


def test_a_list_of_activity_is_not_an_insight_to_delete(running: Running) -> None:
    answer = running.http.delete(f"{running.insights}/activity")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
    assert answer.json()["code"] == "method_not_allowed"
