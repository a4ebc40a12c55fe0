"""What every answer is held against: each check finds its breach, and a right answer breaks none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contract_tests.checks import judge
from contract_tests.contract import Contract
from contract_tests.core.exchange import Exchange

HOST = "http://127.0.0.1:8129"
LIST = "/api/projects/1/insights"
STATUS = {
    "id": "a",
    "team_id": 1,
    "query_async": True,
    "complete": True,
    "error": False,
    "error_message": None,
    "results": {"results": []},
    "start_time": "2026-06-17T12:00:00Z",
    "pickup_time": "2026-06-17T12:00:01Z",
    "end_time": "2026-06-17T12:00:04Z",
    "expiration_time": "2026-06-17T12:20:00Z",
    "task_id": None,
    "insight_id": None,
    "dashboard_id": None,
    "labels": None,
    "query_progress": None,
}


@pytest.fixture(scope="module")
def contract() -> Contract:
    return Contract()


def broken(contract: Contract, **fields: Any) -> set[str]:
    body = fields.pop("body", None)
    method, url = fields.pop("method", "GET"), fields.pop("url", LIST)
    fields.setdefault("status", 200)
    fields.setdefault("headers", {"content-type": "application/json"})
    path = url.partition("?")[0]
    operation = contract.operation_at(method, path)
    exchange = Exchange(
        method,
        HOST + url,
        {},
        b"",
        body=body if isinstance(body, bytes) else json.dumps(body).encode(),
        operation_id=operation.operation_id if operation else None,
        **fields,
    )
    return {one.check.rule_id for one in judge(exchange, contract, ("a-secret-of-this-run",))}


def page(**fields: Any) -> dict[str, Any]:
    return {"count": 0, "next": None, "previous": None, "results": [], **fields}


def status(**fields: Any) -> dict[str, Any]:
    return {"query_status": {**STATUS, **fields}}


QUERY = "/api/projects/1/query/a"


@pytest.mark.parametrize(
    ("url", "body"), [(LIST, page()), (f"{LIST}?limit=5&offset=x", page()), (QUERY, status())]
)
def test_a_right_answer_breaks_nothing(contract: Contract, url: str, body: Any) -> None:
    assert broken(contract, url=url, body=body) == set()


@pytest.mark.parametrize(
    ("url", "body", "rule"),
    [
        (LIST, page(count=3), "check.page_arithmetic"),
        (LIST, page(previous=f"{HOST}{LIST}?limit=1"), "check.page_arithmetic"),
        (f"{LIST}?limit=1", page(next="/insights?limit=1"), "check.page_links"),
        (f"{LIST}?limit=1", page(next=f"{HOST}/elsewhere?limit=1"), "check.page_links"),
        (f"{LIST}?search=x", page(next=f"{HOST}{LIST}?limit=1"), "check.page_links"),
        (QUERY, status(results=None), "check.query_status_flags"),
        (QUERY, status(complete=False, error=True), "check.query_status_flags"),
        (QUERY, status(complete=False), "check.query_status_flags"),
        (QUERY, status(error_message="no"), "check.query_status_flags"),
        (QUERY, status(complete=False, results=None), "check.query_status_flags"),
        (QUERY, status(end_time=None), "check.query_status_flags"),
        (QUERY, status(end_time="2026-06-17T12:00:00Z"), "check.query_status_times"),
        (QUERY, status(expiration_time="2026-06-17T11:00:00Z"), "check.query_status_times"),
        (QUERY, status(complete=False, results=None, end_time=None), "check.query_status_answer"),
        (QUERY, status(start_time="noon"), "check.datetime_zone"),
        (QUERY, status(start_time="2026-06-17T12:00:00"), "check.datetime_zone"),
        (QUERY, status(start_time="2026-06-17T14:00:00+02:00"), "check.datetime_zone"),
        (LIST, page(results=[{"created_at": "2026-06-17T12:00:00Z", "updated_at": "2026-06-16T12:00:00Z"}]),
         "check.datetime_order"),
        (LIST, page(results=[{"key": "phx_" + "a" * 40}]), "check.no_key_in_body"),
        (LIST, page(results=[{"note": "a-secret-of-this-run"}]), "check.no_key_in_body"),
        (LIST, page(results=[{"hash": "$argon2id$v=19$m=65536"}]), "check.no_password_in_body"),
        (LIST, page(results=[{"password": "sesame"}]), "check.no_password_in_body"),
        (LIST, page(results=[{"id": "one"}], count=1), "check.response_schema"),
        (LIST, b"{", "check.valid_json"),
    ],
)  # fmt: skip
def test_a_wrong_body_is_found(contract: Contract, url: str, body: Any, rule: str) -> None:
    assert rule in broken(contract, url=url, body=body)


def envelope(**fields: Any) -> dict[str, Any]:
    return {"type": "invalid_request", "code": "not_found", "detail": "Not found.", "attr": None, **fields}


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"status": 418, "body": envelope()}, "check.documented_status"),
        ({"status": 500, "body": envelope()}, "check.no_server_error"),
        ({"status": 302, "body": b""}, "check.no_redirect"),
        ({"body": b"<html>", "headers": {"content-type": "text/html"}}, "check.media_type"),
        ({"status": 404, "body": ["Not found."]}, "check.error_envelope"),
        ({"status": 404, "body": envelope(type="oops")}, "check.error_envelope"),
        ({"status": 404, "body": envelope(type="throttled_error")}, "check.error_envelope"),
        ({"status": 404, "body": envelope(detail="")}, "check.error_envelope"),
        ({"status": 400, "body": b""}, "check.error_has_body"),
        ({"status": 405, "method": "DELETE", "url": f"{LIST}/1", "body": b""}, "check.allow_header"),
        ({"status": 429, "body": envelope(type="throttled_error")}, "check.retry_after"),
        ({"status": 401, "url": QUERY, "body": envelope(type="authentication_error")}, "check.challenge"),
    ],
)
def test_a_wrong_refusal_is_found(contract: Contract, fields: dict[str, Any], rule: str) -> None:
    found = broken(contract, **fields)
    assert rule in found, found
