"""With `--enforce` an answer is held back until it was looked at."""

from __future__ import annotations

import threading

import pytest

from tests.proxy.serving import proxying
from tests.proxy.upstreams import HEAD, Connection, answering, json_answer, scripted

RIGHT = b'{"count":0,"next":null,"previous":null,"results":[]}'
WRONG = RIGHT.replace(b"0", b'"none"')


def test_a_call_that_keeps_to_the_contract_goes_through() -> None:
    with answering(json_answer(RIGHT)) as upstream, proxying(upstream.url, enforce=True) as proxied:
        got = proxied.http.get("/api/projects/1/dashboards")
        assert (got.status_code, got.content) == (200, RIGHT)
        assert proxied.counts()["operations"]["dashboards_list"]["calls"] == 1


def test_one_that_breaks_it_is_answered_with_502_and_what_is_wrong() -> None:
    with answering(json_answer(WRONG)) as upstream, proxying(upstream.url, enforce=True) as proxied:
        got = proxied.http.get("/api/projects/1/dashboards")
        counts = proxied.counts()
    assert (got.status_code, got.headers["content-type"]) == (502, "application/problem+json")
    problem = got.json()
    assert problem["type"] == "urn:mockserver:problem:contract_broken"
    assert problem["errors"] == [
        {"field": "/count", "detail": 'response body /count: expected integer, saw "none"'}
    ]
    assert (counts["failures"], counts["calls"]["passed"]) == ({"contract_broken": 1}, 0)
    assert counts["operations"]["dashboards_list"] == {"calls": 1, "errors": 1, "warnings": 0, "notes": 0}


def test_a_request_that_the_upstream_refuses_itself_is_no_reason() -> None:
    envelope = b'{"type":"validation_error","code":"invalid_input","detail":"No.","attr":null}'
    refusal = b"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
    with (
        answering(refusal % (len(envelope), envelope)) as upstream,
        proxying(upstream.url, enforce=True) as proxied,
    ):
        got = proxied.http.post("/api/projects/1/insights", json={"name": 5})
    assert (got.status_code, got.json()["detail"]) == (400, "No.")


def test_calls_of_another_api_are_never_held_back() -> None:
    with answering(json_answer(b"[")) as upstream, proxying(upstream.url, enforce=True) as proxied:
        assert proxied.http.get("/other").content == b"["


def test_an_answer_larger_than_the_limit_goes_on_unchecked() -> None:
    body = WRONG[:-1] + b',"pad":"' + b"x" * 200_000 + b'"}'
    with (
        answering(json_answer(body)) as upstream,
        proxying(upstream.url, enforce=True, body_limit=100_000) as proxied,
    ):
        assert proxied.http.get("/api/projects/1/dashboards").content == body
        assert proxied.counts()["unchecked"] == {"body larger than the limit": 1}


def test_a_stream_of_events_is_not_waited_for() -> None:
    seen = threading.Event()

    def script(connection: Connection) -> None:
        connection.head()
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n")
        assert seen.wait(5)

    with (
        scripted(script) as upstream,
        proxying(upstream.url, enforce=True) as proxied,
        proxied.http.stream("GET", "/api/projects") as got,
    ):
        assert next(got.iter_raw()) == b"data: 1\n\n"
        seen.set()


@pytest.mark.parametrize("body", [b"", b'{"count"'])
def test_an_upstream_that_dies_halfway_is_a_502_then(body: bytes) -> None:
    def script(connection: Connection) -> None:
        connection.head()
        connection.send(HEAD + b"Content-Length: 100\r\n\r\n" + body)

    with scripted(script) as upstream, proxying(upstream.url, enforce=True) as proxied:
        got = proxied.http.get("/api/projects/1/dashboards")
    assert (got.status_code, got.json()["type"]) == (502, "urn:mockserver:problem:upstream_broken")
