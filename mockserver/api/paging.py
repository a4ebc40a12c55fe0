"""Pages: `limit` and `offset` read leniently, and the envelope around a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from ..resources.row_cache import Written
from ..store import JSONObject
from .call import Call

DEFAULT_LIMIT: Final = 100


def read_limit(query: Mapping[str, str]) -> int:
    """The page size; anything but a positive number falls back to 100. PostHog: there is no maximum."""
    return _whole(query.get("limit")) or DEFAULT_LIMIT


def read_offset(query: Mapping[str, str]) -> int:
    """Where the page starts; anything but a number falls back to 0."""
    return _whole(query.get("offset")) or 0


def _whole(text: str | None) -> int | None:
    # longer numbers are beyond any list, and Python refuses to read very long ones
    digits = (text or "").strip().removeprefix("+")
    return int(digits[-18:]) if digits.isascii() and digits.isdigit() else None


def page_envelope(call: Call, count: int, results: Sequence[Written]) -> dict[str, object]:
    """`{count, next, previous, results}`; the links are absolute and keep every other parameter."""
    limit, offset = read_limit(call.query), read_offset(call.query)
    following = _link(call.url, limit, offset + limit) if offset + limit < count else None
    previous = _link(call.url, limit, max(offset - limit, 0)) if offset > 0 else None
    return {"count": count, "next": following, "previous": previous, "results": list(results)}


def whole_page(call: Call, everything: list[JSONObject]) -> dict[str, object]:
    """The envelope around the asked part of a short list."""
    start = read_offset(call.query)
    return page_envelope(call, len(everything), everything[start : start + read_limit(call.query)])


def _link(url: str, limit: int, offset: int) -> str:
    # Django REST framework sorts the parameters, and drops an offset of nothing
    parts = urlsplit(url)
    kept = [
        pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in ("limit", "offset")
    ]
    kept.append(("limit", str(limit)))
    if offset:
        kept.append(("offset", str(offset)))
    return urlunsplit(parts._replace(query=urlencode(sorted(kept, key=lambda pair: pair[0]))))
