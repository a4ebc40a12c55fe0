"""Small event stores and contexts for tests, written so that a case reads like the story it tells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from mockserver.analytics.clickhouse.store import ClickHouseEvents
from mockserver.analytics.engine import run_query
from mockserver.analytics.events import EventStore
from mockserver.analytics.interface import Events
from mockserver.analytics.model import (
    ActionDefinition,
    ActionStep,
    CohortDefinition,
    QueryContext,
    QueryResult,
)

NOW = datetime(2026, 1, 14, 12, 0, tzinfo=UTC)


def moment(text: object) -> datetime:
    """`2026-01-05 10:00` or a date, in UTC."""
    if isinstance(text, datetime):
        return text.replace(tzinfo=UTC) if text.tzinfo is None else text
    return datetime.fromisoformat(str(text)).replace(tzinfo=UTC)


def captured(rows: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    """`[who, event, when, properties?]` as the capture endpoints would receive it."""
    made = []
    for who, event, when, *rest in rows:
        properties = dict(rest[0]) if rest else {}
        made.append(
            {
                "distinct_id": str(who),
                "event": event,
                "timestamp": moment(when).isoformat(),
                "properties": properties,
            }
        )
    return made


def store_of(
    rows: Iterable[Sequence[Any]], persons: Mapping[str, Mapping[str, Any]] | None = None
) -> EventStore:
    """A store of these events; `persons` gives properties and `created_at` of people by distinct id."""
    store = EventStore()
    fill(store, rows, persons)
    return store


def fill(
    store: Events, rows: Iterable[Sequence[Any]], persons: Mapping[str, Mapping[str, Any]] | None = None
) -> None:
    """Put these events and people into an empty store."""
    people = dict(persons or {})
    for who, given in people.items():
        values = dict(given)
        created = values.pop("created_at", "2025-12-01")
        ids = values.pop("distinct_ids", [])
        first = {"distinct_id": who, "event": "$set", "timestamp": moment(created).isoformat()}
        store.ingest([{**first, "properties": {"$set": values}}], NOW)
        for each in ids:
            alias = {"alias": each}
            row = {"distinct_id": who, "event": "$create_alias", "timestamp": moment(created).isoformat()}
            store.ingest([{**row, "properties": alias}], NOW)
    if people:
        forget_events(store)
    listed = captured(rows)
    if listed:
        store.ingest(listed, NOW)


def forget_events(store: Events) -> None:
    """Keep the people only."""
    if isinstance(store, ClickHouseEvents):
        store.client.run(f"TRUNCATE TABLE {store.tables['events']}")
    if isinstance(store, EventStore):
        with store.change() as connection:
            connection.execute("DELETE FROM events")


def context_of(
    now: object = NOW,
    timezone: str = "UTC",
    week_start_day: int = 0,
    actions: Mapping[int, Mapping[str, Any]] | None = None,
    cohorts: Mapping[int, Mapping[str, Any]] | None = None,
    **more: Any,
) -> QueryContext:
    """A context with everything at its plainest."""
    return QueryContext(
        project_id=1,
        timezone=timezone,
        week_start_day=week_start_day,
        now=moment(now),
        actions={
            int(key): ActionDefinition(
                each["name"],
                tuple(
                    ActionStep(
                        event=step.get("event"),
                        properties=tuple(step.get("properties", ())),
                        url=step.get("url"),
                        url_matching=step.get("url_matching", "contains"),
                    )
                    for step in each["steps"]
                ),
            )
            for key, each in (actions or {}).items()
        },
        cohorts={
            int(key): CohortDefinition(
                each["name"], tuple(each.get("distinct_ids", ())), properties=each.get("properties")
            )
            for key, each in (cohorts or {}).items()
        },
        **more,
    )


def ask(store: Events, query: Mapping[str, Any], context: QueryContext | None = None) -> QueryResult:
    """Run a query."""
    return run_query(query, store, context or context_of())


def node(event: str | None, **more: Any) -> dict[str, Any]:
    """A series on an event."""
    return {"kind": "EventsNode", "event": event, **more}
