"""Datetimes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from ..core.exchange import Exchange
from ..core.telling import TIMES
from .check import Check

FREE: Final = re.compile(r"/(query|result|results|filters|settings|extra|properties)(?=/)(?!/\d+/[a-z_]+$)")
UTC: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")


def moments(exchange: Exchange) -> Iterator[tuple[str, str]]:
    """Every `(pointer, text)` where the contract has a datetime, outside of free-form parts."""
    for place, key, value in exchange.telling:
        if key in TIMES and isinstance(value, str) and not FREE.search(place):
            yield place, value


def _zone(exchange: Exchange, *_: object) -> Iterator[str]:
    if exchange.status >= 400 or not exchange.path.startswith("/api/"):
        return
    for place, text in moments(exchange):
        try:
            has_zone = datetime.fromisoformat(text).tzinfo is not None
        except ValueError:
            yield f"{place} is no datetime: {text!r}"
            return
        if not has_zone:
            yield f"{place} has no time zone: {text!r}"
            return
        if not UTC.fullmatch(text):
            yield f"{place} is not in UTC with `Z`: {text!r}"
            return


def _order(exchange: Exchange, *_: object) -> Iterator[str]:
    """A thing is not changed before it was made, nor goes stale before it was computed."""
    body = exchange.json if exchange.status in (200, 201) else None
    rows = body.get("results") if isinstance(body, dict) and isinstance(body.get("results"), list) else [body]
    for row in rows or ():
        if not isinstance(row, dict):
            continue
        for early, late in PAIRS:
            first, second = _moment(row.get(early)), _moment(row.get(late))
            if first and second and second < first:
                yield f"`{late}` {row[late]} is before `{early}` {row[early]}"
                return


def _moment(text: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else None


PAIRS: Final = (
    ("created_at", "updated_at"),
    ("last_refresh", "cache_target_age"),
    ("last_refresh", "next_allowed_client_refresh"),
)

CHECKS: Final = (
    Check("check.datetime_zone", "Datetimes are ISO 8601 in UTC, with a `Z`.", _zone),
    Check("check.datetime_order", "Nothing changes before it was made or computed.", _order),
)
