"""What to tell someone whose request failed: where it broke the contract, and a command that would work."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

import orjson

from ..control.journal import Entry
from ..control.redaction import REDACTED
from ..services import Services
from ..store import JSON, JSONObject, Store
from .contract import Contract, Operation
from .contract_lines import ContractLines
from .nearest_violation import nearest
from .path_tree import PathTree

PARAMETER: Final = re.compile(r"\{([^}]*)\}")
LIKE_ENOUGH: Final = 0.5
NEAREST: Final = 3


class FailureAdvice:
    """Reads journal entries against the contract and the store."""

    def __init__(self, contract: Contract, lines: ContractLines, file_name: str, services: Services) -> None:
        self._contract = contract
        self._lines = lines
        self._file = file_name
        self._services = services

    @cached_property
    def _finder(self) -> PathTree:
        return PathTree(self._contract.operations.values())

    def of(self, entry: Entry, base_url: str, key: str) -> JSONObject:
        """The violations of the body, the nearest operation and objects, and a `curl` that would work."""
        operation = self._contract.operations.get(entry.operation_id or "")
        violations = list(self._violations(operation, entry)) if operation else []
        near = operation or self._nearest_operation(entry)
        objects = self._nearest_objects(entry, near) if near else []
        lines: list[JSON] = [*violations]
        return {
            "entry_id": entry.id,
            "status": entry.status,
            "violations": lines,
            "nearest_operation": self._named(near) if near and near is not operation else None,
            "contract": self._place(near) if near else None,
            "nearest_objects": list(objects),
            "curl": self._curl(entry, near, objects, violations, base_url, key) if near else None,
        }

    def _violations(self, operation: Operation, entry: Entry) -> Iterator[JSONObject]:
        found = False
        if entry.body is not None and "application/json" in operation.body_types:
            place = self._contract.request_pointer(operation, "application/json")
            for outer in self._contract.book.validator(place).iter_errors(entry.body):
                found = True
                error = nearest(outer)
                below = "".join(f"/{_escaped(str(part))}" for part in error.schema_path)
                whole = f"#{below}" if below.startswith("/components/") else place + below
                yield self._violation(_pointer(error.instance_path), error.message[:300], whole)
        if not found and isinstance(entry.error, dict) and isinstance(entry.error.get("attr"), str):
            attribute = str(entry.error["attr"])
            place = f"#/paths/{_escaped(operation.path)}/{operation.method}"
            yield self._violation(f"/{attribute.replace('__', '/')}", str(entry.error.get("detail")), place)

    def _violation(self, pointer: str, message: str, place: str) -> JSONObject:
        return {
            "pointer": pointer,
            "message": message,
            "contract": {"file": self._file, "line": self._lines.line(place), "pointer": place},
        }

    def _place(self, operation: Operation) -> JSONObject:
        place = f"#/paths/{_escaped(operation.path)}/{operation.method}"
        return {"file": self._file, "line": self._lines.line(place), "pointer": place}

    @staticmethod
    def _named(operation: Operation) -> JSONObject:
        return {
            "operation_id": operation.operation_id,
            "method": operation.method.upper(),
            "path": operation.path,
        }

    def _nearest_operation(self, entry: Entry) -> Operation | None:
        """The operation whose path is most like the one that was called; its method decides ties."""
        found = self._finder.find(entry.method, entry.path)
        if found is not None:
            return found

        def likeness(operation: Operation) -> float:
            same = 0.05 if operation.method.upper() == entry.method else 0.0
            filled = _filled(operation.path, entry.path)
            return SequenceMatcher(None, filled, entry.path, autojunk=False).ratio() + same

        best = max(self._contract.operations.values(), key=likeness, default=None)
        return best if best is not None and likeness(best) >= LIKE_ENOUGH else None

    def _nearest_objects(self, entry: Entry, operation: Operation) -> list[JSONObject]:
        """For an insight or dashboard that was not found: those whose ids are most like the one asked for."""
        if entry.project_id is None or "{" not in operation.path:
            return []
        kind = "dashboards" if "/dashboards/" in operation.path else "insights"
        asked = _value_after(entry.path, kind)
        if asked is None:
            return []
        store = self._services.store
        if _is_there(store, kind, asked, entry.project_id):
            return []
        found: list[tuple[float, JSONObject]] = []
        for one in store.table(kind).find("project", entry.project_id):
            document: Any = one
            if not document["deleted"]:
                names = [str(document["id"]), str(document.get("short_id", ""))]
                score = max(SequenceMatcher(None, asked, name).ratio() for name in names)
                shown: JSONObject = {
                    "kind": kind.removesuffix("s"),
                    "id": document["id"],
                    "short_id": document.get("short_id"),
                    "name": document["name"],
                }
                found.append((score, shown))
        return [shape for _, shape in sorted(found, key=lambda pair: -pair[0])[:NEAREST]]

    def _curl(
        self,
        entry: Entry,
        operation: Operation,
        objects: list[JSONObject],
        violations: list[JSONObject],
        base_url: str,
        key: str,
    ) -> str:
        method = operation.method.upper()
        path = self._path(entry, operation, objects)
        query = {name: value for name, value in entry.query.items() if value != REDACTED}
        words = ["curl"]
        if method != "GET":
            words += ["-X", method]
        if operation.secured:
            words += ["-H", f"Authorization: Bearer {key}"]
        if "application/json" in operation.body_types:
            body = self._body(entry, operation, violations)
            words += ["-H", "Content-Type: application/json", "-d", orjson.dumps(body).decode()]
        words.append(f"{base_url}{path}{'?' + urlencode(query) if query else ''}")
        return " ".join(shlex.quote(word) for word in words)

    def _path(self, entry: Entry, operation: Operation, objects: list[JSONObject]) -> str:
        if objects:
            kind = f"{objects[0]['kind']}s"
            asked = _value_after(entry.path, kind)
            return entry.path.replace(f"/{kind}/{asked}", f"/{kind}/{objects[0]['id']}", 1)
        project = next(iter(self._services.store.projects.documents()), 1)
        path = _filled(operation.path, entry.path)
        named = entry.project_id if entry.project_id is not None else project
        path = re.sub(r"^/api/projects/[^/]+", f"/api/projects/{named}", path)
        return PARAMETER.sub("1", path)

    def _body(self, entry: Entry, operation: Operation, violations: list[JSONObject]) -> JSON:
        """What was sent without the keys at fault; the contract's example where that is still wrong."""
        place = self._contract.request_pointer(operation, "application/json")
        at_fault = {str(each["pointer"]).split("/")[1] for each in violations if each["pointer"]}
        if isinstance(entry.body, dict):
            kept = {k: v for k, v in entry.body.items() if k not in at_fault and v != REDACTED}
            if kept and self._contract.book.validator(place).is_valid(kept):
                return kept
        return self._example(operation)

    def _example(self, operation: Operation) -> JSON:
        node = self._contract.document["paths"][operation.path][operation.method].get("requestBody", {})
        media = node.get("content", {}).get("application/json", {})
        example: JSON = media.get("example", {})
        for each in media.get("examples", {}).values():
            name = each.get("$ref", "").rsplit("/", 1)[-1]
            found = self._contract.document["components"].get("examples", {}).get(name, each)
            if isinstance(found.get("value"), dict):
                return dict(found["value"])
        return example


def _is_there(store: Store, kind: str, asked: str, project_id: int) -> bool:
    """Whether a project has an insight or dashboard by this id or short id, and it is not deleted."""
    held: Any = store.table(kind).fetch(int(asked)) if asked.isascii() and asked.isdigit() else None
    if held is None and kind == "insights":
        held = store.table(kind).find_one("short_id", (project_id, asked))
    return held is not None and held["project_id"] == project_id and not held["deleted"]


def _pointer(path: Sequence[str | int]) -> str:
    return "".join(f"/{_escaped(str(part))}" for part in path)


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def _value_after(path: str, name: str) -> str | None:
    found = re.search(rf"/{name}/([^/]+)", path)
    return found[1] if found else None


def _filled(template: str, path: str) -> str:
    """A template with the parts of a path where its parameters stand, as far as the path goes."""
    given = path.split("/")
    parts = template.split("/")
    return "/".join(
        given[place] if part.startswith("{") and place < len(given) and given[place] else part
        for place, part in enumerate(parts)
    )
