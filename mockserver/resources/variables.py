"""Insight variables as the API shows them."""

from __future__ import annotations

from ..store import JSONObject, to_wire
from ..store.documents import VariableDocument
from .context import Context


def variables_of_project(context: Context) -> list[JSONObject]:
    """The project's variables, in the order they were made."""
    found = context.store.variables.find("project", context.project_id)
    return [variable_shape(variable) for variable in sorted(found, key=lambda variable: variable["id"])]


def variable_shape(variable: VariableDocument) -> JSONObject:
    """A variable in the server's key order; its id is its UUID."""
    return {
        "id": variable["uuid"],
        "type": variable["type"],
        "name": variable["name"],
        "default_value": variable["default_value"],
        "created_by": variable["created_by"],
        "created_at": to_wire(variable["created_at"]),
        "code_name": variable["code_name"],
        "values": None if variable["values"] is None else list(variable["values"]),
    }
