"""The arithmetic of pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from ..core.exchange import Exchange
from .check import Check

DEFAULT_LIMIT: Final = 100


def _page(exchange: Exchange) -> dict[str, Any] | None:
    body = exchange.json if exchange.status == 200 and exchange.method == "GET" else None
    if not isinstance(body, dict) or not isinstance(body.get("results"), list):
        return None
    return body if isinstance(body.get("count"), int) else None


def number(text: str | None, fallback: int, least: int) -> int:
    """A paging parameter as the vendor reads it: what is no number, or too small, is the fallback."""
    try:
        found = int(text) if text is not None and text.isascii() else fallback
    except ValueError:
        return fallback
    return found if found >= least else fallback


def _arithmetic(exchange: Exchange, *_: object) -> Iterator[str]:
    page = _page(exchange)
    if page is None or exchange.operation_id == "insights_trending_retrieve":
        return
    limit = number(exchange.query.get("limit"), DEFAULT_LIMIT, 1)
    offset = number(exchange.query.get("offset"), 0, 0)
    rows, count = len(page["results"]), page["count"]
    expected = min(limit, max(0, count - offset))
    if rows != expected:
        yield f"{rows} rows for limit {limit}, offset {offset} and count {count}; expected {expected}"
    if bool(page.get("next")) != (offset + rows < count and rows > 0) and rows == expected:
        yield f"`next` is {page.get('next')!r} at offset {offset} with {rows} rows of {count}"
    if bool(page.get("previous")) != (offset > 0):
        yield f"`previous` is {page.get('previous')!r} at offset {offset}"


def _links(exchange: Exchange, *_: object) -> Iterator[str]:
    body = exchange.json if exchange.status == 200 else None
    if not isinstance(body, dict) or "results" not in body:
        return
    for name in ("next", "previous"):
        link = body.get(name)
        if not isinstance(link, str):
            continue
        parts = urlsplit(link)
        if not parts.scheme or not parts.netloc:
            yield f"`{name}` is no absolute URL: {link}"
            continue
        if parts.path.rstrip("/") != exchange.path.rstrip("/"):
            yield f"`{name}` leads to another path: {parts.path}"
        kept = dict(parse_qsl(parts.query, keep_blank_values=True))
        moving = ("limit", "offset", "page", "cursor")
        lost = [key for key in exchange.query if key not in kept and key not in moving]
        if lost:
            yield f"`{name}` loses the parameters {', '.join(sorted(lost))}"


CHECKS: Final = (
    Check("check.page_arithmetic", "Rows, count, next and previous of a page agree.", _arithmetic),
    Check("check.page_links", "Links of a page are absolute and keep the parameters.", _links),
)
