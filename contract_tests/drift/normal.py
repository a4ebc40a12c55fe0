"""Answers without what may differ from server to server and from moment to moment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

TIME: Final = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?")
UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.I)
URL: Final = re.compile(r"https?://[^\s\"'<>]+")
TENANT: Final = re.compile(r"(/(?:projects|environments|insights|dashboards)/)\d+")
# where a page begins, in words of the server's own
CURSOR: Final = re.compile(r"(\bcursor=)[^&]+")
ID_KEYS: Final = re.compile(r"^(id|pk|.*_id|.*_ids|ids|dashboards|team|organization|uuid)$")
TOKENS: Final = frozenset(
    (
        "access_token",
        "accessToken",
        "api_token",
        "cache_key",
        "client_query_id",
        "filters_hash",
        "masked_value",
        "secret_api_token",
        "shareToken",
        "short_id",
        "token",
    )
)
PEOPLE: Final = frozenset(
    ("email", "first_name", "last_name", "distinct_id", "hedgehog_config", "pending_email")
)
# what a machine takes, not what it answers
MEASURES: Final = frozenset(
    ("bytes_read", "budget_remaining_bytes", "query_progress", "timings", "view_count")
)
# the second is told by how long after the first it is
SINCE: Final = {
    "expiration_time": "start_time",
    "cache_target_age": "last_refresh",
    "next_allowed_client_refresh": "last_refresh",
}
SHORTEST: Final = 6


def normal(value: Any, kept: Mapping[str, Any], key: str = "") -> Any:
    """A value with placeholders such as `<time>`; what a step has kept is called by its name."""
    if isinstance(value, dict):
        return {name: _field(value, name, kept) for name in value}
    if isinstance(value, list):
        items = [normal(item, kept, key) for item in value]
        return sorted(items, key=repr) if key == "tags" else items
    if isinstance(value, str):
        return _text(value, kept, key)
    if ID_KEYS.match(key) and isinstance(value, int) and not isinstance(value, bool):
        return _named(value, kept) or "<id>"
    return value


def _field(holder: Mapping[str, Any], name: str, kept: Mapping[str, Any]) -> Any:
    value = holder[name]
    if name in MEASURES:
        return None if value is None else "<measure>"
    if name in PEOPLE and isinstance(value, str | dict):
        return "<person>"
    if name in SINCE and isinstance(value, str):
        return _since(holder.get(SINCE[name]), value, SINCE[name])
    return normal(value, kept, name)


def _since(start: Any, end: str, name: str) -> str:
    try:
        seconds = (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
    except (TypeError, ValueError):
        return "<time>"
    return f"<{name} and {round(seconds / 60)} minutes>"


def _text(text: str, kept: Mapping[str, Any], key: str) -> str:
    name = _named(text, kept) if len(text) >= SHORTEST or ID_KEYS.match(key) else None
    if name:
        return name
    if TIME.fullmatch(text):
        return "<time>"
    if key in TOKENS and text:
        return "<a token>"
    if UUID.fullmatch(text):
        return "<uuid>"
    if ID_KEYS.match(key) and text:
        return "<id>"
    text = URL.sub(_address, text)
    text = UUID.sub("<uuid>", text)
    for known, value in kept.items():
        if isinstance(value, str) and len(value) >= SHORTEST:
            text = text.replace(value, f"<{known}>")
    return text


def _address(match: re.Match[str]) -> str:
    parts = urlsplit(match[0])
    query = CURSOR.sub(r"\1<cursor>", f"?{parts.query}") if parts.query else ""
    path = TENANT.sub(r"\1<id>", parts.path)
    return f"<host>{path}{query}"


def _named(value: Any, kept: Mapping[str, Any]) -> str | None:
    for name, known in kept.items():
        if known == value and type(known) is type(value):
            return f"<{name}>"
    return None
