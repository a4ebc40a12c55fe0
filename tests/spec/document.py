"""The contract as the tests of it read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from mockserver.http.json_schema import SchemaBook, pointer

SPEC = Path(__file__).parents[2] / "spec" / "openapi.yaml"
METHODS = ("get", "put", "post", "patch", "delete")


@dataclass(frozen=True)
class Operation:
    """One operation, with the parameters of its path among its own."""

    path: str
    method: str
    node: dict[str, Any]
    parameters: tuple[dict[str, Any], ...]

    @property
    def id(self) -> str:
        return str(self.node["operationId"])

    @property
    def responses(self) -> dict[str, dict[str, Any]]:
        """The responses by status, past references."""
        return {status: resolve(response) for status, response in self.node["responses"].items()}

    @property
    def successes(self) -> dict[str, dict[str, Any]]:
        return {status: node for status, node in self.responses.items() if status.startswith("2")}

    @property
    def security(self) -> list[dict[str, list[str]]]:
        return list(self.node.get("security", document()["security"]))

    @property
    def schemes(self) -> set[str]:
        return {scheme for requirement in self.security for scheme in requirement}

    @property
    def is_of_insights(self) -> bool:
        """Whether the vendor serves it from the view that accepts sharing tokens."""
        apart = ("/sharing", "/thresholds")
        return "/{project_id}/insights" in self.path and not any(part in self.path for part in apart)


@cache
def document() -> dict[str, Any]:
    """The parsed file. Nobody changes it."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return dict(yaml.load(SPEC.read_text("utf-8"), Loader=loader))


def at(pointer: str) -> Any:
    """What a reference such as `#/components/schemas/Error` points at. Raises KeyError if nothing."""
    node: Any = document()
    for part in pointer.removeprefix("#/").split("/"):
        name = part.replace("~1", "/").replace("~0", "~")
        node = node[int(name)] if isinstance(node, list) else node[name]
    return node


def resolve(node: Any) -> Any:
    while isinstance(node, dict) and "$ref" in node:
        node = at(node["$ref"])
    return node


@cache
def operations() -> tuple[Operation, ...]:
    return tuple(
        Operation(
            path,
            method,
            item[method],
            tuple(map(resolve, (*item.get("parameters", ()), *item[method].get("parameters", ())))),
        )
        for path, item in document()["paths"].items()
        for method in METHODS
        if method in item
    )


def nodes() -> Iterator[tuple[str, Any]]:
    """Everything in the document with its JSON pointer; examples left out."""
    return _below("#", document())


def _below(place: str, node: Any) -> Iterator[tuple[str, Any]]:
    yield place, node
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        if key != "example" and f"{place}/{key}" != "#/components/examples":
            yield from _below(f"{place}/{pointer(str(key))[2:]}", child)


@cache
def _book() -> SchemaBook:
    return SchemaBook(document(), "urn:contract")


def problems(schema: str, value: Any) -> list[str]:
    """How a value breaks the schema that a JSON pointer names."""
    return [
        f"{error.instance_path}: {error.message}"[:300]
        for error in _book().validator(schema).iter_errors(value)
    ]


def component(name: str) -> str:
    """The pointer to the schema of that name."""
    return pointer("components", "schemas", name)


def example(name: str) -> Any:
    """The value of a shared example."""
    return document()["components"]["examples"][name]["value"]
