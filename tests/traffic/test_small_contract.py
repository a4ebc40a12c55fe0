"""What PostHog's contract has no example of, in a contract that has."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockserver.resource_files import bundled
from mockserver.traffic import Exchange, Request, Response, TrafficChecker

CONTRACT = """
openapi: 3.0.3
info: {title: Things, version: '1'}
paths:
  /things:
    get:
      operationId: things_list
      parameters:
        - {name: owner, in: query, required: true, schema: {type: string}}
        - {name: old, in: query, deprecated: true, schema: {type: string}}
        - {name: many, in: query, schema: {type: boolean}}
      responses:
        default:
          description: anything
          content: {'application/*': {schema: {$ref: '#/components/schemas/Things'}}}
    post:
      operationId: things_create
      requestBody:
        content:
          application/json: {schema: {$ref: '#/components/schemas/Thing'}}
          text/plain: {schema: {type: string}}
          application/x-www-form-urlencoded:
            schema: {type: object, required: [size], properties: {size: {type: integer}}}
      responses:
        2XX: {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
components:
  schemas:
    Things: {type: array, uniqueItems: true, items: {$ref: '#/components/schemas/Thing'}}
    Thing:
      type: object
      properties:
        size: {type: number, minimum: 0, exclusiveMinimum: true, maximum: 100, multipleOf: 5}
        parts: {type: array, items: {$ref: '#/components/schemas/Thing'}}
        by_name: {type: object, additionalProperties: {$ref: '#/components/schemas/Thing'}}
        odd: {not: {type: string}}
        one: {oneOf: [{type: integer}, {type: number, minimum: 0}]}
        free: {type: object}
        colour: {type: string, deprecated: true}
"""


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> TrafficChecker:
    path = tmp_path_factory.mktemp("small") / "things.yaml"
    path.write_text(yaml.dump(yaml.safe_load(CONTRACT)))
    return TrafficChecker.load(path)


def found(
    checker: TrafficChecker, request: Request, response: Response | None = None
) -> list[tuple[str, str]]:
    return [(one.kind.name, one.pointer) for one in checker.check(Exchange(request, response))]


def sent(checker: TrafficChecker, body: Any, kind: str = "application/json") -> list[tuple[str, str]]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return found(checker, Request("POST", "/things", {"content-type": kind}, raw))


def test_parameters_may_be_missing_and_deprecated(checker: TrafficChecker) -> None:
    assert found(checker, Request("GET", "/things")) == [("query.missing", "owner")]
    assert found(checker, Request("GET", "/things?owner=a&old=b")) == [("query.deprecated", "old")]
    assert found(checker, Request("GET", "/things?owner=a&many=maybe")) == [("query.type", "many")]
    assert found(checker, Request("GET", "/things?owner=a&many=true")) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"size": 5}, []),
        ({"size": 0}, [("request_body.exclusiveMinimum", "/size")]),
        ({"size": 7}, [("request_body.multipleOf", "/size")]),
        ({"odd": "text"}, [("request_body.not", "/odd")]),
        ({"one": 3}, [("request_body.oneOf", "/one")]),
        ({"free": {"anything": 1}}, []),
        ({"colour": "red"}, [("request_body.deprecated", "/colour")]),
        ({"more": 1}, [("request_body.undocumented", "/more")]),
        ({"parts": [{"size": 5}, {"more": 1}]}, [("request_body.undocumented", "/parts/1/more")]),
        ({"by_name": {"a": {"more": 1}}}, [("request_body.undocumented", "/by_name/a/more")]),
    ],
)
def test_each_keyword_is_named(checker: TrafficChecker, value: Any, expected: list[tuple[str, str]]) -> None:
    assert sent(checker, value) == expected


def test_forms_and_texts_are_read_by_their_type(checker: TrafficChecker) -> None:
    form = "application/x-www-form-urlencoded"
    assert sent(checker, b"size=5", form) == []
    assert sent(checker, b"size=large", form) == [("request_body.type", "/size")]
    assert sent(checker, b"colour=red", form) == [("request_body.required", "")]
    assert sent(checker, b"\xff", "text/plain") == [("request_body.unreadable", "")]


def test_answers_are_found_by_range_of_status_and_type(checker: TrafficChecker) -> None:
    headers = {"content-type": "application/vnd.things+json"}
    ask = Request("GET", "/things?owner=a")
    assert found(checker, ask, Response(418, headers, b"[]")) == []
    assert found(checker, ask, Response(200, headers, b"[{}, {}]")) == [("response_body.uniqueItems", "")]
    assert found(checker, ask, Response(200, headers, b'[{"more": 1}]')) == [
        ("response_body.undocumented", "/0/more")
    ]
    make = Request("POST", "/things", {}, b"")
    assert found(checker, make, Response(299, {"content-type": "application/json"}, b'{"size": 5}')) == []
    assert found(checker, make, Response(400, {}, b"")) == [("status.other", "")]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"api_key": "phc_x", "event": "a", "distinct_id": "b"}', None),
        (b"data=eyJhcGlfa2V5IjogInBoY194In0", "request_body.required"),
        (b"\x1f\x8bnothing", "request_body.unreadable"),
        (b"not base64 !", "request_body.unreadable"),
    ],
)
def test_events_are_read_as_posthogs_capture_reads_them(body: bytes, kind: str | None) -> None:
    checker = TrafficChecker.load(bundled("spec/openapi.yaml"))
    kinds = [name for name, _ in found(checker, Request("POST", "/e", {"content-type": "text/plain"}, body))]
    assert kinds[:1] == ([kind] if kind else [])


def test_a_violation_is_json_too(checker: TrafficChecker) -> None:
    (one,) = checker.check(Exchange(Request("GET", "/things")))
    assert one.shape() | {"contract_line": 0} == {
        "kind": "query.missing",
        "severity": "error",
        "operation_id": "things_list",
        "where": "query",
        "pointer": "owner",
        "contract_line": 0,
        "expected": "a value",
        "seen": "none",
        "times": 1,
    }
    assert one.message == "query owner: expected a value, saw none"


def test_paths_are_joined_by_one_slash(checker: TrafficChecker) -> None:
    assert checker.judge(Exchange(Request("GET", "http://h//things//?owner=a"))).operation_id == "things_list"


def test_the_contract_may_be_read_from_any_folder(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(CONTRACT)
    assert TrafficChecker.load(tmp_path / "a.yaml").check(Exchange(Request("GET", "/elsewhere"))) == []
