"""What must not be read in the journal: credentials, passwords, tokens."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ..store import JSON

REDACTED: Final = "[redacted]"
HEADERS: Final = frozenset(
    ("authorization", "proxy-authorization", "cookie", "set-cookie", "x-csrftoken", "x-api-key")
)
SECRET_NAME: Final = re.compile(
    r"pass(word|wd|phrase)?$|secret|token$|^token|api_?key$|authorization|credential|csrf|session_?id$", re.I
)
# PostHog's personal and project secret keys, wherever they stand
SECRET_VALUE: Final = re.compile(r"\bph[xs]_[A-Za-z0-9]{16,}")
SHARED_PATH: Final = re.compile(r"^(/(?:shared|embedded|shared_dashboard)/)[^/.]+")
# what looks like a secret wherever it stands
SECRET_TEXTS: Final = (
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


def redact_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers without what signs the caller in."""
    return {name: REDACTED if name in HEADERS else value for name, value in headers.items()}


def redact_query(query: Mapping[str, str]) -> dict[str, str]:
    """Query parameters without credentials."""
    return {name: REDACTED if SECRET_NAME.search(name) else value for name, value in query.items()}


def redact_body(body: JSON) -> JSON:
    """JSON without what secret names hold and without keys, at any depth; null and false are no secrets."""
    if isinstance(body, list):
        return [redact_body(item) for item in body]
    if isinstance(body, str):
        return SECRET_VALUE.sub(REDACTED, body)
    if not isinstance(body, dict):
        return body
    return {
        key: REDACTED if isinstance(value, str) and SECRET_NAME.search(key) else redact_body(value)
        for key, value in body.items()
    }


def redact_path(path: str) -> str:
    """A path without the token of a shared link."""
    return SHARED_PATH.sub(rf"\1{REDACTED}", path)


def redact_text(text: str) -> str:
    """Text without what looks like a secret: keys, tokens, cookies, passwords in JSON."""
    for pattern in SECRET_TEXTS:
        text = pattern.sub(REDACTED, text)
    return text
