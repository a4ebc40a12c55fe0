"""References in queries: `@actions/paid` stands for the id that the action gets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ..store import JSON

REFERENCE: Final = re.compile(r"@(actions|cohorts|variables|dashboards)/([a-z0-9][a-z0-9_-]*)")


def resolve(value: JSON, ids: Mapping[str, Mapping[str, int | str]]) -> JSON:
    """`value` with every text that is a reference, also as a key, replaced by the id it stands for."""
    if isinstance(value, str):
        match = REFERENCE.fullmatch(value) if value.startswith("@") else None
        return ids[match[1]][match[2]] if match else value
    if isinstance(value, dict):
        return {str(resolve(key, ids)): resolve(each, ids) for key, each in value.items()}
    if isinstance(value, list):
        return [resolve(each, ids) for each in value]
    return value
