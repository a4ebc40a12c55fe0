"""Every example is one: it validates against the schema that it stands beside."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.http.json_schema import pointer

from .document import document, operations, problems, resolve


def _shown() -> dict[str, tuple[str, Any]]:
    """Each example with the pointer of the schema that it stands beside, by a readable name."""
    found: dict[str, tuple[str, Any]] = {}
    for operation in operations():
        holders = {("responses", status): node for status, node in operation.node["responses"].items()}
        if "requestBody" in operation.node:
            holders[("requestBody",)] = operation.node["requestBody"]
        for place, holder in holders.items():
            start = holder.get("$ref", pointer("paths", operation.path, operation.method, *place))
            for media_type, media in resolve(holder).get("content", {}).items():
                schema = start + pointer("content", media_type, "schema")[1:]
                owner = start.rpartition("/")[2] if "$ref" in holder else f"{operation.id} {place[-1]}"
                for name, shown in media["examples"].items():
                    found[f"{owner} {media_type} {name}"] = (schema, resolve(shown)["value"])
    return found


SHOWN = _shown()


@pytest.mark.parametrize("name", SHOWN)
def test_an_example_validates(name: str) -> None:
    schema, value = SHOWN[name]
    assert problems(schema, value) == []


@pytest.mark.parametrize("kind", ["parameters", "headers"])
def test_the_examples_of_parameters_and_headers_fit_their_types(kind: str) -> None:
    components = document()["components"][kind]
    wrong = {
        name: problems(pointer("components", kind, name, "schema"), node["example"])
        for name, node in components.items()
    }
    assert {name: found for name, found in wrong.items() if found} == {}


def test_every_example_has_a_summary() -> None:
    examples = document()["components"]["examples"]
    assert [name for name, node in examples.items() if not node.get("summary")] == []
