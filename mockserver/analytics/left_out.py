"""What a query can ask for and no runner here computes: refused by name, so that no chart is silently wrong.

A field that only says how a chart is drawn is none of these; it is kept and handed back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from mockserver.analytics.model import JSON, JSONObject, UnsupportedQuery


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a field asks for; `values` are those that cannot be had, where not all of them are."""

    asks_for: str
    values: tuple[str, ...] = ()


LEFT_OUT: Mapping[str, LeftOut] = MappingProxyType(
    {
        "optionalInFunnel": LeftOut("a funnel's step that may be skipped"),
        "customAggregationTarget": LeftOut("a funnel of a target of its own"),
        "funnelCustomSteps": LeftOut("the people of any choice of a funnel's steps"),
        "math_property_revenue_currency": LeftOut("amounts converted between currencies"),
        "conversionGoal": LeftOut("conversions to a goal of web analytics"),
        "connectionId": LeftOut("another database than the project's own events"),
        "sendRawQuery": LeftOut("SQL that is passed on unread"),
        "display": LeftOut("a chart of this kind", ("BoxPlot", "CalendarHeatmap")),
    }
)


def refuse_what_is_left_out(query: JSONObject) -> None:
    """Look through a query; raises UnsupportedQuery that names the first field nobody here computes."""
    waiting: list[JSON] = [query]
    while waiting:
        found = waiting.pop()
        if isinstance(found, list):
            waiting += found
        elif isinstance(found, dict):
            for name, value in found.items():
                row = LEFT_OUT.get(name)
                if row is not None and value and (not row.values or value in row.values):
                    given = f" {value!r}" if row.values else ""
                    raise UnsupportedQuery(
                        f"{name}{given} asks for {row.asks_for}, which this server does not compute; "
                        "leave it out",
                        attr=name,
                    )
            waiting += found.values()
