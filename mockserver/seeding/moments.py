"""Times of a fixture: how long ago, and the canonical timeline of events."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

SECONDS: Final = (("w", 604_800), ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
DAY: Final = 86_400
WEEK: Final = 7 * DAY
MICROSECONDS: Final = 1_000_000

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_MONDAY: Final = 4 * DAY  # 1970-01-05, in seconds of Unix time
_PART: Final = re.compile(r"(\d+)(ms|[wdhms])")


def ago_seconds(text: str) -> int:
    """The whole seconds that a text such as `45d 3h` stands for; units are w, d, h, m, s and ms."""
    return _ago_milliseconds(text) // 1000


def _ago_milliseconds(text: str) -> int:
    units = {"ms": 1} | {unit: seconds * 1000 for unit, seconds in SECONDS}
    return sum(int(number) * units[unit] for number, unit in _PART.findall(text))


def before(now: datetime, text: str) -> datetime:
    """The moment that was `text` ago."""
    return now - timedelta(milliseconds=_ago_milliseconds(text))


def ago_text(passed: timedelta) -> str:
    """A time that has passed as a fixture tells it, such as `45d 3h 20ms`; nothing is before now."""
    rest = max(passed // timedelta(milliseconds=1), 0)
    parts: list[str] = []
    for unit, size in (*((unit, seconds * 1000) for unit, seconds in SECONDS if unit != "w"), ("ms", 1)):
        number, rest = divmod(rest, size)
        parts += [f"{number}{unit}"] if number else []
    return " ".join(parts) or "0s"


def unix_microseconds(moment: datetime) -> int:
    """Microseconds of Unix time, exactly."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def timeline_start(now: datetime, weeks: int) -> int:
    """Where a timeline of whole weeks begins so that it ends at the first Monday 00:00 UTC after `now`.

    In seconds of Unix time, always a Monday: a dataset moves by whole weeks and keeps its weekdays, and its
    end lies within the 7 days after `now`.
    """
    passed = unix_microseconds(now) // MICROSECONDS - _FIRST_MONDAY
    end = _FIRST_MONDAY + (passed // WEEK + 1) * WEEK
    return end - weeks * WEEK
