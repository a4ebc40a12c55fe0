"""The requests of a test, as its failure report shows them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

import httpx

from .control import ControlError
from .project import Project

LONGEST: Final = 300


def request_lines(project: Project, most: int) -> list[str]:
    """The newest requests to a project, oldest first; none where the server can't be asked any more."""
    try:
        found = project.requests()
    except (ControlError, httpx.HTTPError):
        return []
    left_out = len(found) - most
    lines = [f"({left_out} earlier ones)"] if left_out > 0 else []
    for entry in found[max(left_out, 0) :]:
        lines += _lines(entry)
    return lines


def _lines(entry: Mapping[str, Any]) -> list[str]:
    query = f"?{urlencode(entry['query'])}" if entry["query"] else ""
    status = entry["status"] or "broken"
    name = entry["operation_id"] or "no operation"
    lines = [f"{entry['method']} {entry['path']}{query} -> {status} ({name}, {entry['duration_ms']:.0f} ms)"]
    if entry["body"] is not None:
        lines.append(f"    sent: {_short(entry['body'])}")
    if entry["error"] is not None:
        lines.append(f"    answered: {_short(entry['error'])}")
    if entry["faults"]:
        lines.append(f"    faults: {', '.join(str(each) for each in entry['faults'])}")
    return lines


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
