"""The contract as the suite reads it: operations by address, schemas of answers, and lines to point at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from mockserver.http.contract import Contract as ReadContract
from mockserver.http.contract import Operation
from mockserver.resource_files import bundled

SHOWN_PATH: Final = "spec/openapi.yaml"
ALIASES: Final = (("/api/environments/", "/api/projects/"), ("/shared_dashboard/", "/shared/"))


@dataclass(frozen=True, slots=True)
class Difference:
    """Where an answer leaves its schema: a JSON pointer into the answer, and why."""

    pointer: str
    reason: str


class Contract:
    """`spec/openapi.yaml`, or another document of the same kind."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or bundled(SHOWN_PATH)
        self._read = ReadContract.load(self.path)

    @property
    def document(self) -> dict[str, Any]:
        """The OpenAPI document."""
        return self._read.document

    @property
    def operations(self) -> Mapping[str, Operation]:
        """The operations by id."""
        return self._read.operations

    @cached_property
    def _templates(self) -> tuple[tuple[str, re.Pattern[str], Operation], ...]:
        listed = [
            (operation.method.upper(), _pattern(operation.path), operation)
            for operation in self.operations.values()
        ]
        return tuple(sorted(listed, key=lambda row: row[2].path.count("{")))

    @cached_property
    def _lines(self) -> Mapping[str, int]:
        text = self.path.read_text("utf-8")
        found = re.finditer(r"^\s*operationId:\s*(\S+)\s*$", text, re.MULTILINE)
        lines = {match[1]: text.count("\n", 0, match.start(1)) + 1 for match in found}
        schemas = text.find("\n  schemas:")
        for match in re.finditer(r"^    (\w+):", text[schemas:], re.MULTILINE):
            lines.setdefault(match[1], text.count("\n", 0, schemas + match.start(1)) + 1)
        return lines

    def line(self, name: str | None) -> int | None:
        """The line on which an operation or a schema stands."""
        return self._lines.get(name) if name else None

    def operation_at(self, method: str, path: str, base_url: str = "") -> Operation | None:
        """The operation that answers a request, whatever the trailing slash and the alias."""
        prefix = urlsplit(base_url).path.rstrip("/")
        path = path.removeprefix(prefix).rstrip("/") or "/"
        for alias, name in ALIASES:
            if path.startswith(alias):
                path = name + path[len(alias) :]
        fitting = [(wanted, one) for wanted, pattern, one in self._templates if pattern.fullmatch(path)]
        # a fixed address takes precedence over one with a parameter, also for methods that it does not have
        known = {wanted: one for wanted, one in fitting if one.path == fitting[0][1].path}
        return known.get(method.upper())

    def media_types(self, operation: Operation, status: int) -> tuple[str, ...] | None:
        """The media types of an answer; None where the contract does not know the status."""
        for key in (str(status), f"{status // 100}XX", "default"):
            if key in operation.responses:
                return operation.responses[key]
        return None

    def differences(
        self, operation: Operation, status: int, media_type: str, body: Any
    ) -> Iterator[Difference]:
        """Where a body leaves the schema that the contract gives for this answer."""
        node = self.document["paths"][operation.path][operation.method]["responses"].get(str(status), {})
        if "$ref" in node:
            node = self._resolve(node["$ref"])
        if "schema" not in node.get("content", {}).get(media_type, {}):
            return
        place = self._read.response_pointer(operation, str(status), media_type)
        for error in self._read.book.validator(place).iter_errors(body):
            yield _deepest(error)

    def _resolve(self, reference: str) -> Any:
        found: Any = self.document
        for part in reference[2:].split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        return found


def _deepest(error: Any) -> Difference:
    """The most telling part of an error: of alternatives, the one that got furthest into the body."""
    best = error
    branches = getattr(getattr(error, "kind", None), "context", None) or ()
    candidates = [item for branch in branches for item in branch]
    if candidates:
        inner = max(candidates, key=lambda item: len(item.instance_path))
        if len(inner.instance_path) > len(error.instance_path):
            return _deepest(inner)
    pointer = "/" + "/".join(str(part) for part in best.instance_path)
    reason = str(best.message)
    return Difference(
        pointer if best.instance_path else "", reason if len(reason) < 300 else reason[:299] + "…"
    )


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"(\{[^}]*\})", path)
    return re.compile("".join("[^/]+" if part.startswith("{") else re.escape(part) for part in parts))
