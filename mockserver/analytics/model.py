"""What goes into a query and what comes out of it; plain data that costs nothing to import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TypeAlias, TypedDict

JSON: TypeAlias = "str | int | float | bool | None | Sequence[JSON] | Mapping[str, JSON]"
JSONObject: TypeAlias = "Mapping[str, JSON]"


def _nothing() -> Mapping[str, JSON]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ActionStep:
    """One way for an event to match an action; every condition given must hold."""

    event: str | None = None
    properties: tuple[JSONObject, ...] = ()
    url: str | None = None
    url_matching: str = "contains"


@dataclass(frozen=True, slots=True)
class ActionDefinition:
    """A named set of steps; an event matches the action when it matches any step."""

    name: str
    steps: tuple[ActionStep, ...]


@dataclass(frozen=True, slots=True)
class CohortDefinition:
    """A named static set of people, by distinct id, by person uuid, or by person properties."""

    name: str
    distinct_ids: tuple[str, ...] = ()
    person_ids: tuple[str, ...] = ()
    properties: JSONObject | None = None


@dataclass(frozen=True, slots=True)
class QueryContext:
    """What a query needs to know of its project.

    `week_start_day` is 0 for Sunday and 1 for Monday; `now` is aware, in UTC, from the injected clock;
    `variables` holds values of HogQL's `{variables.code_name}` by code name.
    """

    project_id: int
    timezone: str
    week_start_day: int
    now: datetime
    test_account_filters: tuple[JSONObject, ...] = ()
    actions: Mapping[int, ActionDefinition] = field(default_factory=lambda: MappingProxyType({}))
    cohorts: Mapping[int, CohortDefinition] = field(default_factory=lambda: MappingProxyType({}))
    variables: JSONObject = field(default_factory=_nothing)
    row_limit: int = 50_000
    time_limit_seconds: float = 60.0


class DateRange(TypedDict):
    """The instants a query covered, ISO 8601."""

    date_from: str
    date_to: str


@dataclass(frozen=True, slots=True)
class QueryResult:
    """What one run gives; `results` is an insight's `result`, `extra` the kind's own top-level keys."""

    results: JSON
    columns: list[str] | None = None
    types: list[JSON] | None = None
    hogql: str | None = None
    has_more: bool | None = None
    resolved_date_range: DateRange | None = None
    extra: JSONObject = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class RefreshFacts:
    """What decides when a result goes stale, read from the query alone.

    `interval` is `minute`, `hour`, `day`, `week`, `month`, or None for kinds without one;
    `range_end` is the last instant of the query's range, None when it has no end of its own;
    `range_days` counts the local days the range touches (`-7d` to now is 8), None without a range.
    """

    interval: str | None
    range_end: datetime | None
    range_days: int | None


class QueryError(Exception):
    """A query that cannot be answered, with a message that is safe to show to the caller.

    `code` is the vendor's error code where it has one (such as `hogql_error`), `attr` the offending field.
    """

    def __init__(self, detail: str, code: str | None = None, attr: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code
        self.attr = attr


class UnsupportedQuery(QueryError):
    """A kind of query, or a part of one, that no runner knows."""


class QueryTimeout(QueryError):
    """A query stopped at its time limit; PostHog's own words."""

    def __init__(self) -> None:
        super().__init__(
            "Query has hit the max execution time before completing. See our docs for how to improve your "
            "query performance. You may need to materialize.",
            "query_timeout",
        )
