"""The control plane's dialect before anything is routed: which paths are its own, and problems as bytes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import orjson

from ..control.problems import Problem
from ..errors import ApiError

PREFIX: Final = "/_mock"

# What layers that serve both dialects raise, by its name in the vendor's catalogue
COUNTERPARTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "endpoint_not_found": "not_found",
        "not_found": "not_found",
        "malformed_json": "malformed_json",
        "request_too_large": "body_too_large",
        "unsupported_media_type": "unsupported_media_type",
    }
)


def is_control(path: str) -> bool:
    """Whether a path belongs to the control plane."""
    return path == PREFIX or path.startswith(PREFIX + "/")


def as_problem(error: ApiError, path: str) -> Problem:
    """An error of the vendor's catalogue as a problem."""
    name = COUNTERPARTS.get(error.name, "server_error")
    detail = f"There is nothing at {path}." if name == "not_found" else str(error)
    return Problem(name, detail)


def problem_body(problem: Problem, path: str) -> bytes:
    """A problem as it goes over the wire."""
    return orjson.dumps(problem.document(path))
