"""What is put into a project: events and people, actions, cohorts."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from ...analytics.model import QueryError
from ...api.call import Answer
from ...store import JSONObject, to_stored, wire
from ..call import ControlCall
from ..problems import invalid


def mock_events_create(call: ControlCall) -> Answer:
    """Take in people, then events."""
    project = call.project
    persons = cast("list[JSONObject]", call.body.get("persons") or [])
    rows = cast("list[JSONObject]", call.body.get("events") or [])
    now = call.services.clock_of(project["id"]).now()
    for place, row in enumerate(rows):
        _check_row(place, row, now)
    made, kept = call.services.refresh.calculator.events.take_in(project, now, persons=persons, rows=rows)
    return Answer({"persons": made, "events": kept}, 201)


def mock_events_retrieve(call: ControlCall) -> Answer:
    """How many events and people a project has, and from when to when."""
    events = call.services.refresh.calculator.events.of(call.project)
    held, bounds = events.counts(), events.bounds()
    first, last = bounds or (None, None)
    return Answer(
        {
            "events": held.events,
            "persons": held.persons,
            "distinct_ids": held.distinct_ids,
            "first": wire(first) if first else None,
            "last": wire(last) if last else None,
        }
    )


def _check_row(place: int, row: JSONObject, now: datetime) -> None:
    from ...analytics.ingest import check_rows

    try:
        check_rows([row], now)
    except QueryError as error:
        name = f".{error.attr}" if error.attr else ""
        raise invalid(f"events[{place}]{name}", error.detail) from None


def mock_actions_create(call: ControlCall) -> Answer:
    """Make an action."""
    project, store = call.project, call.services.store
    made = store.actions.add(
        {
            "id": store.actions.new_id(),
            "project_id": project["id"],
            "name": cast("str", call.body["name"]),
            "steps": cast("list[JSONObject]", call.body["steps"]),
            "created_at": to_stored(call.services.clock_of(project["id"]).now()),
            "deleted": False,
        }
    )
    return Answer({"id": made["id"], "name": made["name"]}, 201)


def mock_cohorts_create(call: ControlCall) -> Answer:
    """Make a static cohort."""
    project, store = call.project, call.services.store
    made = store.cohorts.add(
        {
            "id": store.cohorts.new_id(),
            "project_id": project["id"],
            "name": cast("str", call.body["name"]),
            "distinct_ids": cast("list[str]", call.body["distinct_ids"]),
            "created_at": to_stored(call.services.clock_of(project["id"]).now()),
            "deleted": False,
        }
    )
    return Answer({"id": made["id"], "name": made["name"]}, 201)
