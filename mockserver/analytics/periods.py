"""The periods a query speaks of: its own and, with compare, the one before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.dates import Range
from mockserver.analytics.interface import Events
from mockserver.analytics.model import JSONObject, QueryContext
from mockserver.analytics.ranges import compared_range, interval_of, resolve_range
from mockserver.analytics.reading import boolean, mapping, member, optional_text
from mockserver.analytics.running import fetch


@dataclass(frozen=True, slots=True)
class Period:
    """One period and, when two are compared, which of them it is."""

    covered: Range
    compare_label: str | None = None


def earliest_event(events: Events, context: QueryContext) -> datetime | None:
    """When the project's first event was."""
    first = exp.select(exp.Min(this=sql.column("timestamp"))).from_("events", copy=False)
    found = fetch(events, first, context)[0][0]
    return found.replace(tzinfo=UTC) if isinstance(found, datetime) else None


def period_of(query: JSONObject, events: Events, context: QueryContext, interval: str | None = None) -> Range:
    """What a query's `dateRange` and `interval` cover."""
    return resolve_range(
        query.get("dateRange"),
        interval or interval_of(query.get("interval")),
        context,
        lambda: earliest_event(events, context),
    )


def periods_of(query: JSONObject, events: Events, context: QueryContext) -> list[Period]:
    """The query's own period, and the one it is compared with; `all` is compared with nothing."""
    current = period_of(query, events, context)
    compare = member(query, "compareFilter")
    everything = optional_text(mapping(query.get("dateRange"), "dateRange"), "date_from") == "all"
    if not boolean(compare, "compare") or everything:
        return [Period(current)]
    previous = compared_range(current, optional_text(compare, "compare_to"), query.get("dateRange"))
    return [Period(current, "current"), Period(previous, "previous")]
