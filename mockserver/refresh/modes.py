"""The refresh modes: how the parameter is read, and what each does for each state of the cache."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from ..store import JSON


class Mode(StrEnum):
    """PostHog's `ExecutionMode`, by the names that the parameter takes."""

    FORCE_CACHE = "force_cache"
    BLOCKING = "blocking"
    ASYNC = "async"
    LAZY_ASYNC = "lazy_async"
    ASYNC_EXCEPT_ON_CACHE_MISS = "async_except_on_cache_miss"
    FORCE_BLOCKING = "force_blocking"
    FORCE_ASYNC = "force_async"


class Freshness(StrEnum):
    """How old a cached result is: within DEFAULT, past it, past LAZY too, or not there."""

    FRESH = "fresh"
    STALE = "stale"
    LAZILY_STALE = "lazily stale"
    MISSING = "missing"


class Action(StrEnum):
    """What a request does about its result."""

    SERVE = "serve what is cached"
    SERVE_AND_QUEUE = "serve what is cached and queue a calculation"
    COMPUTE = "calculate now"
    QUEUE = "queue a calculation"
    MISS = "answer without a result"


_NAMES: Final = frozenset(mode.value for mode in Mode)
_TRUE: Final = frozenset(("true", "1", "yes", ""))

OUTCOMES: Final[Mapping[Mode, Mapping[Freshness, Action]]] = MappingProxyType(
    {
        Mode.FORCE_CACHE: {
            Freshness.FRESH: Action.SERVE,
            Freshness.STALE: Action.SERVE,
            Freshness.LAZILY_STALE: Action.SERVE,
            Freshness.MISSING: Action.MISS,
        },
        Mode.BLOCKING: {
            Freshness.FRESH: Action.SERVE,
            Freshness.STALE: Action.COMPUTE,
            Freshness.LAZILY_STALE: Action.COMPUTE,
            Freshness.MISSING: Action.COMPUTE,
        },
        Mode.ASYNC: {
            Freshness.FRESH: Action.SERVE,
            Freshness.STALE: Action.SERVE_AND_QUEUE,
            Freshness.LAZILY_STALE: Action.SERVE_AND_QUEUE,
            Freshness.MISSING: Action.QUEUE,
        },
        Mode.LAZY_ASYNC: {
            Freshness.FRESH: Action.SERVE,
            Freshness.STALE: Action.SERVE,
            Freshness.LAZILY_STALE: Action.SERVE_AND_QUEUE,
            Freshness.MISSING: Action.QUEUE,
        },
        Mode.ASYNC_EXCEPT_ON_CACHE_MISS: {
            Freshness.FRESH: Action.SERVE,
            Freshness.STALE: Action.SERVE_AND_QUEUE,
            Freshness.LAZILY_STALE: Action.SERVE_AND_QUEUE,
            Freshness.MISSING: Action.COMPUTE,
        },
        Mode.FORCE_BLOCKING: dict.fromkeys(Freshness, Action.COMPUTE),
        Mode.FORCE_ASYNC: dict.fromkeys(Freshness, Action.QUEUE),
    }
)

SHARED_MODES: Final[Mapping[Mode, Mode]] = MappingProxyType(
    {
        Mode.FORCE_BLOCKING: Mode.BLOCKING,
        Mode.BLOCKING: Mode.BLOCKING,
        Mode.ASYNC: Mode.ASYNC,
    }
)


def parse_refresh(value: JSON, default: Mode = Mode.FORCE_CACHE) -> Mode:
    """The mode that a `refresh` parameter or body key asks for; nothing is refused.

    PostHog: absent is `default`; true-like text is `force_blocking`; anything unknown is `force_cache`.
    """
    if value is None:
        return default
    if value is True:
        return Mode.FORCE_BLOCKING
    if isinstance(value, str):
        if value in _NAMES:
            return Mode(value)
        if value.lower() in _TRUE:
            return Mode.FORCE_BLOCKING
    return Mode.FORCE_CACHE


def is_recognised(value: JSON) -> bool:
    """Whether the request carried a refresh that PostHog knows and that is not false."""
    if isinstance(value, str):
        known = value in _NAMES and value != Mode.ASYNC_EXCEPT_ON_CACHE_MISS
        return known or value.lower() in _TRUE
    return value is True


def for_insight(mode: Mode) -> Mode:
    """Insights do not know `async_except_on_cache_miss`: there it acts as `force_cache`."""
    return Mode.FORCE_CACHE if mode is Mode.ASYNC_EXCEPT_ON_CACHE_MISS else mode


def for_shared(value: JSON) -> Mode:
    """The mode of a shared link: `lazy_async` but for blocking and async."""
    return SHARED_MODES.get(parse_refresh(value, Mode.LAZY_ASYNC), Mode.LAZY_ASYNC)
