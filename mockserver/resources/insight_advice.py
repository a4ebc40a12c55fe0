"""What an insight says and what to look at next, worked out from its query and result without any model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from ..errors import api_error
from ..store import JSON, JSONObject
from .context import Context
from .organizations import organization_of
from .query_reading import is_insight_viz, source_of, with_source
from .query_words import breakdown_in_words, description_of_query, kind_in_words, name_of_query

_COARSER: Final = MappingProxyType({"minute": "hour", "hour": "day", "day": "week", "week": "month"})
_SHOWN: Final = 5


def generate_metadata(context: Context, query: JSONObject) -> JSONObject:
    """A name and a description for a query; raises `ai_consent_required` where the organisation gave none."""
    if not organization_of(context.store, context.project)["is_ai_data_processing_approved"]:
        raise api_error("ai_consent_required")
    return {"name": name_of_query(query), "description": description_of_query(query)}


def analyze(query: JSONObject | None, result: JSON) -> str:
    """A text on a query and its result; empty for what is not drawn as an insight."""
    if query is None or not is_insight_viz(query):
        return ""
    lines = [description_of_query(query)]
    series = result if isinstance(result, list) else []
    for item in series[:_SHOWN]:
        if isinstance(item, dict) and (said := _series_line(item)):
            lines.append(f"- {said}")
    if not result:
        lines.append("There is no result to describe yet.")
    elif len(series) > _SHOWN:
        lines.append(f"- and {len(series) - _SHOWN} more.")
    return "\n".join(lines)


def _series_line(item: Mapping[str, JSON]) -> str | None:
    label = item.get("label") or item.get("name") or item.get("source")
    total = item.get("aggregated_value", item.get("count", item.get("value")))
    if label is None:
        return None
    said = f"{label}: {_number(total)}" if isinstance(total, int | float) else str(label)
    data, days = item.get("data"), item.get("days")
    values = [value for value in data if isinstance(value, int | float)] if isinstance(data, list) else []
    if len(set(values)) > 1 and isinstance(days, list) and len(days) == len(values):
        peak = max(range(len(values)), key=lambda place: values[place])
        said += f" in total, highest on {days[peak]} with {_number(values[peak])}"
        said += f", from {_number(values[0])} to {_number(values[-1])}"
    return said + "."


def _number(value: int | float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def suggestions(query: JSONObject | None) -> list[JSONObject]:
    """Queries to look at next, made from this one; none for what is not drawn as an insight."""
    source = source_of(query)
    if query is None or source is None or not is_insight_viz(query):
        return []
    return [made for suggest in _SUGGESTERS if (made := suggest(query, source)) is not None]


Suggester = Callable[[JSONObject, Mapping[str, JSON]], JSONObject | None]


def _suggestion(title: str, description: str, query: JSONObject, **changes: JSON) -> JSONObject:
    source = source_of(query) or {}
    return {
        "title": title,
        "description": description,
        "targetQuery": with_source(query, {**source, **changes}),
    }


def _by_browser(query: JSONObject, source: Mapping[str, JSON]) -> JSONObject | None:
    if source.get("kind") not in ("TrendsQuery", "FunnelsQuery") or breakdown_in_words(query):
        return None
    return _suggestion(
        "Break down by browser",
        f"See whether the {kind_in_words(query)} differs between browsers.",
        query,
        breakdownFilter={"breakdown": "$browser", "breakdown_type": "event"},
    )


def _compared(query: JSONObject, source: Mapping[str, JSON]) -> JSONObject | None:
    compare = source.get("compareFilter")
    is_compared = isinstance(compare, dict) and bool(compare.get("compare"))
    if source.get("kind") not in ("TrendsQuery", "StickinessQuery") or is_compared:
        return None
    return _suggestion(
        "Compare with the previous period",
        "See how the numbers have changed since the period before.",
        query,
        compareFilter={"compare": True},
    )


def _coarser(query: JSONObject, source: Mapping[str, JSON]) -> JSONObject | None:
    if source.get("kind") not in ("TrendsQuery", "LifecycleQuery", "StickinessQuery"):
        return None
    coarser = _COARSER.get(str(source.get("interval") or "day"))
    if coarser is None:
        return None
    return _suggestion(
        f"Group by {coarser}",
        f"Smooth out short swings by looking at each {coarser}.",
        query,
        interval=coarser,
    )


def _longer(query: JSONObject, source: Mapping[str, JSON]) -> JSONObject | None:
    dates = source.get("dateRange")
    start = dates.get("date_from") if isinstance(dates, dict) else None
    if start in ("-90d", "all"):
        return None
    return _suggestion(
        "Look at the last 90 days",
        "See whether what you found holds over a longer time.",
        query,
        dateRange={"date_from": "-90d", "date_to": None},
    )


_SUGGESTERS: Final[tuple[Suggester, ...]] = (_by_browser, _compared, _coarser, _longer)
