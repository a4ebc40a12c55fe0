"""A call is found in the contract, and what is wrong with it is said once, with its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from mockserver.http.contract_lines import ContractLines
from mockserver.resource_files import bundled
from mockserver.traffic import Exchange, Request, Response, Severity, TrafficChecker
from mockserver.traffic.addresses import Place
from tests.conftest import Running
from tests.traffic.recording import exchange_of, with_body


@pytest.fixture(scope="module")
def checker() -> TrafficChecker:
    return TrafficChecker.load()


@pytest.fixture(scope="module")
def page(docs: Running) -> Exchange:
    docs.create(name="One")
    return exchange_of(docs.http.get(docs.insights))


def call(method: str, url: str, status: int = 200, **fields: Any) -> Exchange:
    return Exchange(Request(method, url, **fields), Response(status, {"content-type": "application/json"}))


def found(checker: TrafficChecker, exchange: Exchange) -> list[tuple[str, str]]:
    return [(one.kind.name, one.pointer) for one in checker.check(exchange)]


def changed(path: list[Any], value: Any) -> Callable[[Any], None]:
    def change(body: Any) -> None:
        for part in path[:-1]:
            body = body[part]
        body[path[-1]] = value

    return change


def test_a_call_that_keeps_to_the_contract_has_nothing_wrong(checker: TrafficChecker, page: Exchange) -> None:
    assert checker.check(page) == []
    assert checker.judge(page).operation_id == "insights_list"


@pytest.mark.parametrize(
    "url",
    [
        "https://eu.posthog.com/api/projects/2/insights/",
        "http://localhost/api/environments/2/insights",
        "http://localhost/api/projects/@current/insights?limit=nonsense",
        "/api/projects/2/insights",
    ],
)
def test_an_operation_is_found_on_any_host_by_any_of_its_names(
    checker: TrafficChecker, page: Exchange, url: str
) -> None:
    moved = replace(page, request=replace(page.request, url=url))
    assert checker.judge(moved).operation_id == "insights_list"
    assert checker.check(moved) == []


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://cdn.example/static/app.js", Place.ELSEWHERE),
        ("https://example.org/api/projects/1/feature_flags", Place.ELSEWHERE),
        ("https://example.org/api/projects/1/insights/1/nothing", Place.NO_PATH),
        ("wss://example.org/api/projects/1/insights", Place.WEBSOCKET),
    ],
)
def test_other_addresses_are_not_of_this_contract(checker: TrafficChecker, url: str, place: Place) -> None:
    assert checker.judge(call("GET", url)).place is place


def test_a_strict_checker_takes_every_other_call_for_one_that_no_operation_allows() -> None:
    strict = TrafficChecker.load(strict=True)
    assert found(strict, call("GET", "/static/app.js", 404)) == [("path.unknown", "")]


def test_a_checker_of_one_server_leaves_others_alone(page: Exchange) -> None:
    one = TrafficChecker.load(bases=["https://eu.posthog.com/mounted"])
    assert not one.judge(page).is_of_contract
    moved = replace(page.request, url="https://eu.posthog.com/mounted/api/projects/1/insights")
    assert one.judge(replace(page, request=moved)).operation_id == "insights_list"


def test_a_method_that_a_path_does_not_have_is_wrong_and_a_preflight_is_not(checker: TrafficChecker) -> None:
    assert found(checker, call("PUT", "/api/projects/1/insights")) == [("method.not_allowed", "")]
    assert checker.judge(call("OPTIONS", "/api/projects/1/insights")).place is Place.PREFLIGHT


def test_what_the_server_refused_is_a_warning(checker: TrafficChecker) -> None:
    def severities(status: int) -> set[Severity]:
        exchange = call("PUT", "/api/projects/1/insights", status)
        return {one.severity for one in checker.check(exchange)}

    assert severities(200) == {Severity.ERROR}
    assert severities(405) == {Severity.WARNING}


def test_a_violation_says_where_it_is_in_the_body_and_in_the_contract(
    checker: TrafficChecker, page: Exchange
) -> None:
    (one,) = checker.check(with_body(page, changed(["results", 0, "name"], 5)))
    assert (one.kind.name, one.pointer, one.expected, one.seen) == (
        "response_body.type",
        "/results/0/name",
        "null or string",
        "5",
    )
    source = bundled("spec/openapi.yaml")
    name = "#/components/schemas/Insight/properties/name"
    assert one.contract_line == ContractLines(source).line(name)
    assert one.operation_id == "insights_list"


def test_the_same_fault_in_many_rows_is_one_violation(checker: TrafficChecker, page: Exchange) -> None:
    def change(body: Any) -> None:
        body["results"] = [{**body["results"][0], "saved": "yes"} for _ in range(30)]

    (one,) = checker.check(with_body(page, change))
    assert (one.pointer, one.times) == ("/results/0/saved", 30)


def test_a_fault_inside_alternatives_is_that_of_the_one_that_was_meant(checker: TrafficChecker) -> None:
    query = {"kind": "TrendsQuery", "series": [{"kind": "EventsNode", "event": 7}], "foo": 1}
    body = json.dumps({"query": {"kind": "InsightVizNode", "source": query}}).encode()
    sent = call(
        "POST", "/api/projects/1/insights", 400, headers={"content-type": "application/json"}, body=body
    )
    requested = [one for one in checker.check(sent) if one.is_of_request]
    assert [(one.kind.name, one.pointer) for one in requested] == [
        ("request_body.type", "/query/source/series/0/event"),
        ("request_body.undocumented", "/query/source/foo"),
    ]


def test_what_is_seen_is_shown_without_secrets(checker: TrafficChecker, page: Exchange) -> None:
    key = "phx_0123456789abcdefghij"
    (one,) = checker.check(with_body(page, changed(["results", 0, "saved"], f"Bearer {key}")))
    assert key not in one.message
    url = f"/api/projects/1/insights?personal_api_key={key}"
    (secret,) = checker.check(replace(page, request=replace(page.request, url=url)))
    assert secret.kind.name == "query.secret"
    assert key not in secret.message


def test_a_body_that_was_not_recorded_is_not_an_empty_one(checker: TrafficChecker, page: Exchange) -> None:
    assert page.response is not None
    unknown = replace(page, response=replace(page.response, body=None))
    empty = replace(page, response=replace(page.response, body=b""))
    assert checker.check(unknown) == []
    assert found(checker, empty) == [("response_body.missing", "")]


def test_a_result_must_fit_the_kind_of_its_query(checker: TrafficChecker, docs: Running) -> None:
    made = docs.create(name="Two")
    answer = exchange_of(docs.http.get(f"{docs.insights}/{made['id']}?refresh=blocking"))
    assert checker.check(answer) == []
    broken = with_body(answer, changed(["result", 0, "data"], "none"))
    assert found(checker, broken) == [("response_body.type", "/result/0/data")]
