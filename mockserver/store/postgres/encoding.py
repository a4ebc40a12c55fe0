"""Documents as JSONB can hold them: JSON has NUL in texts, which JSONB does not."""

from __future__ import annotations

from typing import Any, Final, cast

import orjson

from ..indexes import Fields

ESCAPE: Final = "\ue000"
NUL_IN_JSON: Final = b"\\u0000"
ESCAPE_IN_UTF8: Final = ESCAPE.encode()


def encode(document: Fields) -> str:
    """A document as JSON that JSONB takes."""
    made = orjson.dumps(document, option=orjson.OPT_NON_STR_KEYS)
    if NUL_IN_JSON in made or ESCAPE_IN_UTF8 in made:
        made = orjson.dumps(_changed(orjson.loads(made), _escape))
    return made.decode()


def decode(text: str | bytes) -> Fields:
    """The document that `encode` was given."""
    made = orjson.loads(text)
    if ESCAPE in text if isinstance(text, str) else ESCAPE_IN_UTF8 in text:
        made = _changed(made, _unescape)
    return cast("Fields", made)


def _escape(text: str) -> str:
    return text.replace(ESCAPE, ESCAPE + "e").replace("\0", ESCAPE + "0")


def _unescape(text: str) -> str:
    return text.replace(ESCAPE + "0", "\0").replace(ESCAPE + "e", ESCAPE)


def _changed(value: Any, change: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_changed(each, change) for each in value]
    if isinstance(value, dict):
        return {change(name): _changed(each, change) for name, each in value.items()}
    return value
