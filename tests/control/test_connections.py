"""Connections broken on purpose, over real sockets and inside a test client."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.control.conftest import Steered
from tests.control.live import live_server


@pytest.fixture(scope="module")
def live() -> Iterator[dict[str, Any]]:
    with live_server() as started:
        yield started


def raw(live: dict[str, Any], fault: str) -> bytes:
    """All bytes that a list of insights is answered with."""
    with socket.create_connection(("127.0.0.1", live["port"]), timeout=10) as connection:
        connection.sendall(
            f"GET /api/projects/{live['project_id']}/insights HTTP/1.1\r\nHost: localhost\r\n"
            f"Authorization: Bearer {live['api_key']}\r\nX-Mock-Fault: {fault}\r\n"
            "Connection: close\r\n\r\n".encode()
        )
        received = bytearray()
        while chunk := connection.recv(65536):
            received += chunk
        return bytes(received)


def test_a_reset_is_a_reset(live: dict[str, Any]) -> None:
    with pytest.raises(ConnectionResetError):
        raw(live, "connection=reset")


def test_an_empty_reply_has_no_byte(live: dict[str, Any]) -> None:
    assert raw(live, "connection=empty") == b""


def test_garbage_is_no_http(live: dict[str, Any]) -> None:
    received = raw(live, "connection=garbage")

    assert len(received) > 100
    assert not received.startswith(b"HTTP/")


def test_a_truncated_answer_promises_more_than_it_sends(live: dict[str, Any]) -> None:
    head, _, body = raw(live, "connection=truncate").partition(b"\r\n\r\n")
    promised = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))

    assert 0 < len(body) < int(promised.split(b":")[1])


def test_a_dribbled_answer_is_whole_in_the_end(live: dict[str, Any]) -> None:
    plain = raw(live, "delay=0").partition(b"\r\n\r\n")[2]

    assert raw(live, "connection=dribble").partition(b"\r\n\r\n")[2] == plain


def test_the_server_serves_on_after_a_break_and_keeps_it_in_the_journal(live: dict[str, Any]) -> None:
    assert raw(live, "connection=empty") == b""

    with httpx.Client(base_url=live["url"]) as client:
        assert client.get("/_mock/health").status_code == 200
        kept = client.get("/_mock/requests").json()
    broken = [entry for entry in kept if entry["status"] is None]
    assert len(broken) >= 1
    assert all(entry["operation_id"] == "insights_list" for entry in broken)


@pytest.mark.parametrize("kind", ["reset", "empty", "garbage", "truncate"])
def test_inside_a_test_client_a_break_is_a_connection_error(mock: Steered, kind: str) -> None:
    with pytest.raises(ConnectionResetError):
        mock.running.http.get(mock.running.insights, headers={"X-Mock-Fault": f"connection={kind}"})
