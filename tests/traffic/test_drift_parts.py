"""What is volatile is taken out, and what differs is told by values or by shapes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from contract_tests.core.exchange import Exchange
from contract_tests.drift.compare import brief, by_shape, by_values
from contract_tests.drift.normal import normal
from contract_tests.drift.reading import READ_ONLY
from contract_tests.drift.step import Step, at, filled
from contract_tests.drift.telling import story
from contract_tests.drift.verdicts import _differences
from contract_tests.drift.writing import WRITING

KEPT = {"own": 7, "label": "drift-1", "token": "kV1bq2yq0tPqk0Xw8bV3"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"id": 7}, {"id": "<own>"}),
        ({"id": 8, "team_id": 1, "count": 7}, {"id": "<id>", "team_id": "<id>", "count": 7}),
        ({"at": "2026-06-17T12:00:00Z", "day": "2026-06-17"}, {"at": "<time>", "day": "<time>"}),
        ({"uuid": "0199a1b2-0000-7000-8000-000000000001"}, {"uuid": "<uuid>"}),
        ({"item_id": "12", "id": "cache_1_ab"}, {"item_id": "<id>", "id": "<id>"}),
        ({"access_token": "kV1bq2yq0tPqk0Xw8bV3"}, {"access_token": "<token>"}),
        ({"access_token": "another"}, {"access_token": "<a token>"}),
        ({"email": "ada@example.com", "first_name": None}, {"email": "<person>", "first_name": None}),
        ({"name": "contract-tests drift-1 board"}, {"name": "contract-tests <label> board"}),
        (
            {"next": "http://h:1/api/projects/3/insights?a=1"},
            {"next": "<host>/api/projects/<id>/insights?a=1"},
        ),
        ({"tags": ["b", "a"]}, {"tags": ["a", "b"]}),
        ({"bytes_read": 5, "timings": None}, {"bytes_read": "<measure>", "timings": None}),
        (
            {"start_time": "2026-06-17T12:00:00Z", "expiration_time": "2026-06-17T12:20:00.1Z"},
            {"start_time": "<time>", "expiration_time": "<start_time and 20 minutes>"},
        ),
        ({"expiration_time": "2026-06-17T12:20:00Z"}, {"expiration_time": "<time>"}),
        ([True, 1.5, None, "text"], [True, 1.5, None, "text"]),
    ],
)
def test_what_is_volatile_becomes_a_name(value: Any, expected: Any) -> None:
    assert normal(value, KEPT) == expected


def told(differences: Any) -> list[tuple[str, str, str]]:
    return [(one.place, one.left, one.right) for one in differences]


def test_values_differ_where_a_field_is_missing_other_or_of_another_type() -> None:
    left = {"a": 1, "b": [1, 2], "c": True, "result": [1], "e": {"f": None}}
    right = {"a": 2, "b": [1], "c": 1, "result": [2, 3], "d": "x", "e": {"f": "g"}}
    assert told(by_values(left, right)) == [
        ("/a", "1", "2"),
        ("/b", "2 items", "1 items"),
        ("/c", "true", "1"),
        ("/e/f", "null", '"g"'),
        ("/d", "nothing", '"x"'),
    ]


def test_shapes_differ_by_fields_and_types_and_not_by_values_or_rows() -> None:
    left = {"rows": [{"a": 1}, {"a": None, "b": "x"}], "n": None, "t": "x", "empty": []}
    right = {"rows": [{"a": 2.5, "b": "y"}], "n": 1, "t": 7, "empty": [1]}
    assert told(by_shape(left, right)) == [("/t", "text", "number")]
    assert told(by_shape({"a": [{"x": 1}]}, {"a": [{"y": {}}]})) == [
        ("/a/*/x", "number", "nothing"),
        ("/a/*/y", "nothing", "object"),
    ]


def test_long_values_are_cut() -> None:
    assert len(brief("x" * 500)) == 80


def test_names_in_a_step_stand_for_what_was_kept_of_its_own_type() -> None:
    assert filled({"ids": ["{own}"], "name": "a {label} b"}, KEPT) == {"ids": [7], "name": "a drift-1 b"}
    assert filled('{"date_from": "-30d"}', KEPT) == '{"date_from": "-30d"}'
    with pytest.raises(KeyError):
        filled("insights/{nothing}", KEPT)


def test_a_pointer_leads_to_a_value_or_to_none() -> None:
    assert at({"a": [{"b": 1}]}, "/a/0/b") == 1
    assert at({"a": []}, "/a/0/b") is None
    assert at(None, "/a") is None


def test_the_story_that_reads_sends_nothing_that_writes() -> None:
    assert {step.method for step in READ_ONLY} == {"GET"}
    assert story("read-only") == READ_ONLY
    assert story("full") == (*READ_ONLY, *WRITING)


def test_steps_have_names_of_their_own_and_what_they_make_is_noted() -> None:
    steps: tuple[Step, ...] = story("full")
    assert len({step.name for step in steps}) == len(steps)
    makers = [step for step in WRITING if step.method == "POST" and step.path in ("insights", "dashboards")]
    assert all(step.makes == step.path or step.party.value.startswith("a project") for step in makers)


def answer(status: int = 200, body: bytes = b"", failure: str | None = None, **headers: str) -> Exchange:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Exchange("GET", "http://h/", {}, b"", status=status, headers=named, body=body, failure=failure)


@dataclass(frozen=True)
class Nobody:
    kept: dict[str, Any] = field(default_factory=dict)


def between(left: Exchange, right: Exchange) -> list[tuple[str, str, str]]:
    return told(_differences(left, right, (Nobody(), Nobody()), values=True))  # type: ignore[arg-type]


def test_answers_differ_by_status_headers_body_and_columns() -> None:
    problem = answer(404, b'{"detail": "Not found."}', content_type="application/json")
    assert between(answer(), problem) == [("status", "200", '404 "Not found."')]
    assert between(answer(), answer(0, failure="no answer")) == [("status", "200", "no answer")]
    assert between(answer(allow="GET, PUT"), answer(allow="PUT,GET")) == []
    assert between(answer(retry_after="3"), answer()) == [("header retry-after", "3", "none")]
    assert between(answer(body=b"x"), answer()) == [("body", "1 bytes", "none")]
    csv = {"content_type": "text/csv; charset=utf-8"}
    assert between(answer(body=b"id,a\n1,2", **csv), answer(body=b"id,b\n3,4", **csv)) == [
        ("columns", "a", "b")
    ]
    assert between(answer(body=b"id,a\n1,2", **csv), answer(body=b"a,id\n", **csv)) == []
    assert (
        between(answer(body=b"<p>", content_type="text/html"), answer(body=b"<i>", content_type="text/html"))
        == []
    )
