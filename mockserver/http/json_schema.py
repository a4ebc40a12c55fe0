"""OpenAPI 3.0 schemas as JSON Schema, compiled by jsonschema-rs.

OpenAPI 3.0 has its own dialect (Schema Object, section 4.7.24): `nullable`, boolean `exclusiveMinimum`.
The whole document is translated once, references stay references, and a validator is compiled for a
pointer into it when that is first needed.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import jsonschema_rs

_DROPPED: Final = frozenset(("discriminator", "example", "externalDocs", "xml", "deprecated", "nullable"))


def translate(node: Any) -> Any:
    """A schema, or a document with schemas in it, in JSON Schema 2020-12."""
    if isinstance(node, list):
        return [translate(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {key: _translate_under(key, value) for key, value in node.items() if key not in _DROPPED}
    for limit in ("Minimum", "Maximum"):
        exclusive = f"exclusive{limit}"
        if isinstance(made.get(exclusive), bool):
            bound = made.pop(limit.lower(), None)
            if made.pop(exclusive) and bound is not None:
                made[exclusive] = bound
            elif bound is not None:
                made[limit.lower()] = bound
    return _with_null(made) if node.get("nullable") is True else made


def _translate_under(key: str, value: Any) -> Any:
    """The value of a keyword; below `properties` keys are names, whatever they look like."""
    if key == "properties" and isinstance(value, dict):
        return {name: translate(schema) for name, schema in value.items()}
    return translate(value)


def _with_null(schema: dict[str, Any]) -> dict[str, Any]:
    kind = schema.get("type")
    if kind is None:
        combined = any(key in schema for key in ("$ref", "allOf", "anyOf", "oneOf", "enum"))
        return {"anyOf": [schema, {"type": "null"}]} if combined else schema
    widened = {**schema, "type": [kind, "null"]}
    if "enum" in schema and None not in schema["enum"]:
        widened["enum"] = [*schema["enum"], None]
    return widened


def pointer(*parts: str) -> str:
    """A JSON pointer (RFC 6901) in URI fragment form."""
    return "#/" + "/".join(part.replace("~", "~0").replace("/", "~1").replace("%", "%25") for part in parts)


class SchemaBook:
    """Validators by pointer into one OpenAPI document."""

    def __init__(self, document: dict[str, Any], address: str) -> None:
        self._document = document
        self._address = address
        self._registry: Any = None
        self.validator = cache(self._compile)

    def _compile(self, place: str) -> Any:
        if self._registry is None:
            self._registry = jsonschema_rs.Registry([(self._address, translate(self._document))])
        quoted = place.replace("{", "%7B").replace("}", "%7D")
        return jsonschema_rs.Draft202012Validator(
            {"$ref": f"{self._address}{quoted}"}, registry=self._registry, validate_formats=True
        )
