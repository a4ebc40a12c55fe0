"""With `--read-only` nothing that writes gets through."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mockserver.http.contract import Contract
from mockserver.proxy.reads import READS, SAFE, TRACES, only_reads
from mockserver.resource_files import bundled
from tests.proxy.serving import Proxied, proxying
from tests.proxy.upstreams import Connection, Scripted, answering, json_answer, scripted

Guarded = tuple[Scripted, Proxied]
CONTRACT = Contract.load(bundled("spec/openapi.yaml"))


@pytest.fixture(scope="module")
def guarded() -> Iterator[Guarded]:
    """A proxy that lets reads through, and an upstream that answers nothing to everything."""
    heads: list[bytes] = []

    def script(connection: Connection) -> None:
        while (head := connection.head()) != b"\r\n\r\n":
            heads.append(head)
            connection.send(b"HTTP/1.1 204 No Content\r\n\r\n")

    with scripted(script) as upstream, proxying(upstream.url, read_only=True) as proxied:
        upstream.heads = heads
        yield upstream, proxied


def test_every_operation_for_which_a_reading_scope_is_enough_is_decided_on() -> None:
    by_scope = {
        name
        for name, one in CONTRACT.operations.items()
        if one.method.upper() not in SAFE
        and one.required_scopes
        and all(scope.endswith(":read") for scope in one.required_scopes)
    }
    assert by_scope - READS - TRACES == set()
    assert CONTRACT.operations.keys() >= READS | TRACES


def test_no_operation_that_needs_a_writing_scope_counts_as_a_read() -> None:
    assert [
        name
        for name in READS
        if any(scope.endswith(":write") for scope in CONTRACT.operations[name].required_scopes or ())
    ] == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/projects/1/insights"),
        ("HEAD", "/api/projects/1/insights"),
        ("OPTIONS", "/e/"),
        ("POST", "/api/projects/1/query"),
        ("POST", "/api/environments/1/query/"),
        ("DELETE", "/api/projects/1/query/abc"),
        ("POST", "/flags/?v=2"),
        ("GET", "/anything/else"),
        ("POST", "/api/login"),
    ],
)
def test_reads_go_through(guarded: Guarded, method: str, path: str) -> None:
    upstream, proxied = guarded
    assert proxied.http.request(method, path).status_code == 204
    assert upstream.heads[-1].startswith(f"{method} {path} ".encode())


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("POST", "/api/projects/1/insights", "insights_create"),
        ("PATCH", "/api/environments/1/insights/5/", "insights_partial_update"),
        ("DELETE", "/api/projects/1/dashboards/5", "dashboards_destroy"),
        ("POST", "/api/projects/1/insights/viewed", "insights_viewed_create"),
        ("POST", "/batch", "capture_batch_create"),
        ("GET", "/e/?data=eyJ9", "GET /e/"),
        ("GET", "/i/v0/e?data=eyJ9", "GET /i/v0/e"),
        ("POST", "/api/projects/1/annotations", "POST /api/projects/1/annotations"),
        ("QUERY", "/anything", "QUERY /anything"),
        ("POST", "/_mock/reset", "POST /_mock/reset"),
    ],
)
def test_writes_are_answered_with_403_and_stay_here(
    guarded: Guarded, method: str, path: str, name: str
) -> None:
    upstream, proxied = guarded
    before, failed = len(upstream.heads), proxied.counts()["failures"].get("read_only", 0)
    refused = proxied.http.request(method, path)
    assert refused.status_code == 403
    assert refused.json()["type"] == "urn:mockserver:problem:read_only"
    assert refused.json()["detail"].startswith(name)
    assert proxied.counts()["failures"]["read_only"] == failed + 1
    assert len(upstream.heads) == before


def test_the_body_of_a_refused_write_keeps_the_connection_in_order() -> None:
    with answering(json_answer()) as upstream, proxying(upstream.url, read_only=True) as proxied:
        assert proxied.http.post("/api/projects/1/insights", content=b"x" * 300_000).status_code == 403
        assert proxied.http.get("/api/projects").status_code == 200
    assert len(upstream.heads) == 1


def test_methods_are_told_apart_by_their_letters() -> None:
    assert not only_reads("get", None, "/e")
    assert only_reads("GET", None, "/events")
