"""Fault rules: which requests they hit, how often, and what happens then."""

from __future__ import annotations

from typing import Any

import pytest

from tests.control.conftest import Steered

UNAVAILABLE = {"status": 503}
NO_WAIT = {"delay": {"kind": "fixed", "ms": 0}}


def add(mock: Steered, effect: dict[str, Any], **fields: Any) -> dict[str, Any]:
    made: dict[str, Any] = mock.post("faults", {"effect": effect, **fields}, 201)
    return made


def statuses(mock: Steered, times: int = 1, url: str | None = None) -> list[int]:
    return [mock.running.http.get(url or mock.running.insights).status_code for _ in range(times)]


def test_a_rule_is_listed_counted_and_removed(mock: Steered) -> None:
    rule = add(mock, UNAVAILABLE)

    assert statuses(mock, 2) == [503, 503]
    assert mock.get("faults") == [{**rule, "hits": 2}]
    assert mock.get(f"faults/{rule['id']}")["hits"] == 2
    mock.delete(f"faults/{rule['id']}", 204)
    assert statuses(mock) == [200]


def test_all_rules_or_those_of_a_project_are_removed_together(mock: Steered) -> None:
    tenant = mock.project()
    add(mock, UNAVAILABLE, match={"project_id": tenant.id})
    add(mock, UNAVAILABLE)

    mock.delete("faults", 204, project_id=tenant.id)
    assert len(mock.get("faults")) == 1
    mock.delete("faults", 204)
    assert mock.get("faults") == []


@pytest.mark.parametrize(
    "match",
    [
        {"operation_id": "insights_list"},
        {"method": "GET"},
        {"path": "/api/projects/*/insights"},
        {"path": "*/insights/"},
        {"operation_id": "insights_list", "method": "GET", "path": "/api/*"},
    ],
)
def test_a_rule_hits_what_it_matches(mock: Steered, match: dict[str, Any]) -> None:
    add(mock, UNAVAILABLE, match=match)

    assert statuses(mock) == [503]


@pytest.mark.parametrize(
    "match",
    [
        {"operation_id": "insights_retrieve"},
        {"method": "POST"},
        {"path": "/api/projects/*/dashboards"},
        {"operation_id": "insights_list", "method": "POST"},
    ],
)
def test_a_rule_leaves_alone_what_it_does_not_match(mock: Steered, match: dict[str, Any]) -> None:
    add(mock, UNAVAILABLE, match=match)

    assert statuses(mock) == [200]


def test_a_project_rule_also_hits_at_current_and_through_the_alias(mock: Steered) -> None:
    tenant = mock.project()
    add(mock, UNAVAILABLE, match={"project_id": tenant.id})

    assert tenant.http.get("/api/projects/@current/insights").status_code == 503
    assert tenant.http.get(f"/api/environments/{tenant.id}/insights/").status_code == 503
    assert statuses(mock) == [200]


def test_a_rule_fires_so_many_times_and_then_no_more(mock: Steered) -> None:
    add(mock, UNAVAILABLE, times=2)

    assert statuses(mock, 4) == [503, 503, 200, 200]


def test_chance_is_the_same_for_the_same_seed(mock: Steered) -> None:
    runs = []
    for _ in range(2):
        mock.post("reset")
        add(mock, UNAVAILABLE, probability=0.5)
        runs.append(statuses(mock, 20))

    assert runs[0] == runs[1]
    assert 0 < runs[0].count(503) < 20


def test_a_probability_of_nothing_never_fires(mock: Steered) -> None:
    add(mock, UNAVAILABLE, probability=0)

    assert statuses(mock, 5) == [200] * 5


def test_an_answer_of_ones_own_is_sent_as_it_is(mock: Steered) -> None:
    add(mock, {"status": 418, "body": {"short": "stout"}, "headers": {"X-Tea": "yes"}, "retry_after": 7})

    answer = mock.running.http.get(mock.running.insights)

    assert (answer.status_code, answer.json()) == (418, {"short": "stout"})
    assert (answer.headers["X-Tea"], answer.headers["Retry-After"]) == ("yes", "7")


@pytest.mark.parametrize("status", [400, 404, 429, 500, 503])
def test_an_error_without_a_body_is_in_the_vendors_envelope(mock: Steered, status: int) -> None:
    add(mock, {"status": status})

    answer = mock.running.http.get(mock.running.insights)

    assert answer.status_code == status
    assert answer.json().keys() == {"type", "code", "detail", "attr"}
    assert ("Retry-After" in answer.headers) == (status in (429, 503))


