"""What a RetentionQuery asks for, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from mockserver.analytics import sql
from mockserver.analytics.breakdowns import Breakdown, breakdown_of
from mockserver.analytics.dates import Range, interval_start, interval_step, parse_date
from mockserver.analytics.model import JSON, JSONObject, QueryContext, QueryError
from mockserver.analytics.ranges import local_now
from mockserver.analytics.reading import boolean, choice, integer, mapping, member, optional_text, sequence
from mockserver.analytics.series import Series
from mockserver.analytics.sql import Sql

PERIODS = ("Hour", "Day", "Week", "Month")
KINDS = ("retention_recurring", "retention_first_time", "retention_first_ever_occurrence")
WINDOW_MODES = ("strict_calendar_dates", "24_hour_windows")
AGGREGATIONS = ("count", "sum", "avg")
DEFAULT_INTERVALS = 7
HOURS: Mapping[str, int] = MappingProxyType({"Hour": 1, "Day": 24, "Week": 168, "Month": 720})
DEFAULT_ENTITY: Mapping[str, JSON] = MappingProxyType({"id": "$pageview", "type": "events"})


@dataclass(frozen=True, slots=True)
class RetentionSettings:
    """A retention table: `intervals` rows, counted back from the end of `covered`."""

    query: JSONObject
    target: Series
    returning: Series
    kind: str
    period: str
    intervals: int
    covered: Range
    breakdown: Breakdown
    brackets: tuple[int, ...]
    cumulative: bool
    rolling: bool
    minimum_occurrences: int
    aggregation: str
    aggregates: str | None
    aggregates_person: bool
    group_type_index: int | None

    @property
    def columns(self) -> int:
        """How many counts a row has."""
        return 1 + len(self.brackets) if self.brackets else self.intervals

    @property
    def last_interval(self) -> int:
        """The greatest distance looked at."""
        return sum(self.brackets) if self.brackets else self.intervals - 1

    @property
    def interval_microseconds(self) -> int:
        """The length of an interval that is counted from a person's own start.

        PostHog: a month is 30 days.
        """
        return HOURS[self.period] * 3_600_000_000

    def column_of(self, later: Sql) -> Sql:
        """Which column a distance belongs to; cumulative tables count it in all columns up to it."""
        if self.cumulative:
            upto = sql.call("generate_series", sql.number(1), later)
            return sql.call("unnest", upto)
        if not self.brackets:
            return later
        branches: list[tuple[Sql, Sql]] = [(later.eq(sql.number(0)), sql.number(0))]
        end = 0
        for place, size in enumerate(self.brackets, 1):
            end += size
            branches.append((later.copy() <= sql.number(end), sql.number(place)))
        return sql.case(branches)

    def column_label(self, column: int) -> str:
        """`Day 3`, or `Day 2-4` where several intervals are one column."""
        if not self.brackets or column == 0:
            return f"{self.period} {column}"
        end = sum(self.brackets[:column])
        start = end - self.brackets[column - 1] + 1
        return f"{self.period} {start}" if start == end else f"{self.period} {start}-{end}"


def retention_settings(query: JSONObject, context: QueryContext) -> RetentionSettings:
    """Read a retention query; raises QueryError for one that cannot be."""
    given = member(query, "retentionFilter")
    period = choice(given, "period", PERIODS, "Day")
    brackets = tuple(
        _bracket(each) for each in sequence(given.get("retentionCustomBrackets"), "retentionCustomBrackets")
    )
    intervals = integer(given, "totalIntervals", DEFAULT_INTERVALS, least=1)
    aggregation = choice(given, "aggregationType", AGGREGATIONS, "count")
    aggregates = optional_text(given, "aggregationProperty") if aggregation != "count" else None
    index = query.get("aggregation_group_type_index")
    return RetentionSettings(
        query=query,
        target=_entity(given.get("targetEntity"), "targetEntity"),
        returning=_entity(given.get("returningEntity"), "returningEntity"),
        kind=choice(given, "retentionType", KINDS, "retention_recurring"),
        period=period,
        intervals=intervals,
        covered=_covered(query, period.lower(), intervals, context),
        breakdown=breakdown_of(query),
        brackets=brackets,
        cumulative=boolean(given, "cumulative"),
        rolling=choice(given, "timeWindowMode", WINDOW_MODES, "strict_calendar_dates") == "24_hour_windows",
        minimum_occurrences=integer(given, "minimumOccurrences", 1, least=1),
        aggregation=aggregation,
        aggregates=aggregates,
        aggregates_person=choice(given, "aggregationPropertyType", ("event", "person"), "event") == "person",
        group_type_index=integer(query, "aggregation_group_type_index", 0) if index is not None else None,
    )


def _bracket(value: JSON) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 1 or value != int(value):
        raise QueryError("Input should be a list of positive whole numbers", attr="retentionCustomBrackets")
    return int(value)


def _entity(value: JSON, attr: str) -> Series:
    """A start or return event; PostHog: page views unless told otherwise, any event where the id is null."""
    given = mapping(value, attr) or DEFAULT_ENTITY
    is_action = given.get("type") == "actions" or given.get("kind") == "ActionsNode"
    if is_action:
        return Series({**given, "kind": "ActionsNode"}, 0)
    name = given.get("id", given.get("event", given.get("name")))
    return Series({**given, "kind": "EventsNode", "event": name}, 0)


def _covered(query: JSONObject, interval: str, intervals: int, context: QueryContext) -> Range:
    """So many whole intervals up to the one that holds `date_to`."""
    now = local_now(context)
    date_to = optional_text(mapping(query.get("dateRange"), "dateRange"), "date_to")
    moment = parse_date(date_to, now).moment if date_to else now
    last = interval_start(moment, interval, context.week_start_day)
    first = interval_step(last, interval, 1 - intervals)
    end = interval_step(last, interval, 1) - timedelta(microseconds=1)
    return Range(first, end, interval, context.week_start_day)
