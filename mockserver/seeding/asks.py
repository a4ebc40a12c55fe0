"""What queries ask of a population: events, their order, and properties with the values looked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from ..resources.filter_shapes import names
from ..resources.legacy_filters import query_of_filters
from ..resources.query_reading import objects_in
from ..store import JSON, JSONObject
from .sql_reading import read_sql

OF_EVENTS: Final = frozenset(("event", "person", "feature", None))
BY_ITSELF: Final = frozenset(("$session_id", "$host", "$pathname", "$current_url", "distinct_id"))
"""What a population sets anyway."""

PLACES: Final = frozenset(("$pathname", "$current_url"))
COMPARING: Final = frozenset(("gt", "gte", "lt", "lte", "between", "not_between", "min", "max"))
ABSENT: Final = frozenset(("is_not_set",))
PATTERNS: Final = frozenset(("regex", "not_regex"))
SQL_TEXTS: Final = names(
    """
    query select where orderBy math_hogql pathsHogQLExpression funnelAggregateByHogQL
    """
)
ADDRESS: Final = re.compile(r"(https?://[^/?#]+)?(/[^?#]*)?.*", re.S)
NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")


@dataclass(slots=True)
class PropertyAsk:
    """What is asked of one property.

    `limits` are numbers that it is compared with. `measured_on` are the events whose property is calculated
    with; `elsewhere` where something else asks for it too.
    """

    values: dict[str, JSON] = field(default_factory=dict)
    limits: list[float] = field(default_factory=list)
    measured_on: dict[str, None] = field(default_factory=dict)
    elsewhere: bool = False
    of_person: bool = False
    numeric: bool = False
    may_be_absent: bool = False

    def add(self, value: JSON) -> None:
        """Note a value, or each of a list, that is looked for."""
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, str | int | float):
                self.values.setdefault(f"{type(each).__name__} {each}", each)


@dataclass(slots=True)
class Asks:
    """All that a project's queries ask for. `orders` are the events of funnels, first to last.

    `sites` are the beginnings of addresses, such as `https://app.example`.
    """

    events: dict[str, int] = field(default_factory=dict)
    orders: dict[tuple[str, ...], int] = field(default_factory=dict)
    properties: dict[str, PropertyAsk] = field(default_factory=dict)
    paths: dict[str, int] = field(default_factory=dict)
    sites: dict[str, int] = field(default_factory=dict)

    def add_event(self, name: JSON) -> None:
        """Note that an event is asked for."""
        if isinstance(name, str) and name:
            self.events[name] = self.events.get(name, 0) + 1

    def of(self, name: str) -> PropertyAsk:
        """What is asked of a property."""
        return self.properties.setdefault(name, PropertyAsk())

    def also(self, name: str) -> PropertyAsk:
        """What is asked of a property that not only a sum or an average of some event asks for."""
        ask = self.of(name)
        ask.elsewhere = True
        return ask


def read_asks(
    queries: Iterable[Mapping[str, JSON]],
    filters: Iterable[Mapping[str, JSON]] = (),
    actions: Mapping[str, str] | None = None,
) -> Asks:
    """What queries and legacy filters ask for; `actions` gives the event of each action by reference."""
    asks = Asks()
    for query in (*queries, *map(query_of_filters, filters)):
        for node in objects_in(query):
            _read_node(asks, node, actions or {})
    return asks


def _read_node(asks: Asks, node: Mapping[str, JSON], actions: Mapping[str, str]) -> None:
    kind = node.get("kind")
    for name in _events_of(node, actions):
        asks.add_event(name)
    if kind == "PathsQuery" or str(kind).startswith("Web"):
        asks.add_event("$pageview")
    for name in ("startPoint", "endPoint"):
        _read_place(asks, node.get(name))
    if kind == "FunnelsQuery":
        _read_order(asks, node.get("series"), actions)
    if isinstance(node.get("key"), str) and ("operator" in node or "value" in node):
        _read_filter(asks, node)
    _read_breakdown(asks, node)
    _read_measure(asks, node, actions)
    for name in SQL_TEXTS & set(node):
        texts = node[name]
        for text in texts if isinstance(texts, list) else [texts]:
            if isinstance(text, str):
                _read_sql(asks, text)
    if kind == "HogQLQuery":
        _read_variables(asks, node)
    if node.get("type") == "hogql" and isinstance(text := node.get("key"), str):
        _read_sql(asks, text)


def _events_of(node: Mapping[str, JSON], actions: Mapping[str, str]) -> list[JSON]:
    """The events that one object of a query asks for."""
    kind, identity = node.get("kind"), node.get("id")
    if kind == "ActionsNode" or node.get("type") == "actions":
        return [actions.get(str(identity))]
    if kind == "EventsNode":
        return [node.get("event")]
    if kind == "EventsQuery":
        several = node.get("events")
        return [node.get("event"), *(several if isinstance(several, list) else [])]
    if node.get("type") == "events":
        return [identity]
    return [node.get("customEventName")]


def _read_order(asks: Asks, series: JSON, actions: Mapping[str, str]) -> None:
    steps = [step for step in series if isinstance(step, dict)] if isinstance(series, list) else []
    order = tuple(name for step in steps for name in _events_of(step, actions) if isinstance(name, str))
    if len(order) > 1:
        asks.orders[order] = asks.orders.get(order, 0) + 1


def _read_filter(asks: Asks, node: Mapping[str, JSON]) -> None:
    key, kind, operator, value = str(node["key"]), node.get("type"), node.get("operator"), node.get("value")
    if key in PLACES:
        for each in value if isinstance(value, list) else [value]:
            _read_place(asks, each)
    if key in BY_ITSELF or kind not in OF_EVENTS:
        return
    ask = asks.also(key)
    ask.of_person |= kind == "person"
    if operator in COMPARING:
        ask.numeric = True
        ask.limits += [float(str(each)) for each in _listed(value) if NUMBER.fullmatch(str(each))]
    elif operator in ABSENT:
        ask.may_be_absent = True
    elif operator not in PATTERNS and operator != "is_set" and not str(operator).startswith("is_date"):
        ask.add(value)


def _read_place(asks: Asks, value: JSON) -> None:
    found = ADDRESS.fullmatch(value) if isinstance(value, str) else None
    if found is not None:
        site, path = found.groups()
        for place, asked in ((site, asks.sites), (path, asks.paths)):
            if place:
                asked[place] = asked.get(place, 0) + 1


def _read_breakdown(asks: Asks, node: Mapping[str, JSON]) -> None:
    found: list[tuple[JSON, JSON]] = [(node.get("property"), node.get("type"))]
    found += [(each, node.get("breakdown_type", "event")) for each in _listed(node.get("breakdown"))]
    for name, kind in found:
        if isinstance(name, str) and kind == "hogql":
            _read_sql(asks, name)
        elif isinstance(name, str) and kind in OF_EVENTS and name not in BY_ITSELF:
            asks.also(name).of_person |= kind == "person"


def _read_sql(asks: Asks, text: str) -> None:
    facts = read_sql(text)
    for read in facts.reads:
        if read.name not in BY_ITSELF:
            ask = asks.also(read.name)
            ask.of_person |= read.scope == "person"
            ask.numeric |= read.numeric
    for literal in facts.literals:
        if literal.is_name and literal.field != "event":
            continue
        owner, _, name = (literal.field or "").rpartition(".")
        if name == "event":
            asks.add_event(literal.text)
        elif name in PLACES:
            _read_place(asks, literal.text.strip("%"))
        elif owner.endswith("properties") and name not in BY_ITSELF and "%" not in literal.text:
            asks.also(name).add(literal.text)


def _read_measure(asks: Asks, node: Mapping[str, JSON], actions: Mapping[str, str]) -> None:
    measured = node.get("math_property")
    if not isinstance(measured, str) or measured in BY_ITSELF:
        return
    ask = asks.of(measured)
    ask.numeric = True
    ask.of_person |= node.get("math_property_type") == "person_properties"
    events = [name for name in _events_of(node, actions) if isinstance(name, str)]
    ask.measured_on.update(dict.fromkeys(events))
    ask.elsewhere |= not events


def _read_variables(asks: Asks, node: Mapping[str, JSON]) -> None:
    """The values that variables stand for are looked for as others are."""
    variables = node.get("variables")
    fields = read_sql(str(node.get("query") or "")).placeholders
    for given in variables.values() if isinstance(variables, dict) else ():
        field = fields.get(str(given.get("code_name"))) if isinstance(given, dict) else None
        if isinstance(given, dict) and field and field.rpartition(".")[0].endswith("properties"):
            asks.also(field.rpartition(".")[2]).add(given.get("value"))


def _listed(value: JSON) -> list[JSON]:
    return value if isinstance(value, list) else [value]


def queries_in(documents: Iterable[Mapping[str, JSON]]) -> tuple[list[JSONObject], list[JSONObject]]:
    """The queries of insights, and the legacy filters of those that have no query."""
    queries: list[JSONObject] = []
    filters: list[JSONObject] = []
    for document in documents:
        query, old = document.get("query"), document.get("filters")
        if isinstance(query, dict) and query:
            queries.append(query)
        elif isinstance(old, dict) and old:
            filters.append(old)
    return queries, filters
