"""Fault rules."""

from __future__ import annotations

from typing import cast

from ...api.call import Answer
from ...store import JSON, JSONObject
from ..call import ControlCall, find_project
from ..faults import check_effect, fault_shape
from ..problems import invalid


def mock_faults_list(call: ControlCall) -> Answer:
    """The rules, in the order in which they are tried."""
    listed: list[JSON] = [fault_shape(rule) for rule in call.control.faults.rules(call.asked_project_id)]
    return Answer(listed)


def mock_faults_create(call: ControlCall) -> Answer:
    """Add a rule."""
    match = cast("JSONObject", call.body.get("match") or {})
    project_id = match.get("project_id")
    if isinstance(project_id, int):
        find_project(call.services, project_id, field="match.project_id")
    operation_id = match.get("operation_id")
    if operation_id is not None and operation_id not in call.control.operations:
        raise invalid("match.operation_id", f"The contract has no operation {operation_id!r}.")
    check_effect(cast("JSONObject", call.body["effect"]), call.control.violations)
    made = call.control.faults.add(call.body, call.services.clock.now())
    return Answer(fault_shape(made), 201)


def mock_faults_clear(call: ControlCall) -> Answer:
    """Remove the rules."""
    call.control.faults.clear(call.asked_project_id)
    return Answer(None, 204)


def mock_faults_retrieve(call: ControlCall) -> Answer:
    """One rule."""
    return Answer(fault_shape(call.control.faults.rule(call.number("fault_id"))))


def mock_faults_destroy(call: ControlCall) -> Answer:
    """Remove a rule."""
    call.control.faults.remove(call.number("fault_id"))
    return Answer(None, 204)


def mock_contract_faults_list(call: ControlCall) -> Answer:
    """The named contract violations."""
    listed: list[JSON] = [
        {"name": each.name, "group": each.group, "description": each.description, "rule": each.rule}
        for each in call.control.violations().values()
    ]
    return Answer(listed)
