"""A read-only run cannot write."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from contract_tests.core.guard import ReadOnlyGuard
from contract_tests.core.wire import Wire
from contract_tests.errors import WriteRefused
from contract_tests.generation.pool import Pool
from contract_tests.rules import Cost
from contract_tests.target import Mode, Target, choose_mode, is_loopback
from tests.contract_suite.conftest import run_suite, wsgi_target
from tests.contract_suite.independent_server import independent_app


class Counting(httpx.BaseTransport):
    """A transport that only counts."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request.method)
        return httpx.Response(200, request=request)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY", "post"])
def test_the_guard_lets_no_write_through(method: str) -> None:
    inner = Counting()

    with pytest.raises(WriteRefused):
        ReadOnlyGuard(inner).handle_request(httpx.Request(method, "http://127.0.0.1/"))
    assert inner.seen == []


def test_the_wire_of_a_read_only_target_is_guarded() -> None:
    inner = Counting()
    wire = Wire(Target("http://127.0.0.1", "1", "x", mode=Mode.READ_ONLY, transport=lambda: inner))

    with pytest.raises(WriteRefused):
        wire.send("PATCH", "http://127.0.0.1/api/projects/1/insights/1", {})
    assert wire.send("GET", "http://127.0.0.1/", {}).status == 200
    assert inner.seen == ["GET"]


def test_a_whole_read_only_run_sends_reads_only() -> None:
    app: Any = independent_app()
    methods: set[str] = set()
    app.before_request_funcs[None].insert(0, lambda: methods.add(_method()))

    report = run_suite(wsgi_target(app, mode=Mode.READ_ONLY), generated=True, examples=1, depth=Cost.QUICK)

    assert "GET" in methods
    assert methods <= {"GET", "HEAD", "OPTIONS"}
    reasons = {result.reason for result in report.results if result.rule_id.startswith("insight_life")}
    assert all("--mode full" in reason or "only for" in reason for reason in reasons)


def _method() -> str:
    from flask import request

    return request.method


def test_full_runs_are_for_this_machine_or_with_the_owners_word() -> None:
    assert choose_mode(None, "http://127.0.0.1:1", owned=False) is Mode.FULL
    assert choose_mode(None, "https://eu.example.com", owned=False) is Mode.READ_ONLY
    assert choose_mode("full", "https://eu.example.com", owned=True) is Mode.FULL


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://localhost:1", True),
        ("http://127.0.0.53", True),
        ("http://[::1]:8129", True),
        ("http://127.0.0.1.example.com", False),
        ("https://app.example.com", False),
    ],
)
def test_loopback_is_told_by_the_address(url: str, local: bool) -> None:
    assert is_loopback(url) is local


@pytest.mark.parametrize(
    ("method", "path", "body", "allowed"),
    [
        ("GET", "/api/projects/2/insights/7", None, True),
        ("PATCH", "/api/projects/1/insights/5", {"name": "x"}, True),
        ("PATCH", "/api/projects/1/insights/7", {"name": "x"}, False),
        ("PATCH", "/api/projects/2/insights/5", {"name": "x"}, False),
        ("PATCH", "/api/projects/1/insights/abcdefgh", {"name": "x"}, False),
        ("POST", "/api/projects/1/insights/bulk_delete", {"ids": [5]}, True),
        ("POST", "/api/projects/1/insights/bulk_delete", {"ids": [5, 7]}, False),
        ("POST", "/api/projects/1/insights", {"dashboards": [3]}, False),
        ("POST", "/api/projects/1/insights/cancel", {"client_query_id": "theirs"}, False),
        ("DELETE", "/api/projects/1/query/theirs", None, False),
        ("PATCH", "/api/projects/1/dashboards/9/sharing", {}, True),
    ],
)
def test_generated_requests_touch_the_pool_alone(method: str, path: str, body: Any, allowed: bool) -> None:
    pool = Pool("1", insights=[5], dashboards=[9])

    assert pool.allows(method, path, body) is allowed
