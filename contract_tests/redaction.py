"""Secrets are taken out of everything that a person, a file or a CI system gets to see."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

MASK: Final = "[redacted]"

PATTERNS: Final = (
    re.compile(r"(?<=Bearer )[^\s'\"]{6,}"),
    re.compile(r"\bph[xacs]_[A-Za-z0-9_-]{8,}"),
    re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+"),
    re.compile(r"(?<=sessionid=)[^;\s'\"]+"),
    re.compile(r"(?<=csrftoken=)[^;\s'\"]+", re.IGNORECASE),
    re.compile(r"(?<=X-CSRFToken: )[^'\"\s]+", re.IGNORECASE),
    re.compile(
        r'(?<="(?:password)": ")[^"]+|(?<="(?:password)":")[^"]+'
        r'|(?<="raw_password": ")[^"]+|(?<="raw_password":")[^"]+'
        r'|(?<="access_token": ")[^"]+|(?<="access_token":")[^"]+'
        r'|(?<="accessToken": ")[^"]+|(?<="accessToken":")[^"]+'
        r'|(?<="api_token": ")[^"]+|(?<="api_token":")[^"]+'
        r'|(?<="shareToken": ")[^"]+|(?<="shareToken":")[^"]+'
        r'|(?<="personal_api_key":")[^"]+|(?<="personal_api_key": ")[^"]+'
    ),
    re.compile(r"(?<=sharing_access_token=)[^&\s'\"]+"),
    re.compile(r"(?<=personal_api_key=)[^&\s'\"]+"),
    re.compile(r"(?<=/shared/)[A-Za-z0-9_-]{20,}"),
    re.compile(r"(?<=/embedded/)[A-Za-z0-9_-]{20,}"),
)


@dataclass(frozen=True, slots=True)
class Redaction:
    """Masks the run's own credentials and whatever looks like one."""

    secrets: tuple[str, ...] = ()

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        for secret in self.secrets:
            text = text.replace(secret, MASK)
        for pattern in PATTERNS:
            text = pattern.sub(MASK, text)
        return text
