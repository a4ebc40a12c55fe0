"""Dates in a recorded result, moved so that it ends where it would end today.

A result by day moves by days. One by week moves by whole weeks and one by month by whole months, so that
periods still begin where periods begin.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from ..store import JSON

ISO: Final = re.compile(r"(\d{4}-\d\d-\d\d)([T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?")
DAY: Final = r"\d{1,2}-[A-Z][a-z]{2}(?:-\d{4})?"
DAY_LABEL: Final = re.compile(rf"({DAY})( \d\d:\d\d)?")
MONTH_LABEL: Final = re.compile(r"[A-Z][a-z]{2} \d{4}")
WEEK_LABEL: Final = re.compile(rf"({DAY}) – ({DAY})")
WEEK_OF_MONTH_LABEL: Final = re.compile(r"(\d{1,2})–(\d{1,2}) ([A-Z][a-z]{2})")
ABSOLUTE: Final = re.compile(r"\d{4}-\d\d")
LEAP_YEAR: Final = 2000


@dataclass(frozen=True, slots=True)
class Move:
    """By how much dates move. `year` is that of the recording, which labels of hours leave out."""

    days: int = 0
    months: int = 0
    year: int = LEAP_YEAR

    @property
    def is_none(self) -> bool:
        """Whether everything stays where it is."""
        return not self.days and not self.months

    def value(self, value: JSON) -> JSON:
        """JSON with every text that is a date, a time or the label of one moved."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, list):
            return [self.value(each) for each in value]
        if isinstance(value, dict):
            return {name: self.value(each) for name, each in value.items()}
        return value

    def _text(self, text: str) -> str:
        try:
            if found := ISO.fullmatch(text):
                return self._day(date.fromisoformat(found[1])).isoformat() + (found[2] or "")
            return self._label(text)
        except (ValueError, OverflowError):
            return text

    def _label(self, text: str) -> str:
        """A text that charts write below a bucket, such as `9-Jan-2020`, `8–14 Nov` or `Nov 2020`."""
        if found := DAY_LABEL.fullmatch(text):
            day = self._day(self._read(found[1]))
            return f"{day.day}-{day:%b}{found[2]}" if found[2] else f"{day.day}-{day:%b-%Y}"
        if MONTH_LABEL.fullmatch(text):
            return f"{self._day(_parsed(text, '%b %Y')):%b %Y}"
        if found := WEEK_LABEL.fullmatch(text):
            return week_label(self._day(self._read(found[1])), self._day(self._read(found[2])))
        if found := WEEK_OF_MONTH_LABEL.fullmatch(text):
            first, last = (self._day(self._read(f"{found[day]}-{found[3]}")) for day in (1, 2))
            return week_label(first, last)
        return text

    def _read(self, text: str) -> date:
        has_year = text.count("-") == 2
        return _parsed(text if has_year else f"{text}-{self.year}", "%d-%b-%Y")

    def _day(self, day: date) -> date:
        if not self.months:
            return day + timedelta(days=self.days)
        month = day.year * 12 + day.month - 1 + self.months
        year, place = divmod(month, 12)
        return date(year, place + 1, min(day.day, monthrange(year, place + 1)[1]))


def week_label(first: date, last: date) -> str:
    """The days of a week as charts write them."""
    if first.year != last.year:
        return f"{first.day}-{first:%b-%Y} – {last.day}-{last:%b-%Y}"
    if first.month != last.month:
        return f"{first.day}-{first:%b} – {last.day}-{last:%b}"
    return f"{first.day}–{last.day} {last:%b}"


def _parsed(text: str, pattern: str) -> date:
    return datetime.strptime(text, pattern).date()  # noqa: DTZ007


def move_between(recorded: date, today: date, interval: str | None, week_start_day: int) -> Move:
    """How far a result of this interval moves from the day of its recording to another."""
    if interval == "month":
        return Move(
            months=(today.year - recorded.year) * 12 + today.month - recorded.month, year=recorded.year
        )
    if interval == "week":
        days = (_week(today, week_start_day) - _week(recorded, week_start_day)).days
        return Move(days=days, year=recorded.year)
    return Move(days=(today - recorded).days, year=recorded.year)


def is_relative(query: JSON) -> bool:
    """Whether a query's range moves along with the day on which it is asked."""
    if isinstance(query, list):
        return all(is_relative(each) for each in query)
    if not isinstance(query, dict):
        return True
    given = [query.get(name) for name in ("date_from", "date_to", "after", "before")]
    if any(isinstance(each, str) and ABSOLUTE.match(each) for each in given):
        return False
    return all(is_relative(each) for each in query.values())


def _week(day: date, week_start_day: int) -> date:
    """The first day of a week; `week_start_day` is 0 for Sunday and 1 for Monday."""
    return day - timedelta(days=(day.isoweekday() - week_start_day) % 7)
