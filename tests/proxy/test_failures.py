"""An upstream that fails is told apart by status and problem, in one line of the log, without secrets."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from mockserver.errors import StartError
from tests.proxy.serving import proxying
from tests.proxy.upstreams import HEAD, Connection, Script, scripted

SECRET = "phx_0123456789abcdefghijklmnop"
CERTIFICATE = Path(__file__).with_name("localhost.pem")


def closes(connection: Connection) -> None:
    connection.head()


def resets(connection: Connection) -> None:
    connection.head()
    connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")


def talks_garbage(connection: Connection) -> None:
    connection.head()
    connection.send(b"\x00\x16 no HTTP \r\n\r\n")


def answers_status_999(connection: Connection) -> None:
    connection.head()
    connection.send(b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n")


def counts_twice(connection: Connection) -> None:
    connection.head()
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}")


def answers_at_once(connection: Connection) -> None:
    connection.send(HEAD + b"Content-Length: 0\r\n\r\n")


def hangs(connection: Connection) -> None:
    connection.head()
    connection.stop.wait(10)


@pytest.mark.parametrize(
    ("script", "status", "problem", "words"),
    [
        (closes, 502, "upstream_broken", "closed the connection without an answer"),
        (resets, 502, "upstream_broken", ""),
        (talks_garbage, 502, "upstream_broken", "answered with what is no HTTP"),
        (answers_status_999, 502, "upstream_broken", "999"),
        (counts_twice, 502, "upstream_broken", ""),
        (hangs, 504, "upstream_timeout", "did not go on answering in time"),
    ],
)
def test_an_upstream_that_gives_no_answer(
    script: Script, status: int, problem: str, words: str, program_log: pytest.LogCaptureFixture
) -> None:
    with scripted(script) as upstream, proxying(upstream.url, timeout=0.3) as proxied:
        got = proxied.http.post(
            "/api/projects/1/insights", headers={"Authorization": f"Bearer {SECRET}"}, json={}
        )
        assert proxied.counts()["failures"] == {problem: 1}
    assert got.status_code == status
    assert got.headers["content-type"] == "application/problem+json"
    assert got.json()["type"] == f"urn:mockserver:problem:{problem}"
    assert words in got.json()["detail"]
    assert len(program_log.messages) == 1
    assert program_log.messages[0].startswith(f"POST /api/projects/1/insights {status} {problem}: ")
    assert SECRET not in program_log.text


def short_body(connection: Connection) -> None:
    connection.head()
    connection.send(HEAD + b'Content-Length: 100\r\n\r\n{"a":')


def cut_chunk(connection: Connection) -> None:
    connection.head()
    connection.send(HEAD + b'Transfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\n')


def stops_halfway(connection: Connection) -> None:
    short_body(connection)
    connection.stop.wait(10)


@pytest.mark.parametrize("script", [short_body, cut_chunk, stops_halfway])
def test_an_answer_that_is_cut_off_looks_cut_off_to_the_client(
    script: Script, program_log: pytest.LogCaptureFixture
) -> None:
    with scripted(script) as upstream, proxying(upstream.url, timeout=0.3) as proxied:
        with pytest.raises(httpx.RemoteProtocolError):
            proxied.http.get("/api/projects")
        assert proxied.counts()["failures"].keys() <= {"upstream_broken", "upstream_timeout"}
        assert proxied.counts()["calls"]["passed"] == 0
        assert proxied.http.get("/_mock/proxy/health").status_code == 200
    assert [text.startswith("GET /api/projects broken off ") for text in program_log.messages] == [True]


def test_nobody_listens(program_log: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with proxying(f"http://127.0.0.1:{port}") as proxied:
        got = proxied.http.get("/api/projects")
    assert (got.status_code, got.json()["type"]) == (502, "urn:mockserver:problem:upstream_unreachable")
    assert got.json()["detail"] == f"No connection to 127.0.0.1:{port}: Connection refused."


def test_a_name_that_leads_nowhere() -> None:
    with proxying("http://nowhere.invalid") as proxied:
        got = proxied.http.get("/api/projects")
    assert (got.status_code, got.json()["type"]) == (502, "urn:mockserver:problem:upstream_unreachable")


@contextmanager
def secure_server() -> Iterator[str]:
    """A server of HTTPS with a certificate of its own."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(plain, server_side=True) as connected:
                    connected.recv(65536)
                    connected.sendall(HEAD + b"Content-Length: 2\r\nConnection: close\r\n\r\n{}")
            except OSError:
                continue

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


def test_a_certificate_that_nobody_vouches_for_is_refused() -> None:
    with secure_server() as url, proxying(url) as proxied:
        got = proxied.http.get("/api/projects")
    assert (got.status_code, got.json()["type"]) == (502, "urn:mockserver:problem:upstream_untrusted")
    assert "self-signed certificate" in got.json()["detail"]


def test_a_certificate_of_ones_own_is_trusted_where_it_is_named() -> None:
    with secure_server() as url, proxying(url, ca_file=CERTIFICATE) as proxied:
        assert proxied.http.get("/api/projects").json() == {}


def test_https_to_a_server_without_it() -> None:
    with scripted(answers_at_once) as upstream, proxying(upstream.url.replace("http:", "https:")) as proxied:
        got = proxied.http.get("/api/projects")
    assert (got.status_code, got.json()["type"]) == (502, "urn:mockserver:problem:upstream_untrusted")


def test_a_file_without_certificates_ends_the_start(tmp_path: Path) -> None:
    empty = tmp_path / "none.pem"
    empty.write_text("nothing")
    with (
        pytest.raises(StartError, match="cannot read certificates"),
        proxying("https://127.0.0.1:1", ca_file=empty),
    ):
        pass
