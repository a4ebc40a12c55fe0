"""The same numbers once more, slowly and in plain Python, by nobody who knows how the store computes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Event:
    """Who did what when; `value` is the one property there is, None where it is not set."""

    who: str
    name: str
    at: datetime
    value: str | None = None


def bucket_of(at: datetime, zone: str, interval: str, week_start_day: int) -> str:
    """The label of the local hour, day, week or month an event falls in."""
    local = at.astimezone(ZoneInfo(zone))
    if interval == "hour":
        return local.strftime("%Y-%m-%d %H:00:00")
    day = local.date()
    if interval == "week":
        since = day.isoweekday() % 7 if week_start_day == 0 else day.isoweekday() - 1
        day -= timedelta(days=since)
    if interval == "month":
        day = day.replace(day=1)
    return day.isoformat()


def trends(
    events: Sequence[Event],
    buckets: Sequence[str],
    first: date,
    last: date,
    *,
    name: str,
    zone: str,
    interval: str,
    week_start_day: int,
    people: bool,
) -> dict[str | None, list[int]]:
    """Numbers by bucket for each value of the property; by local days from `first` to `last`."""
    if interval == "month":
        first = first.replace(day=1)
    found: dict[str | None, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for event in events:
        day = event.at.astimezone(ZoneInfo(zone)).date()
        if event.name == name and first <= day <= last:
            found[event.value][bucket_of(event.at, zone, interval, week_start_day)].append(event.who)
    return {
        value: [len(set(by[each]) if people else by[each]) for each in buckets] for value, by in found.items()
    }


def _follow(events: Sequence[Event], start: int, steps: Sequence[str], window: timedelta) -> list[datetime]:
    """The times of the steps from one first event on: each the earliest later event that fits."""
    times = [events[start].at]
    place = start
    for step in steps[1:]:
        place = next((at for at in range(place + 1, len(events)) if events[at].name == step), -1)
        if place < 0 or events[place].at - times[0] > window:
            break
        times.append(events[place].at)
    return times


def _follow_strictly(
    events: Sequence[Event], start: int, steps: Sequence[str], window: timedelta
) -> list[datetime]:
    times = [events[start].at]
    for offset, step in enumerate(steps[1:], 1):
        place = start + offset
        if place >= len(events) or events[place].name != step or events[place].at - times[0] > window:
            break
        times.append(events[place].at)
    return times


def _follow_anyhow(
    events: Sequence[Event], start: int, steps: Sequence[str], window: timedelta
) -> list[datetime]:
    begin = events[start].at
    missing = list(steps)
    missing.remove(events[start].name)
    times = [begin]
    for event in events[start + 1 :]:
        if event.at - begin <= window and event.name in missing:
            missing.remove(event.name)
            times.append(event.at)
    return times


def funnel(
    events: Sequence[Event],
    steps: Sequence[str],
    window: timedelta,
    order: str,
    exclusion: tuple[str, int, int] | None,
) -> list[tuple[int, float | None]]:
    """For each step how many people reach it and their mean seconds from the step before."""
    best: list[list[datetime]] = []
    for who in sorted({event.who for event in events}):
        own = sorted((event for event in events if event.who == who), key=lambda event: event.at)
        runs: list[list[datetime]] = []
        for place, event in enumerate(own):
            if order == "unordered":
                if event.name in steps:
                    runs.append(_follow_anyhow(own, place, steps, window))
            elif event.name == steps[0]:
                follow = _follow_strictly if order == "strict" else _follow
                run = follow(own, place, steps, window)
                if exclusion is None or not _is_void(own, run, window, exclusion):
                    runs.append(run)
        if runs:
            best.append(min(runs, key=lambda run: (-len(run), run[-1], -run[0].timestamp())))
    rows: list[tuple[int, float | None]] = []
    for step in range(len(steps)):
        there = [run for run in best if len(run) > step]
        passed = [(run[step] - run[step - 1]).total_seconds() for run in there] if step else []
        rows.append((len(there), sum(passed) / len(passed) if passed else None))
    return rows


def _is_void(
    own: Sequence[Event], run: Sequence[datetime], window: timedelta, exclusion: tuple[str, int, int]
) -> bool:
    name, start, end = exclusion
    if len(run) <= start:
        return False
    until = run[end] if len(run) > end else run[0] + window
    reaches = len(run) > end
    return any(
        event.name == name
        and run[start] < event.at
        and (event.at < until or (not reaches and event.at == until))
        for event in own
    )


def retention(
    events: Sequence[Event],
    days: Sequence[date],
    *,
    start: str,
    back: str,
    zone: str,
    first_time: bool,
    least: int,
) -> list[list[int]]:
    """A row for each day: who starts then, and how many of them come back so many days later."""
    starts: dict[str, set[date]] = defaultdict(set)
    returns: dict[str, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for event in sorted(events, key=lambda event: event.at):
        day = event.at.astimezone(ZoneInfo(zone)).date()
        if event.name == start and not (first_time and starts[event.who]):
            starts[event.who].add(day)
        if event.name == back:
            returns[event.who][day] += 1
    table: list[list[int]] = []
    for row, day in enumerate(days):
        begun = [who for who, own in starts.items() if day in own]
        cells = [len(begun)]
        for column in range(1, len(days)):
            at = days[row + column] if row + column < len(days) else None
            cells.append(sum(1 for who in begun if at is not None and returns[who][at] >= least))
        table.append(cells)
    return table
