"""When a result counts as old, and when a client may ask again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from ..store import from_stored
from ..store.documents import CachedResultDocument
from .modes import Freshness

_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)

DEFAULT_AGE: Final[Mapping[str | None, timedelta]] = MappingProxyType(
    {
        None: 6 * _HOUR,
        "minute": 5 * _MINUTE,
        "hour": _HOUR,
        "day": 6 * _HOUR,
        "week": _DAY,
        "month": 2 * _DAY,
    }
)
LAZY_AGE: Final[Mapping[str | None, timedelta]] = MappingProxyType(
    {
        None: 12 * _HOUR,
        "minute": 15 * _MINUTE,
        "hour": 2 * _HOUR,
        "day": 12 * _HOUR,
        "week": _DAY,
        "month": 2 * _DAY,
    }
)
RANGE_KINDS: Final = frozenset(
    ("TrendsQuery", "FunnelsQuery", "RetentionQuery", "PathsQuery", "StickinessQuery", "LifecycleQuery")
)


def never_stale(cached: CachedResultDocument) -> bool:
    """A range that had ended before the result was computed can't change; nor is an odd interval judged."""
    if cached["interval"] not in DEFAULT_AGE:
        return True
    if cached["range_end"] is None:
        return False
    computed = from_stored(cached["last_refresh"]) - timedelta(seconds=10)
    return from_stored(cached["range_end"]) < computed


def target_age(cached: CachedResultDocument) -> datetime | None:
    """When the result stops being fresh; None for never."""
    if never_stale(cached):
        return None
    return from_stored(cached["last_refresh"]) + DEFAULT_AGE[cached["interval"]]


def freshness(cached: CachedResultDocument | None, now: datetime) -> Freshness:
    """How old a result is at `now`."""
    if cached is None:
        return Freshness.MISSING
    if never_stale(cached):
        return Freshness.FRESH
    age = now - from_stored(cached["last_refresh"])
    if age <= DEFAULT_AGE[cached["interval"]]:
        return Freshness.FRESH
    return Freshness.STALE if age <= LAZY_AGE[cached["interval"]] else Freshness.LAZILY_STALE


def next_allowed(cached: CachedResultDocument, kind: str) -> datetime:
    """From when a client should ask for a new calculation; advice, never enforced.

    PostHog: 15 minutes for the kinds with a date range, 3 if by hour or over 7 days or less, else 1 minute.
    """
    refreshed = from_stored(cached["last_refresh"])
    if kind not in RANGE_KINDS:
        return refreshed + _MINUTE
    days = cached["range_days"]
    short = cached["interval"] == "hour" or (days is not None and days <= 7)
    return refreshed + (3 * _MINUTE if short else 15 * _MINUTE)