def test_a_faulty_answer_names_its_request_and_operation(mock: Steered) -> None:
    add(mock, UNAVAILABLE)

    answer = mock.running.http.get(mock.running.insights, headers={"X-Request-Id": "abc"})

    assert (answer.headers["X-Request-Id"], answer.headers["X-Mock-Operation"]) == ("abc", "insights_list")


def test_the_first_rule_that_fires_decides_and_delays_add_up(mock: Steered) -> None:
    waiting = add(mock, NO_WAIT)
    add(mock, {"status": 500})
    spared = add(mock, {"status": 502})

    assert statuses(mock) == [500]
    hits = {rule["id"]: rule["hits"] for rule in mock.get("faults")}
    assert (hits[waiting["id"]], hits[spared["id"]]) == (1, 0)


def test_the_control_plane_itself_is_never_hit(mock: Steered) -> None:
    add(mock, UNAVAILABLE)

    assert mock.get("health")["status"] == "ok"


@pytest.mark.parametrize("header", ["status=503", "delay=0; status=503", "status=503;"])
def test_a_header_asks_for_a_fault_of_one_request(mock: Steered, header: str) -> None:
    answer = mock.running.http.get(mock.running.insights, headers={"X-Mock-Fault": header})

    assert answer.status_code == 503
    assert statuses(mock) == [200]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Mock-Fault", "explode"),
        ("X-Mock-Fault", "status=99"),
        ("X-Mock-Fault", "connection=soft"),
        ("X-Mock-Fault", "contract=unheard_of"),
        ("X-Mock-Delay", "long"),
        ("X-Mock-Delay", "-1"),
    ],
)
def test_a_header_that_cannot_be_read_is_refused_in_the_vendors_words(
    mock: Steered, name: str, value: str
) -> None:
    answer = mock.running.http.get(mock.running.insights, headers={name: value})

    assert (answer.status_code, answer.json()["attr"]) == (400, name)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "effect"),
        ({"effect": {}}, "effect"),
        ({"effect": {"status": 99}}, "effect.status"),
        ({"effect": {"body": {}}}, "effect"),
        ({"effect": {"status": 500, "connection": "reset"}}, "effect.connection"),
        ({"effect": {"connection": "soft"}}, "effect.connection"),
        ({"effect": {"contract": "unheard_of"}}, "effect.contract"),
        ({"effect": {"delay": {"kind": "fixed"}}}, "effect.delay.ms"),
        ({"effect": {"delay": {"kind": "fixed", "ms": 1, "sigma": 1}}}, "effect.delay.sigma"),
        ({"effect": {"delay": {"kind": "uniform", "min_ms": 2, "max_ms": 1}}}, "effect.delay.max_ms"),
        ({"effect": {"throttle": {}}}, "effect.throttle"),
        ({"effect": UNAVAILABLE, "match": {"operation_id": "nope"}}, "match.operation_id"),
        ({"effect": UNAVAILABLE, "match": {"colour": "red"}}, "match.colour"),
        ({"effect": UNAVAILABLE, "times": 0}, "times"),
        ({"effect": UNAVAILABLE, "probability": 2}, "probability"),
    ],
)
def test_an_impossible_rule_is_refused_and_not_kept(mock: Steered, body: dict[str, Any], field: str) -> None:
    assert mock.post("faults", body, 422)["field"] == field
    assert mock.get("faults") == []


def test_a_rule_for_an_unknown_project_names_the_key(mock: Steered) -> None:
    body = {"effect": UNAVAILABLE, "match": {"project_id": 999}}

    assert mock.post("faults", body, 404)["field"] == "match.project_id"
    assert mock.call("GET", "faults/999", 404)["field"] == "fault_id"


@pytest.mark.parametrize(
    ("effect", "status", "text"),
    [
        ({"status": 204}, 204, ""),
        ({"status": 200}, 200, "{}"),
        ({"status": 502, "body": "<h1>Bad gateway</h1>"}, 502, "<h1>Bad gateway</h1>"),
    ],
)
def test_a_status_brings_the_body_that_suits_it(
    mock: Steered, effect: dict[str, Any], status: int, text: str
) -> None:
    add(mock, effect)
    answer = mock.running.http.get(mock.running.insights)
    assert (answer.status_code, answer.text) == (status, text)
