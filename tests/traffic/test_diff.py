"""What a changed contract breaks: everything that can break, or what calls that were seen run into."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from contract_tests.diff.changes import TITLES, Comparison
from contract_tests.diff.schemas import Admission
from mockserver.http.contract import Contract, read_document
from mockserver.resource_files import bundled
from mockserver.testing import MockServer
from mockserver.traffic import Exchange
from tests.traffic.calls import as_har
from tests.traffic.conftest import Command

LIST = "/api/projects/{project_id}/insights"
ONE = "/api/projects/{project_id}/insights/{id}"
NEW = {"operationId": "new", "responses": {"200": {}}}
SEARCH = {"$ref": "#/components/parameters/Search"}
Edit = Callable[[dict[str, Any]], Any]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return read_document(bundled("spec/openapi.yaml"))


def schema(name: str) -> Callable[[dict[str, Any]], Any]:
    return lambda document: document["components"]["schemas"][name]


def found(document: dict[str, Any], *edits: Edit) -> set[tuple[str, str, str]]:
    changed = copy.deepcopy(document)
    for edit in edits:
        edit(changed)
    changes = Comparison(Contract(document), Contract(changed)).changes()
    return {(one.kind, one.operation_id, one.place) for one in changes}


def optional(doc: dict[str, Any]) -> None:
    schema("InsightBasic")(doc)["required"].remove("tags")


EDITS: dict[str, tuple[Edit, tuple[str, str, str]]] = {
    "an operation is gone": (
        lambda doc: doc["paths"][ONE].pop("put"),
        ("operation_removed", "insights_update", ""),
    ),
    "an operation has another id": (
        lambda doc: doc["paths"][ONE]["put"].update(operationId="insights_replace"),
        ("operation_renamed", "insights_update", ""),
    ),
    "health asks for credentials": (
        lambda doc: doc["paths"]["/_livez"]["get"].update(security=[{"PersonalAPIKey": []}]),
        ("credentials_needed", "livez_retrieve", ""),
    ),
    "a further scope": (
        lambda doc: doc["paths"][LIST]["get"]["x-required-scopes"].append("query:read"),
        ("scope_needed", "insights_list", ""),
    ),
    "a parameter is required": (
        lambda doc: doc["components"]["parameters"]["Search"].update(required=True),
        ("parameter_required", "insights_list", "search"),
    ),
    "a parameter is gone": (
        lambda doc: doc["paths"][LIST]["get"]["parameters"].remove(
            {"$ref": "#/components/parameters/Search"}
        ),
        ("parameter_removed", "insights_list", "search"),
    ),
    "a parameter is a number": (
        lambda doc: doc["components"]["parameters"]["Search"].update(schema={"type": "integer"}),
        ("parameter_narrowed", "insights_list", "search"),
    ),
    "a parameter is read strictly": (
        lambda doc: doc["components"]["parameters"]["Limit"].pop("x-lenient"),
        ("parameter_narrowed", "insights_list", "limit"),
    ),
    "a body is required": (
        lambda doc: doc["paths"][LIST]["post"]["requestBody"].update(required=True),
        ("body_required", "insights_create", ""),
    ),
    "a body is gone": (
        lambda doc: doc["paths"][LIST]["post"].pop("requestBody"),
        ("body_removed", "insights_create", ""),
    ),
    "bodies are XML": (
        lambda doc: doc["paths"][LIST]["post"]["requestBody"].update(content={"text/xml": {"schema": {}}}),
        ("media_type_removed", "insights_create", "application/json"),
    ),
    "a field is required": (
        lambda doc: schema("InsightWrite")(doc).update(required=["name"]),
        ("request_narrowed", "insights_create", "/name"),
    ),
    "names are shorter": (
        lambda doc: schema("InsightText")(doc).update(maxLength=100),
        ("request_narrowed", "insights_create", "/name"),
    ),
    "further fields are refused": (
        lambda doc: schema("InsightWrite")(doc).update(additionalProperties=False),
        ("request_narrowed", "insights_create", ""),
    ),
    "a field is refused": (
        lambda doc: (
            schema("InsightWrite")(doc).update(additionalProperties=False),
            schema("InsightWrite")(doc)["properties"].pop("favorited"),
        ),
        ("request_narrowed", "insights_create", "/favorited"),
    ),
    "a kind of query is gone": (
        lambda doc: schema("InsightVizSource")(doc)["oneOf"].pop(0),
        ("request_narrowed", "insights_create", "/query/source/kind"),
    ),
    "a status is gone": (
        lambda doc: doc["paths"][LIST]["get"]["responses"].pop("404"),
        ("status_removed", "insights_list", "404"),
    ),
    "CSV is gone": (
        lambda doc: doc["paths"][LIST]["get"]["responses"]["200"]["content"].pop("text/csv"),
        ("media_type_removed", "insights_list", "200 text/csv"),
    ),
    "a field of an answer may be missing": (
        optional,
        ("response_widened", "insights_my_last_viewed_retrieve", "/*/tags"),
    ),
    "a field of an answer may be null": (
        lambda doc: schema("Insight")(doc)["properties"]["saved"].update(nullable=True),
        ("response_widened", "insights_create", "/saved"),
    ),
    "a field of an answer has another value": (
        lambda doc: schema("AccessLevel")(doc)["enum"].append("king"),
        ("response_widened", "insights_create", "/user_access_level"),
    ),
    "a field of an answer is new": (
        lambda doc: schema("Insight")(doc)["properties"].update(colour_scheme={"type": "string"}),
        ("response_widened", "insights_create", "/colour_scheme"),
    ),
    "a number of an answer may be smaller": (
        lambda doc: schema("Insight")(doc)["properties"]["id"].pop("minimum"),
        ("response_widened", "insights_create", "/id"),
    ),
    "a text of an answer has no format": (
        lambda doc: schema("Insight")(doc)["properties"]["updated_at"].pop("format"),
        ("response_widened", "insights_create", "/updated_at"),
    ),
    "a field of an answer is gone": (
        lambda doc: schema("Insight")(doc)["properties"].pop("hogql"),
        ("field_removed", "insights_create", "/hogql"),
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_change_that_breaks_is_found(document: dict[str, Any], name: str) -> None:
    edit, expected = EDITS[name]
    assert expected in found(document, edit)


def test_every_kind_of_change_is_tried() -> None:
    assert {expected[0] for _, expected in EDITS.values()} == set(TITLES)


@pytest.mark.parametrize(
    "edit",
    [
        bool,
        lambda doc: doc["paths"][LIST]["get"]["parameters"].append(
            {"name": "colour", "in": "query", "schema": {"type": "string"}}
        ),
        lambda doc: doc["paths"].update(
            {"/api/new": {"get": {"operationId": "new", "responses": {"200": {}}}}}
        ),
        lambda doc: schema("InsightWrite")(doc)["properties"].update(colour={"type": "string"}),
        lambda doc: schema("InsightText")(doc).pop("maxLength"),
        lambda doc: schema("InsightBasic")(doc)["properties"]["id"].update(minimum=2),
        lambda doc: doc["components"]["parameters"]["Search"].update({"x-lenient": True}),
    ],
)
def test_what_admits_more_of_requests_and_less_of_answers_breaks_nothing(
    document: dict[str, Any], edit: Edit
) -> None:
    assert found(document, edit) == set()


@pytest.mark.parametrize(
    ("first", "second", "rules"),
    [
        ({"type": "integer"}, {"type": "number"}, []),
        ({"type": "number"}, {"type": "integer"}, ["type"]),
        ({}, {"type": "string"}, ["type"]),
        ({"enum": ["a"]}, {"type": "string"}, []),
        ({"type": "string"}, {"enum": ["a"]}, ["enum"]),
        ({"enum": ["a", None]}, {"type": "string", "nullable": True}, []),
        ({"anyOf": [{"type": "string"}, {"type": "object"}]}, {"oneOf": [{"type": "string"}]}, ["type"]),
        ({"allOf": [{"type": "string"}], "maxLength": 3}, {"type": "string", "maxLength": 4}, []),
        (
            {"type": "array", "items": {"type": "string"}},
            {"type": "array", "items": {"type": "integer"}},
            ["type"],
        ),
        ({"type": "array"}, {"type": "array", "minItems": 1}, ["minItems"]),
        ({"type": "object"}, {"type": "object", "minProperties": 0}, []),
        (
            {"type": "object", "properties": {"a": {"type": "string"}}},
            {"type": "object", "additionalProperties": {"type": "integer"}},
            ["type"],
        ),
        ({"$ref": "#/self"}, {"$ref": "#/self"}, []),
    ],
)
def test_schemas_are_compared_by_what_they_admit(first: Any, second: Any, rules: list[str]) -> None:
    recursive = {"self": {"type": "object", "properties": {"inner": {"$ref": "#/self"}}}}
    assert [one.rule for one in Admission(recursive, recursive).losses(first, second)] == rules


# -- the command ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def contracts(document: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The contract, and one without PUT, with shorter names and with an answer that may be null."""
    changed = copy.deepcopy(document)
    changed["paths"][ONE].pop("put")
    schema("InsightText")(changed)["maxLength"] = 5
    schema("InsightBasic")(changed)["properties"]["saved"]["nullable"] = True
    new = tmp_path_factory.mktemp("contracts") / "new.yaml"
    new.write_text(yaml.dump(changed, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper)))
    return bundled("spec/openapi.yaml"), new


