"""OpenAPI 3.0 schemas as JSON Schema."""

from __future__ import annotations

import pytest

from mockserver.http.json_schema import SchemaBook, pointer, translate


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "string", "nullable": True}, None, 1),
        ({"type": "string", "enum": ["a"], "nullable": True}, None, "b"),
        ({"anyOf": [{"type": "integer"}], "nullable": True}, None, "x"),
        ({"type": "number", "minimum": 1, "exclusiveMinimum": True}, 1.5, 1),
        ({"type": "number", "maximum": 1, "exclusiveMaximum": False}, 1, 1.5),
        ({"type": "string", "format": "date-time"}, "2026-01-01T00:00:00Z", "yesterday"),
        (
            {"type": "object", "properties": {"example": {"type": "integer"}}},
            {"example": 1},
            {"example": "x"},
        ),
        (
            {"type": "object", "properties": {"nullable": {"type": "integer"}}},
            {"nullable": 1},
            {"nullable": "x"},
        ),
    ],
)
def test_a_translated_schema_accepts_and_refuses_as_openapi_says(
    schema: dict[str, object], good: object, bad: object
) -> None:
    book = SchemaBook({"components": {"schemas": {"It": schema}}}, "urn:test")
    validator = book.validator("#/components/schemas/It")
    assert validator.is_valid(good)
    assert not validator.is_valid(bad)


def test_references_stay_references_so_that_schemas_may_recur() -> None:
    tree = {
        "type": "object",
        "properties": {"inner": {"$ref": "#/components/schemas/Tree"}, "n": {"type": "integer"}},
    }
    book = SchemaBook({"components": {"schemas": {"Tree": tree}}}, "urn:test")
    validator = book.validator("#/components/schemas/Tree")
    assert validator.is_valid({"inner": {"inner": {"n": 1}}})
    assert not validator.is_valid({"inner": {"inner": {"n": "x"}}})


def test_pointers_escape_what_paths_contain() -> None:
    assert pointer("paths", "/a/{b}", "get") == "#/paths/~1a~1{b}/get"


def test_examples_are_dropped_and_names_are_kept() -> None:
    assert translate({"type": "string", "example": "x"}) == {"type": "string"}
    assert translate({"properties": {"example": {"type": "string"}}}) == {
        "properties": {"example": {"type": "string"}}
    }
