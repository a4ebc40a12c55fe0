"""Why a request was refused, in the order in which PostHog checks."""

from __future__ import annotations

from typing import Final

from ..control.journal import Entry
from ..errors import CATALOGUE, HAND_MADE, PLAIN
from ..store import JSON, JSONObject
from .exchange import Exchange

CHECKS: Final = ("fault", "route", "credentials", "project", "scope", "membership", "object and body")

# The errors that each check ends with; what is named nowhere comes from the handler
ENDS: Final = (
    ("route", ("endpoint_not_found", "method_not_allowed", "unsupported_media_type", "request_too_large")),
    (
        "credentials",
        (
            "not_authenticated",
            "api_key_invalid",
            "user_inactive",
            "sharing_token_invalid",
            "sharing_token_read_only",
            "csrf_failed",
            "session_required",
        ),
    ),
    (
        "scope",
        (
            "scope_missing",
            "api_key_not_supported",
            "key_other_project",
            "key_other_organization",
            "key_scoped_projects_only",
            "organization_forbids_keys",
        ),
    ),
    ("project", ("project_not_found",)),
    ("membership", ("not_a_member",)),
)


def explanation(exchange: Exchange, entry: Entry) -> JSONObject:
    """The explanation of a refused request; `checks` say what passed before."""
    name = exchange.notes.get("error")
    ended = _ended(name, entry)
    caller, operation = exchange.caller, exchange.operation
    scopes: list[JSON] | None = list(operation.required_scopes or ()) if operation else None
    key = caller.key
    reached = CHECKS.index(ended)
    checks: list[JSON] = [
        {
            "check": check,
            "passed": None if place > reached else place < reached,
            "note": _note(check, exchange, entry),
        }
        for place, check in enumerate(CHECKS)
    ]
    held: list[JSON] | None = list(key["scopes"]) if key else None
    teams: list[JSON] | None = list(key["scoped_teams"]) if key else None
    return {
        "request_id": entry.request_id,
        "status": entry.status,
        "operation_id": entry.operation_id,
        "error": name if name in CATALOGUE or name in HAND_MADE or name in PLAIN else None,
        "summary": _summary(ended, exchange, entry),
        "answer": entry.error,
        "caller": {
            "via": caller.via,
            "user_id": caller.user["id"] if caller.user else None,
            "scopes": held,
            "scoped_teams": teams,
        },
        "required_scopes": scopes,
        "project_id": entry.project_id,
        "checks": checks,
        "request": entry.shape(),
    }


def _ended(name: str | None, entry: Entry) -> str:
    if entry.faults:
        return "fault"
    return next((check for check, names in ENDS if name in names), "object and body")


def _note(check: str, exchange: Exchange, entry: Entry) -> str:
    operation, caller = exchange.operation, exchange.caller
    if check == "fault":
        return f"rule {', '.join(map(str, entry.faults))} fired" if entry.faults else "no fault rule fired"
    if check == "route":
        return operation.operation_id if operation else f"the contract has no {entry.method} {entry.path}"
    if check == "credentials":
        return f"called by {caller.via}"
    if check == "scope":
        wanted = operation.required_scopes if operation else None
        return f"needs {', '.join(wanted)}" if wanted else "the operation names no scope"
    if check in ("project", "membership"):
        return f"project {entry.project_id}" if entry.project_id is not None else "no project"
    return "what the handler found"


def _summary(ended: str, exchange: Exchange, entry: Entry) -> str:
    detail = entry.error.get("detail") if isinstance(entry.error, dict) else None
    return f"Refused with {entry.status} at the check of {ended}: {detail or _note(ended, exchange, entry)}"
