"""Token buckets on the project's clock, with PostHog's own limits as presets.

PostHog: requests with a personal API key only; insights 240 a minute and 1,200 an hour, other routes 480
and 4,800, HogQL queries 120 an hour.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, cast

from ..store import JSON, from_stored, to_stored

SPANS: Final[Mapping[str, float]] = MappingProxyType({"per_minute": 60.0, "per_hour": 3600.0})

PRESETS: Final[Mapping[str, Mapping[str, int]]] = MappingProxyType(
    {
        "insights": MappingProxyType({"per_minute": 240, "per_hour": 1200}),
        "other": MappingProxyType({"per_minute": 480, "per_hour": 4800}),
        "query": MappingProxyType({"per_hour": 120}),
    }
)

Buckets = dict[str, list[JSON]]


def limits_of(throttle: Mapping[str, JSON]) -> dict[str, int]:
    """The limits by span; a number that is given takes the place of the preset's."""
    preset = PRESETS.get(str(throttle.get("preset")), {})
    given = {span: cast("int", throttle[span]) for span in SPANS if span in throttle}
    return {**preset, **given}


def take_token(throttle: Mapping[str, JSON], buckets: Buckets, now: datetime) -> tuple[Buckets, int | None]:
    """Take a token of each bucket: the buckets afterwards, and seconds to wait where one was empty.

    A bucket holds as many tokens as its limit and fills evenly over its span. Nothing is taken when a
    request is refused.
    """
    levels: dict[str, float] = {}
    waits: list[float] = []
    for span, limit in limits_of(throttle).items():
        seconds = SPANS[span]
        level = _level(buckets.get(span), limit, seconds, now)
        levels[span] = level
        if level < 1:
            waits.append((1 - level) * seconds / limit)
    if waits:
        return {span: [level, to_stored(now)] for span, level in levels.items()}, math.ceil(
            round(max(waits), 6)
        )
    return {span: [level - 1, to_stored(now)] for span, level in levels.items()}, None


def _level(bucket: list[JSON] | None, limit: int, seconds: float, now: datetime) -> float:
    if bucket is None:
        return float(limit)
    held, since = cast("float", bucket[0]), from_stored(cast("str", bucket[1]))
    passed = max(0.0, (now - since).total_seconds())
    return min(float(limit), held + passed * limit / seconds)
