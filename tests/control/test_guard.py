"""Who may call the control plane."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.http.control_guard import host_name, is_loopback
from tests.control.conftest import Steered


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8129", "127.0.0.1:1", "127.8.8.8", "[::1]:8129", "a.localhost"]
)
def test_a_loopback_name_is_let_in(mock: Steered, host: str) -> None:
    assert mock.http.get("/_mock/info", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8129", "10.0.0.1", ""]
)
def test_a_name_that_may_be_another_machines_is_refused(mock: Steered, host: str) -> None:
    answer = mock.http.get("/_mock/info", headers={"Host": host})

    assert (answer.status_code, answer.json()["field"]) == (403, "Host")


@pytest.mark.parametrize("origin", ["http://localhost:3000", "http://127.0.0.1:8129", "http://[::1]:5173"])
def test_a_page_of_this_machine_is_let_in(mock: Steered, origin: str) -> None:
    assert mock.http.get("/_mock/info", headers={"Origin": origin}).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost.evil.example"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_a_page_of_another_site_is_refused(mock: Steered, origin: str, method: str) -> None:
    answer = mock.http.request(method, "/_mock/reset", headers={"Origin": origin})

    assert (answer.status_code, answer.json()["field"]) == (403, "Origin")
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_vendors_paths_stay_open_to_other_sites(mock: Steered) -> None:
    answer = mock.running.http.get(mock.running.insights, headers={"Origin": "https://app.example"})

    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_beyond_loopback_the_right_token_is_asked_for(start: Any) -> None:
    client = start(host="0.0.0.0", control_token="open sesame".replace(" ", "-")).anonymous

    def status(path: str, token: str | None = None) -> int:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return int(client.get(path, headers=headers).status_code)

    assert status("/_mock/health") == 200
    for path in ("/_mock/info", "/_mock/docs/", "/_mock/openapi.json", "/_mock/nowhere"):
        assert status(path) == 401
        assert status(path, "open-sesam") == 401
    assert status("/_mock/info", "open-sesame") == 200
    refused = client.get("/_mock/info")
    assert refused.headers["WWW-Authenticate"] == "Bearer"
    assert refused.headers["Content-Type"] == "application/problem+json"


def test_without_a_chosen_token_one_is_made_that_differs_each_time(start: Any) -> None:
    tokens = {start(host="0.0.0.0").server.services.control.token for _ in range(2)}

    assert len(tokens) == 2
    assert all(token and len(token) >= 32 for token in tokens)


def test_names_are_read_from_host_headers() -> None:
    assert [host_name(text) for text in ("a:1", "[::1]:2", "::1", "b")] == ["a", "::1", "::1", "b"]
    assert not is_loopback("0.0.0.0")
