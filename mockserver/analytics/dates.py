"""PostHog's dates: `-7d`, `mStart`, ISO, and the local buckets of a range.

PostHog: buckets are local, a day of 23 or 25 hours stays one; `date_to` is stretched to the end of its day
for every interval but hour and minute; week starts follow the project's setting.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mockserver.analytics.model import DateRange, QueryError

INTERVALS = ("minute", "hour", "day", "week", "month")
FINE = frozenset({"minute", "hour"})
STEP = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}

RELATIVE = re.compile(r"^(?P<sign>[-+])?(?P<count>\d+)?(?P<unit>[smMhdwqy]|mo)(?P<edge>Start|End)?$")
ISO_DATE = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A moment and how it was written: `exact` means it carries a time of its own."""

    moment: datetime
    relative: bool
    exact: bool


def zone(name: str) -> tzinfo:
    """The project's time zone; raises QueryError when there is none of that name."""
    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise QueryError(f"Invalid timezone: {name}") from error


def day_start(moment: datetime) -> datetime:
    """00:00 of a local day."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)


def day_end(moment: datetime) -> datetime:
    """The last microsecond of a local day."""
    return moment.replace(hour=23, minute=59, second=59, microsecond=999_999, fold=1)


def add_months(moment: datetime, months: int) -> datetime:
    """The same day some months on, or the month's last day where there is no such day."""
    index = moment.year * 12 + moment.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= 9998:
        raise QueryError("A date lies outside the calendar")
    last = (datetime(year + month // 11, (month + 1) % 12 + 1, 1, tzinfo=UTC) - timedelta(days=1)).day
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))


def parse_date(value: str, now: datetime) -> Parsed:
    """Read a date as the vendor writes them; `now` is in the project's zone. Raises QueryError."""
    text = value.strip()
    match = RELATIVE.match(text)
    try:
        if match is not None:
            return _relative(match, now)
        day = ISO_DATE.match(text)
        if day is not None:
            year, month, date = (int(part) for part in day.groups())
            return Parsed(datetime(year, month, date, tzinfo=now.tzinfo), relative=False, exact=False)
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise QueryError(f"Invalid date: {value}", attr="dateRange") from error
    local = moment.replace(tzinfo=now.tzinfo) if moment.tzinfo is None else moment.astimezone(now.tzinfo)
    return Parsed(local, relative=False, exact=True)


def _relative(match: re.Match[str], now: datetime) -> Parsed:
    count = int(match["count"] or 0) * (1 if match["sign"] == "+" else -1)
    unit, edge = match["unit"], match["edge"]
    if unit in ("s", "M", "h"):
        step = {"s": timedelta(seconds=1), "M": timedelta(minutes=1), "h": timedelta(hours=1)}[unit]
        moment = (now.astimezone(UTC) + count * step).astimezone(now.tzinfo)
        if unit == "h" and edge == "Start":
            moment = moment.replace(minute=0, second=0, microsecond=0)
        if unit == "h" and edge == "End":
            moment = moment.replace(minute=59, second=59, microsecond=999_999)
        return Parsed(moment, relative=True, exact=True)
    if unit in ("m", "mo", "q", "y"):
        moment = add_months(now, count * {"m": 1, "mo": 1, "q": 3, "y": 12}[unit])
    else:
        moment = now + timedelta(days=count * (7 if unit == "w" else 1))
    if edge is not None:
        moment = _edge(moment, unit, edge == "End")
        return Parsed(moment, relative=True, exact=edge == "End")
    return Parsed(day_start(moment), relative=True, exact=False)


def _edge(moment: datetime, unit: str, end: bool) -> datetime:
    start = day_start(moment)
    if unit == "w":
        start = interval_start(start, "week", 0)
    elif unit != "d":
        month = {"q": (start.month - 1) // 3 * 3 + 1, "y": 1}.get(unit, start.month)
        start = start.replace(month=month, day=1)
    if not end:
        return start
    following = {"d": 1, "w": 7}.get(unit)
    after = (
        start + timedelta(days=following) if following else add_months(start, {"q": 3, "y": 12}.get(unit, 1))
    )
    return day_end(after - timedelta(days=1))


def interval_start(moment: datetime, interval: str, week_start_day: int) -> datetime:
    """The first local moment of the minute, hour, day, week or month that holds `moment`."""
    if interval == "minute":
        return moment.replace(second=0, microsecond=0)
    if interval == "hour":
        return moment.replace(minute=0, second=0, microsecond=0)
    start = day_start(moment)
    if interval == "week":
        back = (start.weekday() - (0 if week_start_day == 1 else 6)) % 7
        return start - timedelta(days=back)
    return start.replace(day=1) if interval == "month" else start


def interval_step(moment: datetime, interval: str, count: int) -> datetime:
    """The start `count` intervals on from an interval's start; hours and minutes pass in real time."""
    if interval in FINE:
        return (moment.astimezone(UTC) + count * STEP[interval]).astimezone(moment.tzinfo)
    if interval == "month":
        return add_months(moment, count)
    return moment + timedelta(days=count * (7 if interval == "week" else 1))


def iso(moment: datetime) -> str:
    """ISO 8601, with Z in UTC."""
    return moment.isoformat().replace("+00:00", "Z")


@dataclass(frozen=True)
class Range:
    """What a query covers: from `start` to `end`, both included, local, in buckets of `interval`."""

    start: datetime
    end: datetime
    interval: str
    week_start_day: int

    @cached_property
    def first(self) -> datetime:
        """The start of the first bucket."""
        return interval_start(self.start, self.interval, self.week_start_day)

    @cached_property
    def buckets(self) -> tuple[datetime, ...]:
        """The local start of each bucket."""
        starts: list[datetime] = []
        moment = self.first
        limit = self.end.astimezone(UTC)
        while moment.astimezone(UTC) <= limit:
            starts.append(moment)
            if len(starts) > 100_000:
                raise QueryError("The date range has too many intervals", attr="interval")
            moment = interval_step(self.first, self.interval, len(starts))
        return tuple(starts)

    def days(self) -> list[str]:
        """The buckets as the vendor's `days`."""
        pattern = "%Y-%m-%d %H:%M:%S" if self.interval in FINE else "%Y-%m-%d"
        return [bucket.strftime(pattern) for bucket in self.buckets]

    def labels(self) -> list[str]:
        """The buckets as the vendor's `labels`."""
        return [self.label(bucket) for bucket in self.buckets]

    def label(self, bucket: datetime) -> str:
        """`9-Jan-2020`, `9-Jan 14:00`, `8–14 Nov` or `Nov 2020`."""
        if self.interval in FINE:
            return f"{bucket.day}-{bucket:%b %H:%M}"
        if self.interval == "month":
            return f"{bucket:%b %Y}"
        if self.interval == "week":
            return self._week_label(bucket)
        return f"{bucket.day}-{bucket:%b-%Y}"

    def _week_label(self, bucket: datetime) -> str:
        first = max(bucket.date(), self.start.date())
        last = min((bucket + timedelta(days=6)).date(), self.end.date())
        if first == last:
            return f"{first.day}-{first:%b-%Y}"
        if first.year != last.year:
            return f"{first.day}-{first:%b-%Y} – {last.day}-{last:%b-%Y}"
        if first.month != last.month:
            return f"{first.day}-{first:%b} – {last.day}-{last:%b}"
        return f"{first.day}–{last.day} {last:%b}"

    def resolved(self) -> DateRange:
        """Both ends as the vendor's `resolved_date_range`."""
        return {"date_from": iso(self.start), "date_to": iso(self.end)}
