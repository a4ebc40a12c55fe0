"""References and links lead somewhere, and nothing stands there unused."""

from __future__ import annotations

import re
from typing import Any

import pytest
from openapi_spec_validator import validate

from .document import Operation, at, document, nodes, operations, resolve

LINKS = [
    (operation, status, name, resolve(link))
    for operation in operations()
    for status, response in operation.responses.items()
    for name, link in response.get("links", {}).items()
]


def _references() -> set[str]:
    return {
        node["$ref"] for _, node in nodes() if isinstance(node, dict) and isinstance(node.get("$ref"), str)
    }


def test_the_document_is_valid_openapi() -> None:
    validate(document())


def test_every_reference_resolves() -> None:
    for reference in _references():
        at(reference)


def test_every_component_is_used() -> None:
    used = _references()
    unused = [
        f"{kind}/{name}"
        for kind, components in document()["components"].items()
        for name in components
        if kind != "securitySchemes" and f"#/components/{kind}/{name}" not in used
    ]
    assert unused == []


def test_every_security_scheme_is_used() -> None:
    used = {scheme for operation in operations() for scheme in operation.schemes}
    assert set(document()["components"]["securitySchemes"]) == used


def test_the_schemas_of_results_are_there() -> None:
    by_kind = document()["components"]["schemas"]["Insight"]["properties"]["result"]["x-result-schemas"]
    kinds = document()["components"]["schemas"]["Query"]["discriminator"]["mapping"]
    for kind, reference in by_kind.items():
        assert kind in kinds
        assert at(reference)["description"]


def test_discriminators_name_the_kinds_of_their_branches() -> None:
    for place, node in nodes():
        if isinstance(node, dict) and "discriminator" in node and "oneOf" in node:
            mapping = node["discriminator"]["mapping"]
            assert list(mapping.values()) == [branch["$ref"] for branch in node["oneOf"]], place
            for kind, reference in mapping.items():
                assert at(reference)["properties"]["kind"]["enum"] == [kind], place


@pytest.mark.parametrize(
    ("operation", "status", "name", "link"), LINKS, ids=[f"{o.id}-{s}-{n}" for o, s, n, _ in LINKS]
)
def test_a_link_leads_to_an_operation(
    operation: Operation, status: str, name: str, link: dict[str, Any]
) -> None:
    target = next(found for found in operations() if found.id == link["operationId"])
    expected = {parameter["name"] for parameter in target.parameters if parameter["in"] == "path"}
    assert expected <= set(link["parameters"]), "all parts of the path are given"
    assert set(link["parameters"]) <= {parameter["name"] for parameter in target.parameters}
    for expression in link["parameters"].values():
        if found := re.fullmatch(r"\$request\.path\.(\w+)", expression):
            assert found[1] in {p["name"] for p in operation.parameters if p["in"] == "path"}
        else:
            assert _found_in_an_example(operation.responses[status], expression), (name, expression)


def _found_in_an_example(response: dict[str, Any], expression: str) -> bool:
    """Whether `$response.body#/a/0/b` finds a value in some example of the response."""
    parts = expression.removeprefix("$response.body#/").split("/")
    for shown in response["content"]["application/json"]["examples"].values():
        value = resolve(shown)["value"]
        try:
            for part in parts:
                value = value[int(part)] if isinstance(value, list) else value[part]
        except (KeyError, IndexError):
            continue
        return True
    return False


def test_what_is_created_can_be_followed() -> None:
    followed = {(operation.id, link["operationId"]) for operation, _, _, link in LINKS}
    assert {
        ("insights_create", "insights_retrieve"),
        ("insights_create", "insights_update"),
        ("insights_create", "insights_partial_update"),
        ("insights_create", "insights_destroy"),
        ("insights_create", "insights_activity_retrieve"),
        ("insights_create", "insights_sharing_retrieve"),
        ("insights_list", "insights_retrieve"),
        ("insights_sharing_retrieve", "insights_sharing_refresh_create"),
        ("insights_sharing_retrieve", "insights_sharing_passwords_create"),
        ("insights_sharing_passwords_create", "insights_sharing_passwords_destroy"),
        ("query_create", "query_retrieve"),
        ("query_create", "query_destroy"),
        ("dashboards_create", "dashboards_retrieve"),
    } <= followed
