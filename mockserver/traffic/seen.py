"""Values as a report may show them: short, and without secrets."""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote, urlsplit

import orjson

from ..control.redaction import REDACTED, SECRET_NAME, redact_body, redact_path, redact_text
from ..store import JSON

LONGEST: Final = 120


def shown(value: JSON, pointer: str = "") -> str:
    """A JSON value in one short line; what its name or its look makes a secret is redacted."""
    if isinstance(value, str) and any(SECRET_NAME.search(part) for part in pointer.split("/")):
        return REDACTED
    try:
        text = orjson.dumps(redact_body(value)).decode()
    except (TypeError, orjson.JSONEncodeError):
        text = repr(value)
    return brief(redact_text(text))


def shown_text(text: str) -> str:
    """Plain text in one short line, redacted."""
    return brief(redact_text(" ".join(text.split())))


def brief(text: str) -> str:
    """Text cut to a line."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def shown_path(url: str) -> str:
    """The path of a URL, redacted."""
    return brief(redact_text(redact_path(unquote(urlsplit(url).path))))
