"""Dates as list filters take them: absolute, or relative to now in the project's time zone.

PostHog (`relative_date_parse`): `-7d` is the same time seven days ago; `dStart` and `-1mEnd` are the first
and the last moment of a day, week, month, quarter or year; text that it can't read counts as now.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta, tzinfo
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_RELATIVE: Final = re.compile(
    r"^[-+]?(?P<number>\d{1,9})?(?P<unit>[hdwmqy])(?P<edge>Start|End)?$", re.IGNORECASE
)
_UNPADDED: Final = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")
_MONTHS: Final = MappingProxyType({"m": 1, "q": 3, "y": 12})
_FIXED: Final = MappingProxyType({"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)})


def project_zone(name: str) -> tzinfo:
    """The time zone of that name; UTC for one that the machine does not know."""
    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def parse(text: str, now: datetime, zone: tzinfo) -> datetime:
    """The moment that `text` stands for, in UTC. Never raises: what can't be read is now."""
    local = now.astimezone(zone)
    relative = _RELATIVE.match(text.strip())
    try:
        moment = _relative(relative, local) if relative else _absolute(text.strip(), zone)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return now.astimezone(UTC)


def _absolute(text: str, zone: tzinfo) -> datetime:
    unpadded = _UNPADDED.match(text)
    if unpadded:
        year, month, day = (int(part) for part in unpadded.groups())
        return datetime(year, month, day, tzinfo=zone)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _relative(found: re.Match[str], now: datetime) -> datetime:
    number, unit, edge = int(found["number"] or 0), found["unit"].lower(), (found["edge"] or "").lower()
    if unit == "h":
        moment = (now.astimezone(UTC) - number * _FIXED["h"]).astimezone(now.tzinfo)
    elif unit in _FIXED:
        moment = now - number * _FIXED[unit]
    else:
        moment = _months_before(now, number * _MONTHS[unit])
    if not edge:
        return moment
    start = _start(moment, unit)
    return start if edge == "start" else _following(start, unit) - timedelta(microseconds=1)


def _months_before(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError("a date outside the calendar")
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def _start(moment: datetime, unit: str) -> datetime:
    if unit == "h":
        return moment.replace(minute=0, second=0, microsecond=0)
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "d":
        return day
    if unit == "w":
        return day - timedelta(days=day.weekday())
    months = _MONTHS[unit]
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


def _following(start: datetime, unit: str) -> datetime:
    return start + _FIXED[unit] if unit in _FIXED else _months_before(start, -_MONTHS[unit])
