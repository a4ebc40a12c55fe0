"""From a query's `dateRange` to the instants it covers, and to the period it is compared with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from mockserver.analytics.dates import (
    FINE,
    INTERVALS,
    RELATIVE,
    Range,
    day_end,
    day_start,
    interval_start,
    parse_date,
    zone,
)
from mockserver.analytics.model import JSON, QueryContext, QueryError
from mockserver.analytics.reading import boolean, mapping, optional_text

EarliestEvent = Callable[[], datetime | None]


def local_now(context: QueryContext) -> datetime:
    """The present moment in the project's zone."""
    return context.now.astimezone(zone(context.timezone))


def interval_of(value: JSON, default: str = "day") -> str:
    """A query's interval; raises QueryError when it is none of the vendor's."""
    if value is None:
        return default
    if not isinstance(value, str) or value not in INTERVALS:
        raise QueryError(f"Input should be one of {', '.join(INTERVALS)}", attr="interval")
    return value


def resolve_range(
    date_range: JSON, interval: str, context: QueryContext, earliest: EarliestEvent | None = None
) -> Range:
    """What `dateRange` covers. `earliest` tells when the first event was, for `all`; without it `all` is a
    year.

    PostHog: no `date_from` is the last seven days from 00:00; `-24h` is an exact instant; by hour a `date_to`
    that is absent or relative runs to the end of its hour and a plain date means its 00:00.
    """
    given = mapping(date_range, "dateRange")
    now = local_now(context)
    start = _start(optional_text(given, "date_from"), now, context, earliest)
    explicit = boolean(given, "explicitDate")
    end = _end(optional_text(given, "date_to"), now, interval, explicit)
    if not explicit and interval == "month":
        start = interval_start(start, "month", context.week_start_day)
    return Range(start, end, interval, context.week_start_day)


def _start(
    value: str | None, now: datetime, context: QueryContext, earliest: EarliestEvent | None
) -> datetime:
    if value is None or value == "":
        return parse_date("-7d", now).moment
    if value == "all":
        first = earliest() if earliest is not None else context.now - timedelta(days=365)
        return day_start((first or context.now).astimezone(now.tzinfo))
    return parse_date(value, now).moment


def _end(value: str | None, now: datetime, interval: str, explicit: bool) -> datetime:
    parsed = parse_date(value, now) if value else None
    if explicit and parsed is not None:
        return parsed.moment
    if interval not in FINE:
        return day_end(parsed.moment if parsed else now)
    if parsed is not None and not parsed.relative:
        return parsed.moment
    moment = parsed.moment if parsed else now
    if parsed is not None and RELATIVE.match(value or "") and "End" in (value or ""):
        return moment
    if parsed is not None and not parsed.exact:
        moment = moment.replace(hour=now.hour, minute=now.minute)
    step = timedelta(hours=1) if interval == "hour" else timedelta(minutes=1)
    return interval_start(moment, interval, 0) + step - timedelta(microseconds=1)


def touched_days(covered: Range) -> int:
    """How many local days a range touches; `-7d` to now is 8."""
    return (covered.end.date() - covered.start.date()).days + 1


def compared_range(covered: Range, compare_to: str | None, date_range: JSON) -> Range:
    """The period before, or the one `compare_to` back.

    PostHog: `-7d` moves by seven days, so that weekdays line up; a fixed range by its number of days; a range
    of hours by its length.
    """
    if compare_to:
        return _moved_back(covered, compare_to)
    given = mapping(date_range, "dateRange")
    date_from = optional_text(given, "date_from")
    match = RELATIVE.match(date_from) if date_from is not None else None
    if match is not None and match["unit"] == "h" and match["edge"] is None:
        return _shifted(covered, timedelta(hours=int(match["count"] or 1)))
    days = touched_days(covered)
    rolling = optional_text(given, "date_to") is None and (
        date_from is None or (match is not None and match["edge"] is None)
    )
    if rolling:
        days = max(1, days - 1)
    return _shifted(covered, timedelta(days=days))


def _moved_back(covered: Range, compare_to: str) -> Range:
    match = RELATIVE.match(compare_to)
    if match is None or match["edge"] is not None:
        raise QueryError(f"Invalid compare_to: {compare_to}", attr="compareFilter")
    if match["unit"] in ("h", "M", "s"):
        step = covered.end - parse_date(compare_to, covered.end).moment
        return _shifted(covered, step)
    start = parse_date(compare_to, covered.start).moment
    end = parse_date(compare_to, covered.end).moment
    return replace(
        covered,
        start=_keep_time(start, covered.start),
        end=_keep_time(end, covered.end),
    )


def _keep_time(day: datetime, time: datetime) -> datetime:
    return day.replace(
        hour=time.hour, minute=time.minute, second=time.second, microsecond=time.microsecond, fold=time.fold
    )


def _shifted(covered: Range, step: timedelta) -> Range:
    if step % timedelta(days=1):
        return replace(
            covered,
            start=(covered.start.astimezone(UTC) - step).astimezone(covered.start.tzinfo),
            end=(covered.end.astimezone(UTC) - step).astimezone(covered.end.tzinfo),
        )
    return replace(covered, start=covered.start - step, end=covered.end - step)
