"""Results with what they say of people replaced; counts, dates and names of events stay."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ..resources.filter_shapes import names
from ..store import JSON, JSONObject
from . import anonymous_words as words
from .anonymous import Anonymiser
from .anonymous_queries import QueryAnonymiser

TABLES: Final = names(
    "HogQLQuery EventsQuery ActorsQuery WebStatsTableQuery WebOverviewQuery SessionsTimelineQuery"
)
KEPT: Final = names(
    """
    event id action_id name type status math math_property math_hogql days labels label_days date date_from
    date_to interval display insight entity_type timestamp created_at uuid_kind key kind unit compare_label
    currency period aggregation_type order
    """
)
"""What says which event, which day and how something is counted."""

DROPPED: Final = names(
    "persons_urls people_url people_urls persons converted_people_url dropped_people_url url next"
)
"""Links to lists of people."""

SQL: Final = frozenset(("hogql", "clickhouse", "query"))
FILTERS: Final = frozenset(("filter", "properties", "filters"))
IDENTITIES: Final = re.compile(r"(^|_)(id|uuid|phone|mobile|zip|postcode|iban|card|ssn|number)$", re.I)
STEP: Final = re.compile(r"(\d+_)(.*)", re.S)
LONGEST_KEPT_NAME: Final = 200


class ResultAnonymiser:
    """Goes through results of all kinds of queries."""

    def __init__(self, anonymiser: Anonymiser, queries: QueryAnonymiser) -> None:
        self._anonymiser = anonymiser
        self._queries = queries

    def results(self, kind: JSON, results: JSON, columns: JSON = None) -> JSON:
        """The `results` of a query of a kind; `columns` are the names of a table's."""
        if self._anonymiser.keep_values:
            return results
        if kind in ("PathsQuery", "PathsV2Query"):
            return self._paths(results)
        if kind in TABLES and isinstance(results, list):
            listed = columns if isinstance(columns, list) else []
            return [self._row(row, listed) for row in results]
        return self._chart(results)

    def field(self, name: str, value: JSON) -> JSON:
        """A further field of an answer."""
        if self._anonymiser.keep_values:
            return value
        if name in SQL and isinstance(value, str):
            return self._queries.sql(value)
        return self._chart(value, name) if name not in ("columns", "types") else value

    def _row(self, row: JSON, columns: list[JSON]) -> JSON:
        if not isinstance(row, list):
            return self._cell(row, "")
        padded = [*columns, *[""] * len(row)]
        return [self._cell(cell, str(name)) for cell, name in zip(row, padded, strict=False)]

    def _cell(self, cell: JSON, name: str) -> JSON:
        """A cell of a table; numbers stay unless the column's name says that they tell somebody apart."""
        if isinstance(cell, list):
            return [self._cell(each, name) for each in cell]
        if isinstance(cell, dict):
            return {key: self._cell(each, key) for key, each in cell.items()}
        last = name.rpartition(".")[2].strip('`" ')
        if isinstance(cell, str):
            return cell if last == "event" else self._anonymiser.value(cell, key=last)
        is_identity = isinstance(cell, int) and IDENTITIES.search(last)
        return self._anonymiser.value(cell, key=last) if is_identity else cell

    def _chart(self, value: JSON, name: str = "") -> JSON:
        if isinstance(value, list):
            return [self._chart(each, name) for each in value]
        if isinstance(value, dict):
            if name in FILTERS:
                return self._queries.query(value)
            return self._series(value)
        if not isinstance(value, str) or name in KEPT:
            return value
        return self._anonymiser.value(value)

    def _series(self, series: Mapping[str, JSON]) -> JSONObject:
        made: JSONObject = {}
        for name, value in series.items():
            if name in DROPPED:
                continue
            if name == "label":
                made[name] = self._label(series)
            elif name == "name" and _is_action(series) and isinstance(value, str):
                made[name] = self._action(series, value)
            elif name == "custom_name":
                made[name] = self._anonymiser.title(value if isinstance(value, str) else None)
            elif name in ("breakdown", "breakdown_value"):
                made[name] = self._anonymiser.value(value)
            elif name == "action" and isinstance(value, dict):
                made[name] = self._series(value)
            else:
                made[name] = self._chart(value, name)
        return made

    def _action(self, series: Mapping[str, JSON], name: str) -> JSON:
        """The name of an action, which somebody has given it; the action is called so as well."""
        number = series.get("id", series.get("action_id"))
        if str(number).isdecimal():
            known = self._queries.references.actions
            known[int(str(number))] = known.get(int(str(number))) or name
        return self._anonymiser.title(name)

    def _label(self, series: Mapping[str, JSON]) -> JSON:
        """The name of a series: of its event, of its breakdown, or of both."""
        label, action = series.get("label"), series.get("action")
        if not isinstance(label, str) or words.MOMENT.fullmatch(label):
            return label
        given = action if isinstance(action, dict) else {}
        custom = given.get("custom_name")
        if custom and custom == label:
            return self._anonymiser.title(str(custom))
        called = given.get("name")
        if _is_action(given) and isinstance(called, str) and called and called in label:
            label = label.replace(called, str(self._action(given, called)))
        broken = series.get("breakdown_value")
        for real in broken if isinstance(broken, list) else [broken]:
            if isinstance(real, str) and real and real in label:
                label = label.replace(real, str(self._anonymiser.value(real)))
        return label

    def _paths(self, results: JSON) -> JSON:
        """Steps such as `1_https://acme.com/prices`: a place or an event, with its number."""
        if isinstance(results, list):
            return [self._paths(each) for each in results]
        if not isinstance(results, dict):
            return results
        return {
            name: self._step(value) if name in ("source", "target") and isinstance(value, str) else value
            for name, value in results.items()
            if name not in DROPPED
        }

    def _step(self, text: str) -> str:
        number, place = found.groups() if (found := STEP.fullmatch(text)) else ("", text)
        return number + (self._anonymiser.text(place) if "/" in place else place)


def _is_action(series: Mapping[str, JSON]) -> bool:
    """Whether a series is of an action; PostHog does not always say so, but no event has a number."""
    return series.get("type") == "actions" or isinstance(series.get("id"), int)
