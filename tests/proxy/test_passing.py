"""What goes through a proxy: everything, as it was sent, and as it is sent."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Iterator

import httpx
import pytest

from mockserver.serving import Started, serve_meanwhile
from mockserver.settings import Settings
from tests.proxy.serving import Proxied, proxying
from tests.proxy.upstreams import HEAD, Connection, answering, json_answer, scripted

FEW = (b"date", b"x-request-id")


@pytest.fixture(scope="module")
def fake() -> Iterator[Started]:
    """The fake, on a socket."""
    with serve_meanwhile(Settings(port=0, fixture="empty", log_requests=False)) as started:
        yield started


@pytest.fixture(scope="module")
def through(fake: Started) -> Iterator[Proxied]:
    """A proxy in front of it."""
    with proxying(fake.url, keep_host=True) as proxied:
        proxied.http.headers["Authorization"] = f"Bearer {fake.credentials['api_key']}"
        yield proxied


def kept(answer: httpx.Response) -> list[tuple[bytes, bytes]]:
    """The headers that do not differ by themselves."""
    return [(name.lower(), value) for name, value in answer.headers.raw if name.lower() not in FEW]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/projects/1/insights?limit=1"),
        ("GET", "/api/projects/1/insights/"),
        ("HEAD", "/api/projects/1/insights"),
        ("GET", "/api/projects/1/insights/999"),
        ("POST", "/api/projects/1/insights/cancel"),
        ("DELETE", "/api/projects/1/insights/999"),
        ("OPTIONS", "/api/projects/1/insights"),
        ("GET", "/_mock/info"),
        ("GET", "/nothing/here%20and%2Fthere?a=%26&a=+&b"),
    ],
)
def test_answers_are_the_same_as_without_the_proxy(
    fake: Started, through: Proxied, method: str, path: str
) -> None:
    with httpx.Client(base_url=fake.url, headers={"Host": f"127.0.0.1:{through.port}"}) as direct:
        direct.headers["Authorization"] = through.http.headers["Authorization"]
        straight, passed = direct.request(method, path), through.http.request(method, path)
    assert passed.status_code == straight.status_code
    assert kept(passed) == kept(straight)
    assert passed.content == straight.content or path == "/_mock/info"


def test_what_is_written_through_the_proxy_is_written(fake: Started, through: Proxied) -> None:
    made = through.http.post("/api/projects/1/insights", json={"name": "Größe µ"})
    found = httpx.get(f"{fake.url}/api/projects/1/insights/{made.json()['id']}", headers=through.http.headers)
    assert (made.status_code, found.json()["name"]) == (201, "Größe µ")


def test_links_in_answers_lead_through_the_proxy_where_the_host_is_kept(through: Proxied) -> None:
    for number in range(2):
        through.http.post("/api/projects/1/insights", json={"name": str(number)})
    page = through.http.get("/api/projects/1/insights?limit=1").json()
    assert page["next"].startswith(through.url)


def test_a_session_works_through_the_proxy(fake: Started, through: Proxied) -> None:
    login = {"email": fake.credentials["email"], "password": fake.credentials["password"]}
    with httpx.Client(base_url=through.url) as browser:
        assert browser.post("/api/login", json=login).status_code == 200
        assert browser.get("/api/users/@me").json()["email"] == login["email"]


def test_headers_of_one_connection_stay_behind() -> None:
    answer = json_answer(b"{}", b"Connection: X-Hop", b"X-Hop: 1", b"Keep-Alive: timeout=9", b"X-Kept: yes")
    with answering(answer) as upstream, proxying(upstream.url) as proxied:
        headers = {"Connection": "X-Mine, keep-alive", "X-Mine": "1", "TE": "trailers", "X-Sent": "yes"}
        got = proxied.http.get("/api/projects", headers={**headers, "Proxy-Authorization": "Basic eA=="})
    head = upstream.heads[0].lower()
    assert b"x-sent: yes" in head
    for name in (b"x-mine", b"te:", b"proxy-authorization", b"keep-alive"):
        assert name not in head
    assert (got.headers.get("X-Kept"), got.headers.get("X-Hop"), got.headers.get("Keep-Alive")) == (
        "yes",
        None,
        None,
    )


def test_nothing_is_added_but_who_passed_it_on() -> None:
    with answering(json_answer()) as upstream, proxying(upstream.url) as proxied:
        with socket.create_connection(("127.0.0.1", proxied.port)) as client:
            client.sendall(b"GET /a HTTP/1.1\r\nHost: x.example\r\nVia: 1.0 first\r\n\r\n")
            client.recv(65536)
        port = upstream.url.rpartition(":")[2].encode()
    line, *headers = upstream.heads[0].strip().lower().split(b"\r\n")
    assert line == b"get /a http/1.1"
    assert sorted(headers) == [b"host: 127.0.0.1:" + port, b"via: 1.0 first, 1.1 mockserver"]


@pytest.mark.parametrize(("keep_host", "host"), [(True, b"posthog.example"), (False, b"127.0.0.1:")])
def test_the_upstream_is_called_by_the_name_that_was_chosen(*, keep_host: bool, host: bytes) -> None:
    with answering(json_answer()) as upstream, proxying(upstream.url, keep_host=keep_host) as proxied:
        proxied.http.get("/api/projects", headers={"Host": "posthog.example"})
    assert b"host: " + host in upstream.heads[0].lower()


def test_a_prefix_of_the_upstream_comes_before_every_path() -> None:
    with answering(json_answer()) as upstream, proxying(f"{upstream.url}/posthog/") as proxied:
        proxied.http.get("/api/projects?limit=1")
        assert proxied.counts()["operations"]["projects_list"]["calls"] == 1
    assert upstream.heads[0].startswith(b"GET /posthog/api/projects?limit=1 ")


def test_compressed_answers_stay_compressed_and_are_looked_at() -> None:
    body = gzip.compress(b'{"count": "many"}')
    with (
        answering(json_answer(body, b"Content-Encoding: gzip")) as upstream,
        proxying(upstream.url) as proxied,
        proxied.http.stream("GET", "/api/projects") as got,
    ):
        assert b"".join(got.iter_raw()) == body
        assert {one["pointer"] for one in proxied.violations()} >= {"/count"}


def test_a_connection_is_kept_on_both_sides() -> None:
    with answering(*[json_answer()] * 3) as upstream, proxying(upstream.url) as proxied:
        for _ in range(3):
            assert proxied.http.get("/api/projects").status_code == 200
    assert (upstream.connections, len(upstream.heads)) == (1, 3)


def test_a_body_goes_on_while_it_still_comes() -> None:
    seen = threading.Event()
    bodies: list[bytes] = []

    def script(connection: Connection) -> None:
        connection.head()
        bodies.append(connection.until(b"first\r\n"))
        seen.set()
        bodies.append(connection.until(b"0\r\n\r\n"))
        connection.send(json_answer())

    def body() -> Iterator[bytes]:
        yield b"first"
        assert seen.wait(5), "the first part waits for the second"
        yield b"second"

    with scripted(script) as upstream, proxying(upstream.url) as proxied:
        assert proxied.http.post("/api/projects/1/insights", content=body()).status_code == 200
    assert bodies == [b"5\r\nfirst\r\n", b"6\r\nsecond\r\n0\r\n\r\n"]


def test_an_answer_goes_on_while_it_still_comes() -> None:
    seen = threading.Event()

    def script(connection: Connection) -> None:
        connection.head()
        connection.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
        assert seen.wait(5)
        connection.send(b"6\r\nsecond\r\n0\r\n\r\n")

    with (
        scripted(script) as upstream,
        proxying(upstream.url) as proxied,
        proxied.http.stream("GET", "/api/projects") as got,
    ):
        chunks = got.iter_raw()
        assert next(chunks) == b"first"
        seen.set()
        assert b"".join(chunks) == b"second"
        assert "content-length" not in got.headers


def test_a_client_that_leaves_takes_its_call_with_it() -> None:
    ended = threading.Event()

    def script(connection: Connection) -> None:
        connection.head()
        connection.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
        if connection.is_ended():
            ended.set()

    with scripted(script) as upstream, proxying(upstream.url) as proxied:
        with socket.create_connection(("127.0.0.1", proxied.port)) as client:
            client.sendall(b"GET /api/projects HTTP/1.1\r\nHost: x\r\n\r\n")
            assert client.recv(65536)
        assert ended.wait(5), "the upstream goes on answering nobody"
        assert proxied.counts()["calls"]["abandoned"] == 1


def test_an_answer_that_comes_before_the_body_is_whole_is_passed_on() -> None:
    def script(connection: Connection) -> None:
        connection.head()
        connection.send(b"HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")

    with (
        scripted(script) as upstream,
        proxying(upstream.url) as proxied,
        socket.create_connection(("127.0.0.1", proxied.port)) as client,
    ):
        client.sendall(b"POST /e HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")
        assert client.recv(65536).startswith(b"HTTP/1.1 413 ")


def test_websockets_are_refused_in_words() -> None:
    with answering(json_answer()) as upstream, proxying(upstream.url) as proxied:
        headers = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
        refused = proxied.http.get("/api/live", headers={**headers, "Sec-WebSocket-Key": "eA=="})
        assert (refused.status_code, refused.json()["type"]) == (501, "urn:mockserver:problem:websocket")
        assert proxied.counts()["failures"] == {"websocket": 1}
    assert upstream.connections == 0


def test_another_upgrade_is_declined_by_going_on_without_it() -> None:
    with answering(json_answer()) as upstream, proxying(upstream.url) as proxied:
        headers = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAMAAABk"}
        assert proxied.http.get("/api/projects", headers=headers).status_code == 200
    assert b"pgrade" not in upstream.heads[0]


def test_many_streams_at_once_each_get_their_own(fake: Started) -> None:
    everyone = threading.Barrier(30)

    def script(connection: Connection) -> None:
        name = connection.head().split(b" ")[1][-3:]
        connection.send(HEAD + b"Content-Length: 6\r\n\r\n" + name)
        everyone.wait(20)
        connection.send(name)

    got: list[bytes] = [b""] * 30

    def ask(number: int, url: str) -> None:
        got[number] = httpx.get(f"{url}/api/{number:03}", timeout=20).content

    with scripted(script) as upstream, proxying(upstream.url) as proxied:
        threads = [threading.Thread(target=ask, args=(number, proxied.url)) for number in range(30)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert got == [b"%03d%03d" % (number, number) for number in range(30)]
