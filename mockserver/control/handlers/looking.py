"""Looking at the fake from inside: readings of its API, forecasts, conformance, operations, advice."""

from __future__ import annotations

from typing import cast

from ...api.call import Answer
from ...store import JSON
from ..call import ControlCall, find_project
from ..conformance import conformance
from ..forecast import forecast, freshness_by_insight
from ..journal import Entry
from ..problems import Problem, invalid
from ..reading import read_api
from ..seeds import seed_document
from .refresh import named_insight


def mock_operations_list(call: ControlCall) -> Answer:
    """The operations of the contract."""
    listed: list[JSON] = [*call.control.contract.operations()]
    return Answer(listed)


def mock_projects_read(call: ControlCall) -> Answer:
    """Read PostHog's API from inside."""
    operation_id = cast("str", call.body["operation_id"])
    if not call.control.contract.is_read(operation_id):
        raise invalid("operation_id", f"The contract has no operation {operation_id!r} that reads JSON.")
    reading = read_api(
        call.services,
        call.project,
        operation_id,
        path=cast("dict[str, str]", call.body.get("path") or {}),
        query=cast("dict[str, str]", call.body.get("query") or {}),
        base_url=call.base_url,
    )
    body: dict[str, object] = {"status": reading.status, "body": reading.body}
    return Answer(body)


def mock_freshness_list(call: ControlCall) -> Answer:
    """How old the results of a project are."""
    listed: list[JSON] = [*freshness_by_insight(call.services, call.project)]
    return Answer(listed)


def mock_forecast_retrieve(call: ControlCall) -> Answer:
    """What the next refresh of an insight will do."""
    return Answer(forecast(call.services, call.project, named_insight(call)))


def mock_conformance_retrieve(call: ControlCall) -> Answer:
    """Every object held against the contract."""
    project_id = call.asked_project_id or cast("int", seed_document(call.services.store)["project_id"])
    project = find_project(call.services, project_id)
    return Answer(conformance(call.services, call.control.contract, project))


def mock_requests_advice(call: ControlCall) -> Answer:
    """Why a request failed, and what would work."""
    key = cast("str", seed_document(call.services.store)["api_key"])
    return Answer(call.control.contract.advice(_entry(call), call.base_url, key))


def mock_requests_response(call: ControlCall) -> Answer:
    """What a request was answered."""
    entry = _entry(call)
    found = call.control.responses.find(entry)
    if found is None:
        raise Problem("unknown_response", f"The answer to request {entry.id} is not kept.", field="entry_id")
    return Answer({"entry_id": entry.id, "status": entry.status, **found.shape()})


def _entry(call: ControlCall) -> Entry:
    wanted = call.number("entry_id")
    found = next((each for each in call.control.journal.entries() if each.id == wanted), None)
    if found is None:
        raise Problem("unknown_request", f"The journal has no entry {wanted}.", field="entry_id")
    return found
