"""A query's series: which events each one counts, and how it is named."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.filters import property_group
from mockserver.analytics.model import JSON, ActionDefinition, ActionStep, JSONObject, QueryError
from mockserver.analytics.reading import mapping, objects, optional_text
from mockserver.analytics.scope import Scope
from mockserver.analytics.sql import Sql

ALL_EVENTS = "All events"
EVENT_KINDS = ("EventsNode", "FunnelExclusionEventsNode")
ACTION_KINDS = ("ActionsNode", "FunnelExclusionActionsNode")


@dataclass(frozen=True, slots=True)
class Series:
    """One series as the query gives it, `order` its place among all the query names."""

    node: JSONObject
    order: int

    @property
    def math(self) -> str:
        """How the series is counted; `total` by default."""
        return optional_text(self.node, "math") or "total"

    @property
    def is_action(self) -> bool:
        """Whether it counts an action."""
        return self.node.get("kind") in ACTION_KINDS

    @property
    def action_id(self) -> int | None:
        """The action's number."""
        value = self.node.get("id")
        if not self.is_action:
            return None
        try:
            return int(value)  # type: ignore[arg-type]
        except (TypeError, ValueError) as error:
            raise QueryError("Input should be a valid integer", attr="id") from error

    @property
    def event_name(self) -> str | None:
        """The event's name, None for any event."""
        return None if self.is_action else optional_text(self.node, "event")

    def exists(self, scope: Scope) -> bool:
        """Whether the action it counts is still there; PostHog leaves a series of a vanished action out."""
        return not self.is_action or self.action_id in scope.context.actions

    def name(self, scope: Scope) -> str:
        """The action's or the event's name, or the names of a group of events."""
        if self.is_action:
            found = scope.context.actions.get(self.action_id or 0)
            return found.name if found else str(optional_text(self.node, "name") or self.action_id)
        if self.node.get("kind") == "GroupNode":
            given = optional_text(self.node, "custom_name") or optional_text(self.node, "name")
            return given or ", ".join(Series(each, 0).name(scope) for each in objects(self.node, "nodes"))
        return self.event_name or ALL_EVENTS

    def describe(self, scope: Scope) -> dict[str, JSON]:
        """The vendor's `action` object of a result row."""
        identifier: JSON = self.action_id if self.is_action else self.event_name
        return {
            "id": identifier,
            "type": "events",
            "order": self.order,
            "name": self.name(scope),
            "custom_name": self.node.get("custom_name"),
            "math": self.node.get("math"),
            "math_property": self.node.get("math_property"),
            "math_hogql": self.node.get("math_hogql"),
            "math_group_type_index": self.node.get("math_group_type_index"),
            "properties": self.node.get("properties") or {},
        }


def series_of(query: JSONObject, name: str = "series") -> list[Series]:
    """All series of a query in order; raises QueryError for a kind that there is not."""
    found = [Series(node, order) for order, node in enumerate(objects(query, name))]
    for each in found:
        kind = each.node.get("kind")
        if kind is not None and kind not in (*EVENT_KINDS, *ACTION_KINDS, "GroupNode"):
            raise QueryError(f"Series of kind {kind} are not supported", attr=name)
    return found


def series_at(query: JSONObject, place: int) -> Series:
    """One series of a query; raises QueryError where it has no such series."""
    series = series_of(query)
    if not 0 <= place < len(series):
        raise QueryError("The query has no such series", attr="series")
    return series[place]


def matches(series: Series, scope: Scope) -> Sql:
    """Whether an event is one the series counts, by its name and its own filters."""
    return sql.all_of([what_matches(series, scope), *filter_conditions(series, scope)])


def filter_conditions(series: Series, scope: Scope) -> list[Sql]:
    """The series' own property filters."""
    given = [series.node.get(name) for name in ("properties", "fixedProperties")]
    return [property_group(each, scope) for each in given if each]


def what_matches(series: Series, scope: Scope) -> Sql:
    """Whether an event is the event or action a series names, whatever its filters."""
    if series.node.get("kind") == "GroupNode":
        inner = [Series(mapping(each, "nodes"), 0) for each in objects(series.node, "nodes")]
        joined = [matches(each, scope) for each in inner]
        operator = str(series.node.get("operator", "OR")).upper()
        return exp.Paren(this=sql.all_of(joined) if operator == "AND" else sql.any_of(joined))
    if series.is_action:
        found = scope.context.actions.get(series.action_id or 0)
        if found is None:
            raise QueryError(f"Action ID {series.action_id} does not exist!", attr="id")
        return action_matches(found, scope)
    if series.event_name is None:
        return exp.true()
    return scope.column("event").eq(sql.text(series.event_name))


def action_matches(action: ActionDefinition, scope: Scope) -> Sql:
    """Whether an event matches any step of an action; an action without steps matches nothing."""
    return exp.Paren(this=sql.any_of(sql.all_of(_step(step, scope)) for step in action.steps))


def _step(step: ActionStep, scope: Scope) -> list[Sql]:
    conditions: list[Sql] = []
    if step.event is not None:
        conditions.append(scope.column("event").eq(sql.text(step.event)))
    if step.url:
        operator = {"exact": "exact", "regex": "regex"}.get(step.url_matching, "icontains")
        filter_: JSONObject = {"key": "$current_url", "value": step.url, "operator": operator}
        conditions.append(property_group([filter_], scope))
    conditions += [property_group([each], scope) for each in step.properties]
    return conditions
