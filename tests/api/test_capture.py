"""Events as PostHog's libraries send them, counted by insights at once."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any
from urllib.parse import quote_plus

import pytest

from ..conftest import NOW, Running, StartServer, start_server, trends

ADDRESSES = ("/batch", "/capture", "/e", "/i/v0/e")


@pytest.fixture(scope="module")
def running() -> Any:
    server = start_server()
    yield server
    server.server.close()


def token(running: Running) -> str:
    found: str = running.store.projects.fetch(running.project_id)["api_token"]
    return found


def event(running: Running, name: str, **fields: Any) -> dict[str, Any]:
    return {"api_key": token(running), "event": name, "distinct_id": "ada", **fields}


def send(running: Running, body: Any, path: str = "/capture", expect: int = 200, **kwargs: Any) -> Any:
    answer = running.anonymous.post(path, content=json.dumps(body), **kwargs)
    assert answer.status_code == expect, answer.text
    return answer


def count(running: Running, name: str) -> float:
    source = trends(name)["source"]
    answer = running.http.post(f"{running.url}/query", json={"query": source, "refresh": "force_blocking"})
    total: float = answer.json()["results"][0]["count"]
    return total


def rows(running: Running, text: str) -> Any:
    query = {"kind": "HogQLQuery", "query": text}
    answer = running.http.post(f"{running.url}/query", json={"query": query, "refresh": "force_blocking"})
    assert answer.status_code == 200, answer.text
    return answer.json()["results"]


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("path", ADDRESSES)
def test_an_event_is_counted_at_once(running: Running, path: str, slash: str) -> None:
    name = f"sent to {path}{slash}"
    answer = send(running, event(running, name), path + slash)
    assert answer.json() == {"status": "Ok"}
    assert count(running, name) == 1


def test_a_batch_and_a_list_are_taken_whole(running: Running) -> None:
    many = [{"event": "many", "properties": {"distinct_id": str(number)}} for number in range(3)]
    send(running, {"token": token(running), "batch": many}, "/batch/")
    send(running, [event(running, "many"), event(running, "many")], "/e/")
    assert count(running, "many") == 5


def packed(running: Running, name: str, way: str) -> dict[str, Any]:
    """The same event as different libraries pack it."""
    plain = json.dumps(event(running, name)).encode()
    encoded = base64.b64encode(plain)
    form = {"content-type": "application/x-www-form-urlencoded"}
    return {
        "gzip": {"content": gzip.compress(plain), "headers": {"content-encoding": "gzip"}},
        "gzip-js": {
            "content": gzip.compress(plain),
            "headers": {"content-type": "text/plain"},
            "params": {"compression": "gzip-js", "_": "1781697600000", "ver": "1.300.0"},
        },
        "base64": {"content": encoded, "params": {"compression": "base64"}},
        "form": {"content": b"data=" + quote_plus(encoded).encode(), "headers": form},
        "form of json": {"content": b"data=" + quote_plus(plain).encode(), "headers": form},
        "beacon": {"content": b"data=" + encoded.replace(b"=", b"%3D"), "headers": form},
    }[way]


@pytest.mark.parametrize("way", ["gzip", "gzip-js", "base64", "form", "form of json", "beacon"])
def test_a_body_is_unpacked_however_a_library_packs_it(running: Running, way: str) -> None:
    answer = running.anonymous.post("/e/", **packed(running, f"packed by {way}", way))
    assert (answer.status_code, answer.text) == (200, '{"status":"Ok"}')
    assert count(running, f"packed by {way}") == 1


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"", 400, "request holds no event"),
        (b"{}", 400, "request holds no event"),
        (b'{"batch": [1]}', 400, "request holds no event"),
        (b'{"event": ', 400, "failed to parse request"),
        (b"\xff\xfe", 400, "failed to decode request"),
        (gzip.compress(b"{}", mtime=0)[:-9], 400, "failed to decode request: invalid GZIP"),
        (b"\x1f\x8bnonsense", 400, "failed to decode request: invalid GZIP"),
        (b'{"event": "x", "distinct_id": "a"}', 401, "event submitted without an api_key"),
        (b'{"event": "x", "distinct_id": "a", "api_key": "phc_other"}', 401, "does not resolve"),
        (b'[{"event": "x", "token": "a"}, {"event": "x", "token": "b"}]', 401, "inconsistent api_key"),
        (gzip.compress(b'"' + b"x" * (21 * 1024 * 1024), mtime=0), 413, "maximum event size exceeded"),
    ],
    ids=lambda value: value[:20].hex() if isinstance(value, bytes) else None,
)
def test_what_cannot_be_taken_is_told_in_one_line_of_text(
    running: Running, content: bytes, status: int, words: str
) -> None:
    answer = running.anonymous.post("/batch", content=content)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/plain")
    assert words in answer.text


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ({"event": ""}, "empty event name"),
        ({"event": 7}, "empty event name"),
        ({"event": "x"}, "without a distinct_id"),
        ({"event": "x", "distinct_id": ""}, "without a distinct_id"),
        ({"event": "x", "distinct_id": {"id": 1}}, "without a distinct_id"),
        ({"event": "x", "distinct_id": "a", "uuid": "no"}, "not a valid UUID"),
    ],
)
def test_one_broken_event_keeps_the_whole_batch_out(running: Running, broken: Any, words: str) -> None:
    batch = [{"event": "beside a broken one", "distinct_id": "ada"}, broken]
    answer = send(running, {"api_key": token(running), "batch": batch}, "/batch", 400)
    assert words in answer.text
    assert count(running, "beside a broken one") == 0


def test_identifying_merges_two_people_and_sets_their_properties(running: Running) -> None:
    send(running, event(running, "looked", distinct_id="anonymous-1"))
    send(
        running,
        event(
            running,
            "$identify",
            distinct_id="grace",
            properties={"$anon_distinct_id": "anonymous-1", "$set": {"email": "grace@example.com"}},
        ),
    )
    send(running, event(running, "bought", distinct_id="grace", **{"$set": {"plan": "pro"}}))
    found = rows(
        running,
        "select event, person.properties.email, person.properties.plan from events "
        "where event in ('looked', 'bought') order by event",
    )
    assert found == [["bought", "grace@example.com", "pro"], ["looked", "grace@example.com", "pro"]]


@pytest.mark.parametrize(
    ("fields", "around", "moment"),
    [
        ({}, {}, "2026-06-17 12:00:00"),
        ({"timestamp": "2026-06-16T10:00:00+02:00"}, {}, "2026-06-16 08:00:00"),
        ({"timestamp": "2026-06-16 10:00:00"}, {}, "2026-06-16 10:00:00"),
        ({"timestamp": 1781600400000}, {}, "2026-06-16 09:00:00"),
        ({"timestamp": "yesterday"}, {}, "2026-06-17 12:00:00"),
        ({"offset": 60_000}, {}, "2026-06-17 11:59:00"),
        # the client's clock is an hour behind
        ({"timestamp": "2026-06-17T10:59:00Z"}, {"sent_at": "2026-06-17T11:00:00Z"}, "2026-06-17 11:59:00"),
        (
            {"timestamp": "2026-06-17T10:59:00Z", "properties": {"$ignore_sent_at": True}},
            {"sent_at": "2026-06-17T11:00:00Z"},
            "2026-06-17 10:59:00",
        ),
        # more than 23 hours ahead
        ({"timestamp": "2026-06-18T11:30:00Z"}, {}, "2026-06-17 12:00:00"),
        # the fake's clock stands months before the client's
        ({"timestamp": "2026-11-28T08:59:30Z"}, {"sent_at": "2026-11-28T09:00:00Z"}, "2026-06-17 11:59:30"),
        ({"timestamp": "2026-06-01T09:00:00Z"}, {"sent_at": "2026-11-28T09:00:00Z"}, "2026-06-01 09:00:00"),
    ],
)
def test_when_an_event_happened(
    start: StartServer, fields: dict[str, Any], around: dict[str, Any], moment: str
) -> None:
    running = start(now=NOW)
    body = {"api_key": token(running), **around, "batch": [{"event": "then", "distinct_id": "a", **fields}]}
    send(running, body, "/batch")
    assert rows(running, "select toString(timestamp) from events where event = 'then'")[0][0][:19] == moment


def test_the_milliseconds_of_posthog_js_correct_a_clock_too(start: StartServer) -> None:
    running = start(now=NOW)
    sent = event(running, "then", timestamp="2026-06-17T10:59:00Z")
    send(running, sent, "/e", params={"_": "1781694000000"})
    found = rows(running, "select toString(timestamp) from events where event = 'then'")
    assert found[0][0][:19] == "2026-06-17 11:59:00"


def test_events_outlive_a_restart(start: StartServer, tmp_path: Any) -> None:
    first = start_server(data=tmp_path)
    send(first, event(first, "kept"))
    first.server.close()
    assert count(start(data=tmp_path), "kept") == 1


def test_the_keys_of_two_projects_lead_to_two_event_stores(running: Running) -> None:
    made = running.anonymous.post("/_mock/projects", json={}).json()
    send(running, {"api_key": made["api_token"], "event": "elsewhere", "distinct_id": "a"})
    assert count(running, "elsewhere") == 0
    journal = running.anonymous.get("/_mock/requests", params={"project_id": made["id"]}).json()
    assert journal[0]["operation_id"] == "capture_create"


def test_any_page_may_send_events(running: Running) -> None:
    headers = {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "POST"}
    for path in ADDRESSES:
        answer = running.anonymous.options(f"{path}/", headers=headers)
        assert answer.headers["access-control-allow-origin"] == "*", path


@pytest.mark.parametrize("path", ["/flags/?v=2", "/decide/?v=3"])
def test_a_project_has_no_feature_flags(running: Running, path: str) -> None:
    asked = {"token": token(running), "distinct_id": "ada"}
    found = send(running, asked, path).json()
    assert (found["flags"], found["errorsWhileComputingFlags"]) == ({}, False)
    send(running, {"distinct_id": "ada"}, path, 401)
    assert running.anonymous.post(path, content=b"{").status_code == 400


def test_posthog_js_learns_where_to_send_events(running: Running) -> None:
    found = running.anonymous.get(f"/array/{token(running)}/config").json()
    assert found["analytics"] == {"endpoint": "/i/v0/e/"}
    assert running.anonymous.get("/array/phc_other/config").status_code == 401
