"""Queries and filters with what they say of people replaced, and ids turned into a fixture's references."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ..resources.filter_shapes import names
from ..store import JSON, JSONObject
from .anonymous import Anonymiser
from .sql_reading import Literal, read_sql, rewrite_sql

DROPPED: Final = names(
    """
    response tags cohort_name group_key_names resultCustomizations hiddenLegendBreakdowns dataColorTheme
    conditionalFormatting connectionId contextKey context result personId client_query_id
    """
)
"""Keys that hold results, colours of values or ids of elsewhere; charts do without them."""

OWN_NAMES: Final = frozenset(("custom_name",))
"""Names that somebody gave a series or a formula; without them it is called by its event."""

TITLES: Final = frozenset(("custom_name", "label", "displayName"))
SQL: Final = names(
    """
    select where orderBy columns hiddenColumns pinnedColumns defaultColumns math_hogql
    pathsHogQLExpression funnelAggregateByHogQL paths_hogql_expression funnel_aggregate_by_hogql
    aggregation_query
    """
)
VALUES: Final = names(
    """
    value values search pathGroupings path_groupings funnelStepBreakdown distinct_id alias
    """
)
PLACES: Final = names(
    """
    startPoint endPoint start_point end_point excludeEvents exclude_events
    """
)
"""Pages or events."""

LIMIT: Final = re.compile(r"[<>]=?\s*\{variables\.(\w+)\}")
OF_FILTERS: Final = frozenset(("label", "value"))
ALL_EVENTS: Final = "All events"
COHORTS: Final = frozenset(("cohort", "static-cohort", "precalculated-cohort"))


@dataclass(slots=True)
class References:
    """What the queries of a project refer to by number: the name of each action and cohort, if they say it.

    `variables` are by id: their code name and a value that was used. `numeric` are code names of those that
    something is compared with as with numbers.
    """

    actions: dict[int, str | None] = field(default_factory=dict)
    cohorts: dict[int, str | None] = field(default_factory=dict)
    variables: dict[str, tuple[str, JSON]] = field(default_factory=dict)
    numeric: set[str] = field(default_factory=set)


class QueryAnonymiser:
    """Goes through queries, filters of dashboards and legacy filters, and notes what they refer to.

    `with_titles` gives series that have names of their own made-up ones, rather than none.
    """

    def __init__(self, anonymiser: Anonymiser, *, with_titles: bool = False) -> None:
        self.references = References()
        self._with_titles = with_titles or anonymiser.keep_titles
        self._anonymiser = anonymiser
        self._fields: dict[str, str] = {}

    def query(self, query: Mapping[str, JSON]) -> JSONObject:
        """A query as a fixture holds it. Names of events and of properties stay: charts hang on them."""
        if query.get("kind") == "HogQLQuery":
            return self._sql_query(query)
        if _is_filter(query):
            return self._filter(query)
        return self._entries(query)

    def variables(self, variables: Mapping[str, JSON], fields: Mapping[str, str] | None = None) -> JSONObject:
        """A dashboard's or a query's variables by reference, with a stand-in for each value.

        `fields` are what variables are compared with, by code name; known ones are remembered.
        """
        self._fields.update(fields or {})
        made: JSONObject = {}
        for identity, given in variables.items():
            entry = given if isinstance(given, dict) else {}
            code_name = str(entry.get("code_name") or identity)
            value = self._anonymiser.value(entry.get("value"), key=self._fields.get(code_name, code_name))
            self.references.variables.setdefault(identity, (code_name, value))
            reference = f"@variables/{variable_key(code_name)}"
            made[reference] = {**entry, "variableId": reference, "code_name": code_name} | (
                {"value": value} if "value" in entry else {}
            )
        return made

    def sql(self, text: str) -> str:
        """A text of HogQL with its values replaced and its comments dropped."""
        if self._anonymiser.keep_values:
            return text
        return rewrite_sql(text, self._literal)

    def _literal(self, literal: Literal) -> str:
        name = (literal.field or "").rpartition(".")[2]
        if literal.is_name or name in ("event", "kind"):
            return literal.text
        return str(self._anonymiser.value(literal.text, key=name))

    def _sql_query(self, query: Mapping[str, JSON]) -> JSONObject:
        text = str(query.get("query") or "")
        made = {**self._entries(query), "query": self.sql(text)}
        if isinstance(variables := query.get("variables"), dict):
            fields = {name: field.rpartition(".")[2] for name, field in read_sql(text).placeholders.items()}
            self.references.numeric.update(LIMIT.findall(text))
            made["variables"] = self.variables(variables, fields)
        if not self._anonymiser.keep_values:
            made.pop("name", None)
        return made

    def _entries(self, owner: Mapping[str, JSON]) -> JSONObject:
        return {name: self._entry(owner, name, value) for name, value in owner.items() if self._is_kept(name)}

    def _is_kept(self, name: str) -> bool:
        if self._anonymiser.keep_values:
            return True
        return name not in DROPPED and (self._with_titles or name not in OWN_NAMES)

    def _entry(self, owner: Mapping[str, JSON], name: str, value: JSON) -> JSON:
        """What stands in for one entry of an object."""
        if name == "actionId" or (name == "id" and _is_action(owner)):
            return self._action(value, owner.get("name") if name == "id" else None)
        if name in ("breakdown", "property"):
            return self._breakdown(owner, value)
        if name in VALUES and (owner.get("kind") == "HogQLQuery" or not _holds_objects(value)):
            return self._anonymiser.value(value)
        if name == "properties" and isinstance(value, dict) and "values" not in value:
            # the oldest form of filters, `{"email__icontains": "@acme.com"}`
            return {key: self._anonymiser.value(each) for key, each in value.items()}
        return self._text(owner, name, value) if isinstance(value, str) else self._walk(owner, name, value)

    def _walk(self, owner: Mapping[str, JSON], name: str, value: JSON) -> JSON:
        if isinstance(value, dict):
            return value if name == "variables" else self.query(value)
        if isinstance(value, list):
            return [
                self.query(each) if isinstance(each, dict) else self._entry(owner, name, each)
                for each in value
            ]
        return value

    def _text(self, owner: Mapping[str, JSON], name: str, text: str) -> JSON:
        """Event names stay, and so do words of the query language; the name of anything else is a title."""
        if name in SQL:
            return self.sql(text)
        if name == "name":
            kept = (owner.get("event"), owner.get("id"), ALL_EVENTS)
            return text if text in kept else self._anonymiser.title(text)
        if name in TITLES:
            return self._anonymiser.title(text)
        if name in PLACES:
            return self._anonymiser.text(text) if "/" in text else text
        return self._anonymiser.pattern(text) if name == "regex" else text

    def _filter(self, given: Mapping[str, JSON]) -> JSONObject:
        keeps = self._anonymiser.keep_values
        made = {
            name: each
            for name, each in given.items()
            if keeps or (name not in DROPPED and name not in OF_FILTERS)
        }
        key, kind, operator = str(given["key"]), given.get("type"), given.get("operator")
        value = given.get("value")
        if kind == "hogql":
            made["key"], value = self.sql(key), None
        elif kind in COHORTS:
            value = self._cohort(value, given.get("cohort_name"))
        elif kind != "event_metadata":
            value = self._anonymiser.value(
                value, key=key, operator=operator if isinstance(operator, str) else None
            )
        return {**made, "value": value} if "value" in given else made

    def _breakdown(self, owner: Mapping[str, JSON], value: JSON) -> JSON:
        if isinstance(value, list):
            return [self._breakdown(owner, each) for each in value]
        if str(owner.get("kind")).endswith("ActorsQuery"):
            return self._anonymiser.value(value)
        kind = owner.get("breakdown_type", owner.get("type"))
        if kind == "cohort":
            return self._cohort(value, None)
        return self.sql(value) if kind == "hogql" and isinstance(value, str) else value

    def _action(self, value: JSON, name: JSON) -> JSON:
        number = _number(value)
        if number is None:
            return value
        known = self.references.actions.get(number)
        self.references.actions[number] = known or (name if isinstance(name, str) and name else None)
        return f"@actions/{action_key(number)}"

    def _cohort(self, value: JSON, name: JSON) -> JSON:
        if isinstance(value, list):
            return [self._cohort(each, None) for each in value]
        number = _number(value)
        if not number:  # "all" and 0 stand for everybody
            return value
        known = self.references.cohorts.get(number)
        self.references.cohorts[number] = known or (name if isinstance(name, str) and name else None)
        return f"@cohorts/{cohort_key(number)}"


def action_key(number: int) -> str:
    """How a fixture calls the action that had a number."""
    return f"action-{number}"


def cohort_key(number: int) -> str:
    """How a fixture calls the cohort that had a number."""
    return f"cohort-{number}"


def variable_key(code_name: str) -> str:
    """How a fixture calls the variable that queries call by `code_name`."""
    return re.sub(r"[^a-z0-9_-]", "_", code_name.lower()).lstrip("_-") or "variable"


def _number(value: JSON) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isdecimal():
        return int(value)
    return value if isinstance(value, int) else None


def _is_filter(value: Mapping[str, JSON]) -> bool:
    return isinstance(value.get("key"), str) and ("value" in value or "operator" in value or "type" in value)


def _is_action(owner: Mapping[str, JSON]) -> bool:
    return owner.get("kind") == "ActionsNode" or owner.get("type") == "actions"


def _holds_objects(value: JSON) -> bool:
    """Whether `values` are the filters of a group, and no values."""
    return isinstance(value, dict) or (
        isinstance(value, list) and any(isinstance(each, dict) for each in value)
    )
