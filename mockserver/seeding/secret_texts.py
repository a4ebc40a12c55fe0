"""Fixtures without secrets: whatever looks like a key or a token is taken out, wherever it stands."""

from __future__ import annotations

import re
from typing import Final

from ..store import JSON

TAKEN_OUT: Final = "REDACTED"
SECRETS: Final = (
    re.compile(r"\bph[a-z]_[A-Za-z0-9_-]{12,}"),
    re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+"),
    re.compile(r"(?<=\bBearer )[^\s'\"]{8,}", re.I),
    re.compile(r"\b(?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9]{8,}"),
    re.compile(r"\b(?:ghp|gho|ghs|xox[abp]|AKIA)[-_A-Za-z0-9]{12,}"),
    re.compile(r"(?<=://)[^/\s:@'\"]+:[^/\s@'\"]+(?=@)"),
    re.compile(
        r"(?<=[?&;])((?:access_|api_|auth_|sharing_access_)?(?:token|key|password|secret|signature))=[^&\s'\"#]+",
        re.I,
    ),
    re.compile(r"(?<=/shared/)[A-Za-z0-9_-]{20,}"),
    re.compile(r"(?<=/embedded/)[A-Za-z0-9_-]{20,}"),
)


def without_secrets(value: JSON) -> JSON:
    """JSON with every text, names of fields too, freed of what looks like a secret."""
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, list):
        return [without_secrets(each) for each in value]
    if isinstance(value, dict):
        return {_clean(name): without_secrets(each) for name, each in value.items()}
    return value


def _clean(text: str) -> str:
    for pattern in SECRETS:
        text = pattern.sub(_without, text)
    return text


def _without(found: re.Match[str]) -> str:
    return f"{found[1]}={TAKEN_OUT}" if found.re.groups else TAKEN_OUT