def findings(report: Path) -> dict[tuple[str, str], int]:
    listed = json.loads(report.read_text())["findings"]
    return {(one["rule_id"], one["operation_id"]): one["count"] for one in listed}


def test_without_calls_every_breaking_change_counts(
    contracts: tuple[Path, Path], contract_tests: Command, tmp_path: Path
) -> None:
    report = tmp_path / "report.json"
    ran = contract_tests("diff", *contracts, "--json", report)
    assert ran.status == 1
    assert "✗ diff.operation_removed  insights_update" in ran.out
    assert "PUT /api/projects/{project_id}/insights/{id} is gone" in ran.out
    assert ("diff.response_widened", "insights_trending_retrieve") not in findings(report)
    assert ("diff.request_narrowed", "insights_create") in findings(report)
    assert contract_tests("diff", contracts[0], contracts[0]).status == 0
    only = contract_tests("diff", *contracts, "--only", "operation_removed")
    assert "1 breaking, 0 to note" in only.out


def test_with_calls_only_what_they_run_into_counts(
    contracts: tuple[Path, Path],
    contract_tests: Command,
    tmp_path: Path,
    calls: dict[str, Exchange],
) -> None:
    har, report = tmp_path / "calls.har", tmp_path / "report.json"
    har.write_text(as_har([calls["basic"], calls["create"], calls["update"], calls["boards"]]))
    ran = contract_tests("diff", *contracts, "--calls", har, "--json", report)
    assert ran.status == 1
    assert findings(report) == {
        ("diff.request_narrowed", "insights_create"): 1,
        ("diff.request_narrowed", "insights_partial_update"): 1,
        ("diff.response_widened", "insights_list"): 1,
    }
    assert "curl" in ran.out
    har.write_text(as_har([calls["boards"], calls["me"]]))
    ran = contract_tests("diff", *contracts, "--calls", har)
    assert (ran.status, ran.out.splitlines()[-1]) == (0, "PASSED")


