"""Runs queries over each project's events."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from ..store import JSON, JSONObject, Store
from ..store.documents import ProjectDocument
from .event_shelf import EventShelf

if TYPE_CHECKING:
    from ..analytics.interface import Events
    from ..analytics.model import QueryContext, QueryResult, RefreshFacts


class Calculator:
    """Runs over the event stores of all projects."""

    def __init__(self, store: Store, events: EventShelf) -> None:
        self._store = store
        self.events = events

    def events_of(self, project: ProjectDocument) -> Events:
        """The project's events, made from its fixture the first time."""
        return self.events.of(project)

    def close(self) -> None:
        """Let go of all events."""
        self.events.close()

    def run(
        self, source: JSONObject, project: ProjectDocument, now: datetime, variables: JSONObject | None = None
    ) -> QueryResult:
        """Compute one query as of `now`, letting go of the store's lock; raises QueryError."""
        from ..analytics.engine import run_query

        context = self.context(project, now, variables)
        with self._store.unlocked():
            return run_query(source, self.events_of(project), context)

    def facts(self, source: JSONObject, project: ProjectDocument, now: datetime) -> RefreshFacts:
        """What decides how soon the query's result is old."""
        from ..analytics.engine import refresh_facts

        return refresh_facts(source, self.context(project, now, None))

    def context(self, project: ProjectDocument, now: datetime, variables: JSONObject | None) -> QueryContext:
        """What the query runners know of the project."""
        from ..analytics.model import ActionDefinition, ActionStep, CohortDefinition, QueryContext

        project_id = project["id"]
        values: dict[str, JSON] = {
            variable["code_name"]: variable["default_value"]
            for variable in self._store.variables.find("project", project_id)
        }
        values.update(variables or {})
        return QueryContext(
            project_id=project_id,
            timezone=project["timezone"],
            week_start_day=project["week_start_day"],
            now=now,
            test_account_filters=tuple(project["test_account_filters"]),
            actions={
                action["id"]: ActionDefinition(
                    action["name"], tuple(ActionStep(**_step(step)) for step in action["steps"])
                )
                for action in self._store.actions.find("project", project_id)
                if not action["deleted"]
            },
            cohorts={
                cohort["id"]: CohortDefinition(cohort["name"], tuple(cohort["distinct_ids"]))
                for cohort in self._store.cohorts.find("project", project_id)
                if not cohort["deleted"]
            },
            variables=values,
        )


def _step(step: JSONObject) -> dict[str, Any]:
    return {
        "event": step.get("event"),
        "properties": tuple(cast("list[JSONObject]", step.get("properties") or [])),
        "url": step.get("url"),
        "url_matching": step.get("url_matching") or "contains",
    }
