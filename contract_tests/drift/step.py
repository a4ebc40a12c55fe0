"""A step of a story: one call, as data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

NAMES: Final = re.compile(r"\{([a-z_]+)\}")


class Party(StrEnum):
    """Who makes a call."""

    KEY = "key"
    SESSION = "session"
    ANYONE = "anyone"
    BARE_PLAN = "a project without plan features"


@dataclass(frozen=True, slots=True)
class Step:
    """One call. `{name}` in paths and values stands for what an earlier step has kept on the same server.

    `keeps` are names with JSON pointers into the answer. `is_own` says that the answer tells of what the
    story itself has made, so that its values must be the same on both servers, whatever else they hold.
    """

    name: str
    method: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    keeps: Mapping[str, str] = field(default_factory=dict)
    party: Party = Party.KEY
    is_own: bool = False
    makes: str = ""
    times: int = 1


def filled(value: Any, kept: Mapping[str, Any]) -> Any:
    """A value with its names replaced; raises KeyError for one that was not kept.

    A text that is nothing but a name becomes what was kept, of its own type.
    """
    if isinstance(value, str):
        if value.startswith("{") and value.endswith("}") and value[1:-1].isidentifier():
            return kept[value[1:-1]]
        for name in NAMES.findall(value):
            value = value.replace(f"{{{name}}}", str(kept[name]))
        return value
    if isinstance(value, list):
        return [filled(item, kept) for item in value]
    if isinstance(value, Mapping):
        return {key: filled(item, kept) for key, item in value.items()}
    return value


def at(document: Any, pointer: str) -> Any:
    """The value at a JSON pointer, or None where there is none."""
    for part in pointer.split("/")[1:]:
        try:
            document = document[int(part) if isinstance(document, list) else part]
        except (KeyError, IndexError, TypeError, ValueError):
            return None
    return document
