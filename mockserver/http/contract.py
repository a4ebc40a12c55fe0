"""The contract as the server uses it: operations by id, and validators for what they take and give.

Connexion routes from the same document. It copies and resolves every schema for each of its middlewares,
which costs a second at start; so it is given only what it routes by, the operations with their security and
the media types that they take. The validators that it calls through its `validator_map` are ours, and
compile the contract's own schemas when they are needed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson

from .json_schema import SchemaBook, pointer

DIGEST: Final = "x-made-from-sha256"
METHODS: Final = ("get", "put", "post", "delete", "patch", "head", "options", "trace")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation. A lenient one lets any text through, as the vendor does."""

    name: str
    place: str
    schema: Mapping[str, Any]
    required: bool
    lenient: bool
    pointer: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the contract, with what the layers around its handler need of it."""

    operation_id: str
    method: str
    path: str
    parameters: tuple[Parameter, ...]
    required_scopes: tuple[str, ...] | None
    secured: bool
    accepts_sharing_token: bool
    session_only: bool
    not_authenticated_status: int
    computes: bool
    body_required: bool
    body_types: tuple[str, ...]
    responses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Contract:
    """One OpenAPI document: its operations and the validators of their bodies."""

    def __init__(self, document: dict[str, Any], address: str = "urn:contract") -> None:
        self.document = document
        self.book = SchemaBook(document, address)
        self.operations: Mapping[str, Operation] = {
            operation.operation_id: operation for operation in self._read()
        }
        self._allowed = tuple(
            (_template(path), _methods(document["paths"][path]))
            for path in sorted(document["paths"], key=lambda path: path.count("{"))
        )

    @classmethod
    def load(cls, path: Path) -> Contract:
        """Read a contract from a YAML file, or from the JSON made of it where that is of the same text."""
        return cls(read_document(path))

    def _resolve(self, node: Any) -> Any:
        while isinstance(node, dict) and "$ref" in node:
            found: Any = self.document
            for part in node["$ref"][2:].split("/"):
                found = found[part.replace("~1", "/").replace("~0", "~")]
            node = found
        return node

    def _read(self) -> Iterator[Operation]:
        default_security = self.document.get("security", [])
        for path, item in self.document["paths"].items():
            for method in METHODS:
                if method in item:
                    yield self._operation(path, method, item, default_security)

    def _operation(self, path: str, method: str, item: Any, default_security: list[Any]) -> Operation:
        node = item[method]
        security = node.get("security", default_security)
        body = self._resolve(node.get("requestBody", {}))
        schemes = {scheme for requirement in security for scheme in requirement}
        return Operation(
            operation_id=node["operationId"],
            method=method,
            path=path,
            parameters=(
                *self._parameters(item.get("parameters", []), pointer("paths", path, "parameters")),
                *self._parameters(node.get("parameters", []), pointer("paths", path, method, "parameters")),
            ),
            required_scopes=tuple(node["x-required-scopes"]) if "x-required-scopes" in node else None,
            secured=bool(security) and {} not in security,
            accepts_sharing_token="SharingToken" in schemes,
            session_only=schemes == {"SessionCookie"},
            not_authenticated_status=int(node.get("x-not-authenticated-status", 401)),
            computes=bool(node.get("x-computes", False)),
            body_required=bool(body.get("required", False)),
            body_types=tuple(body.get("content", {})),
            responses={
                str(status): tuple(self._resolve(response).get("content", {}))
                for status, response in node["responses"].items()
            },
        )

    def _parameters(self, nodes: list[Any], place: str) -> Iterator[Parameter]:
        for number, node in enumerate(nodes):
            found = self._resolve(node)
            yield Parameter(
                name=found["name"],
                place=found["in"],
                schema=self._resolve(found.get("schema", {})),
                required=bool(found.get("required", False)),
                lenient=bool(found.get("x-lenient", False)),
                pointer=f"{node.get('$ref', f'{place}/{number}')}/schema",
            )

    def response_pointer(self, operation: Operation, status: str, media_type: str) -> str:
        """Where the schema of a response stands, past the reference to a shared response."""
        node = self.document["paths"][operation.path][operation.method]["responses"][status]
        if "$ref" in node:
            return str(node["$ref"]) + pointer("content", media_type, "schema")[1:]
        return pointer(
            "paths", operation.path, operation.method, "responses", status, "content", media_type, "schema"
        )

    def request_pointer(self, operation: Operation, media_type: str) -> str:
        """Where the schema of a request body stands, past the reference to a shared body."""
        node = self.document["paths"][operation.path][operation.method]["requestBody"]
        if "$ref" in node:
            return str(node["$ref"]) + pointer("content", media_type, "schema")[1:]
        return pointer(
            "paths", operation.path, operation.method, "requestBody", "content", media_type, "schema"
        )

    def allowed_methods(self, path: str) -> str | None:
        """The methods that the contract has for a path, for an `Allow` header; None for no such path."""
        for template, methods in self._allowed:
            if template.fullmatch(path):
                return methods
        return None

    def routing_document(self) -> dict[str, Any]:
        """The document as Connexion needs it: routes, schemas as stubs; another layer asks who calls."""
        paths: dict[str, Any] = {}
        for operation in self.operations.values():
            item = paths.setdefault(operation.path, {})
            item[operation.method] = _routing_operation(operation)
        return {
            "openapi": self.document["openapi"],
            "info": {"title": self.document["info"]["title"], "version": self.document["info"]["version"]},
            "servers": [{"url": "/"}],
            "paths": paths,
        }


def _routing_operation(operation: Operation) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": operation.operation_id,
        "responses": {"default": {"description": "as the contract says"}},
    }
    if operation.body_types:
        made["requestBody"] = {"content": {kind: {"schema": {}} for kind in operation.body_types}}
    return made


def read_document(path: Path) -> dict[str, Any]:
    """The document of a YAML file.

    Parsing it takes 140 ms, which every start would pay; `made_json` puts the same document beside it as
    JSON, with the digest of the text that it was made of, and that is read instead while it fits.
    """
    text = path.read_bytes()
    compiled = path.with_suffix(".json")
    if compiled.exists():
        document: dict[str, Any] = orjson.loads(compiled.read_bytes())
        if document.pop(DIGEST, None) == hashlib.sha256(text).hexdigest():
            return document
    return parse_yaml(text)


def parse_yaml(text: bytes) -> dict[str, Any]:
    """The document in a YAML text."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document: dict[str, Any] = yaml.load(text, Loader=loader)  # noqa: S506
    return document


def made_json(path: Path) -> bytes:
    """What belongs into the JSON file beside a YAML contract."""
    text = path.read_bytes()
    document = {**parse_yaml(text), DIGEST: hashlib.sha256(text).hexdigest()}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n"


def _methods(item: Mapping[str, Any]) -> str:
    return ", ".join(sorted(method.upper() for method in item if method in METHODS))


def _template(path: str) -> re.Pattern[str]:
    return re.compile(
        "".join(
            "[^/]+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{[^}]*\})", path)
        )
    )