def test_a_journal_of_the_fake_is_taken_as_it_is(
    contracts: tuple[Path, Path], contract_tests: Command, tmp_path: Path
) -> None:
    journal, report = tmp_path / "journal.json", tmp_path / "report.json"
    with MockServer(in_process=True) as server:
        client, url = server.project.client(), server.project.url
        made = client.post(f"{url}/insights", json={"name": "A long name", "query": TRENDS}).json()
        client.put(f"{url}/insights/{made['id']}", json={"name": "Short"})
        journal.write_bytes(server.client().get("/_mock/requests").content)
    ran = contract_tests("diff", *contracts, "--calls", journal, "--json", report)
    assert ran.status == 1
    assert findings(report) == {
        ("diff.operation_removed", "insights_update"): 1,
        ("diff.request_narrowed", "insights_create"): 1,
    }


TRENDS = {
    "kind": "InsightVizNode",
    "source": {"kind": "TrendsQuery", "series": [{"kind": "EventsNode", "event": "$pageview"}]},
}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("[{", "is no JSON"),
        ("[7]", "entry 1 is none of a journal"),
        ("[]", "none of the calls is one that openapi.yaml has"),
        ("{}", "is no HAR file"),
    ],
)
def test_calls_that_cannot_be_read_say_why(
    contract_tests: Command, tmp_path: Path, content: str, reason: str
) -> None:
    calls, spec = tmp_path / "calls.json", bundled("spec/openapi.yaml")
    calls.write_text(content)
    ran = contract_tests("diff", spec, spec, "--calls", calls)
    assert (ran.status, ran.out) == (2, "")
    assert reason in ran.err


def test_calls_come_as_lines_too(contract_tests: Command, tmp_path: Path) -> None:
    calls, spec = tmp_path / "calls.jsonl", bundled("spec/openapi.yaml")
    calls.write_text('{"request": {"method": "GET", "url": "/api/projects/1/insights"}}\n')
    assert contract_tests("diff", spec, spec, "--calls", calls).status == 0


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "cannot read"), ("{", "is no YAML"), ("known: []", "is no OpenAPI 3.0 contract")],
)
def test_a_contract_that_cannot_be_read_says_why(
    contract_tests: Command, tmp_path: Path, content: str | None, reason: str
) -> None:
    new = tmp_path / "new.yaml"
    if content is not None:
        new.write_text(content)
    ran = contract_tests("diff", bundled("spec/openapi.yaml"), new)
    assert (ran.status, ran.out) == (2, "")
    assert reason in ran.err
