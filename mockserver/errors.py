"""The vendor's errors as data, and the exceptions that carry them.

ApiError            an answer in PostHog's envelope `{type, code, detail, attr}`
StartError          the server can't start; one line for a person, exit status 2

PostHog answers every error raised through its framework in that envelope (drf-exceptions-hog); only the
first problem is reported. `CATALOGUE` names each error once; handlers raise by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final


class StartError(Exception):
    """The server can't start, for the reason it says."""


@dataclass(frozen=True, slots=True)
class ErrorKind:
    """One row of the catalogue: how an error looks on the wire. `detail` and `attr` are templates."""

    status: int
    type: str
    code: str
    detail: str
    attr: str | None = None


class ApiError(Exception):
    """An error answer; `body` is the envelope, or a hand-made object where PostHog uses none.

    `body` is None for an empty answer, or where `text` is sent, as PostHog's capture service does.
    """

    def __init__(
        self,
        status: int,
        body: Mapping[str, object] | None,
        *,
        headers: Mapping[str, str] | None = None,
        name: str = "",
        text: str | None = None,
    ) -> None:
        super().__init__(text or (body["detail"] if body and "detail" in body else name))
        self.status = status
        self.body = body
        self.text = text
        self.headers: Mapping[str, str] = headers or {}
        self.name = name


@dataclass(frozen=True, slots=True)
class HandMade:
    """An error that PostHog answers outside its envelope: a body of its own, or none."""

    status: int
    body: Mapping[str, str] | None = field(default=None)


def _validation(detail: str, attr: str | None = None, code: str = "invalid_input") -> ErrorKind:
    return ErrorKind(400, "validation_error", code, detail, attr)


def _denied(detail: str) -> ErrorKind:
    return ErrorKind(403, "authentication_error", "permission_denied", detail)


def _failed(detail: str) -> ErrorKind:
    return ErrorKind(401, "authentication_error", "authentication_failed", detail)


def _missing(detail: str) -> ErrorKind:
    return ErrorKind(404, "invalid_request", "not_found", detail)


CATALOGUE: Final[Mapping[str, ErrorKind]] = MappingProxyType(
    {
        # Requests that can't be read
        "not_found": _missing("Not found."),
        "endpoint_not_found": _missing("Endpoint not found."),
        "malformed_json": ErrorKind(400, "invalid_request", "parse_error", "JSON parse error - {reason}"),
        "method_not_allowed": ErrorKind(
            405, "invalid_request", "method_not_allowed", 'Method "{method}" not allowed.'
        ),
        "unsupported_media_type": ErrorKind(
            415,
            "invalid_request",
            "unsupported_media_type",
            'Unsupported media type "{media_type}" in request.',
        ),
        "throttled": ErrorKind(
            429,
            "throttled_error",
            "throttled",
            "Request was throttled. Expected available in {seconds} second{plural}.",
        ),
        "server_error": ErrorKind(500, "server_error", "error", "A server error occurred."),
        "request_too_large": ErrorKind(
            413, "server_error", "request_too_large", "The request body is larger than {limit} bytes."
        ),
        # Values
        "query_not_object": _validation("Query must be a valid JSON object", "query"),
        "query_invalid": ErrorKind(400, "invalid_request", "parse_error", "{reason}"),
        "query_required": _validation(
            "Creating an insight needs a query. See https://posthog.com/docs/api/insights", "query"
        ),
        "query_emptied": _validation(
            "An insight needs a query. Leave `query` out to keep the stored one.", "query"
        ),
        "query_failed": _validation("{reason}", None, "{code}"),
        "invalid_value": _validation("{reason}", "{field}", "{code}"),
        "not_a_list": _validation('Expected a list of items but got type "{kind}".', "{field}", "not_a_list"),
        "search_too_long": _validation("Search query must be 200 characters or fewer.", "search"),
        "invalid_json_parameter": _validation("Invalid JSON passed in {field} parameter", "{field}"),
        "invalid_parameter": _validation("{reason}", "{field}"),
        "invalid_order_field": _validation("Cannot order by unknown field '{value}'.", "order"),
        "invalid_page": _validation("{reason}", "{field}"),
        "dashboard_missing_docs": _validation(
            'Invalid pk "{id}" - object does not exist.', "dashboards", "does_not_exist"
        ),
        "dashboard_missing_current": _validation("Dashboard not found: {id}", "dashboards"),
        "dashboard_two_sources": _validation("`use_dashboard` and `use_template` cannot be used together"),
        "dashboard_template_invalid": _validation("Invalid template provided: {template}", "use_template"),
        "dashboard_copy_invalid": _validation("Invalid value provided", "use_dashboard"),
        "dashboard_filters_invalid": _validation("Filters must be a dictionary"),
        "insight_ids_docs": _validation("Must be a non-empty list of insight IDs", "insight_ids"),
        "client_query_id_required": _validation("Field is required.", "client_query_id"),
        "trending_numbers": _validation("days and limit must be valid integers"),
        "unsupported_query_kind": _validation("Unsupported query kind: {kind}"),
        "sharing_settings_invalid": _validation("Invalid settings format", "settings"),
        "share_password_short": _validation("Password must be at least 8 characters long.", "raw_password"),
        "too_many_api_keys": _validation(
            "You can only have {limit} personal API keys. Remove an existing key before creating a new one."
        ),
        "login_invalid": _validation(
            "Invalid email or password. Please try again.", None, "invalid_credentials"
        ),
        # Credentials
        "not_authenticated": ErrorKind(
            401,
            "authentication_error",
            "not_authenticated",
            "Authentication credentials were not provided.",
        ),
        "api_key_invalid": _failed("Personal API key found in request {source} is invalid."),
        "user_inactive": _failed("User inactive or deleted."),
        "sharing_token_invalid": ErrorKind(
            403, "authentication_error", "authentication_failed", "Sharing access token is invalid."
        ),
        "sharing_token_read_only": ErrorKind(
            403,
            "authentication_error",
            "authentication_failed",
            "Sharing access token can only be used for GET requests.",
        ),
        "csrf_failed": _denied("CSRF Failed: {reason}"),
        # Permissions
        "scope_missing": _denied("API key missing required scope '{scope}'"),
        "api_key_not_supported": _denied("This action does not support personal API key access"),
        "session_required": _denied("This action requires authentication via session."),
        "legacy_filters_refused": _denied(
            "Creating or updating insights with legacy filters is not available for this user."
        ),
        "not_a_member": _denied("You don't have access to the project."),
        "key_other_project": _denied("API key does not have access to the requested project: ID {id}."),
        "key_other_organization": _denied(
            "API key does not have access to the requested organization: ID {id}."
        ),
        "key_scoped_projects_only": _denied(
            "API keys with scoped projects are only supported on project-based endpoints."
        ),
        "organization_forbids_keys": _denied(
            "Organization '{name}' does not allow using personal API keys. "
            "Contact an admin to enable personal API keys for this organization."
        ),
        "insight_restricted": _denied(
            "This insight is on a dashboard that can only be edited by its owner, team members invited to "
            "editing the dashboard, and project admins."
        ),
        "no_editor_access": _denied("You do not have editor access to this resource."),
        "dashboard_add_denied": _denied("You don't have permission to add insights to dashboard: {id}"),
        "dashboard_remove_denied": _denied(
            "You don't have permission to remove insights from dashboard: {id}"
        ),
        "dashboard_edit_denied": _denied("You don't have edit permissions for this dashboard."),
        "dashboard_restrict_denied": _denied(
            "Only the dashboard owner and project admins have the restriction rights required to change the "
            "dashboard's restriction level."
        ),
        "sharing_edit_denied": _denied("You don't have edit permissions for this {kind}."),
        "sharing_disabled": _denied("Public sharing is disabled for this organization."),
        "admin_required": _denied("You must be a project admin to do this."),
        "ai_consent_required": _denied("AI data processing must be approved by your organization"),
        # Things that are not there
        "project_not_found": _missing("Project not found."),
        "organization_not_found": _missing("Organization not found."),
        "insight_not_found": _missing("Insight not found."),
        "dashboard_not_found": _missing("Dashboard not found."),
        "share_password_not_found": _missing("Password not found"),
        "query_status_not_found": _missing("Query {id} not found for team {project_id}"),
        # Queries
        "query_timeout": ErrorKind(
            504, "server_error", "estimated_query_execution_time_too_long", "{reason}"
        ),
        "concurrency_limit": ErrorKind(429, "throttled_error", "concurrency_limit_exceeded", "{reason}"),
    }
)

HAND_MADE: Final[Mapping[str, HandMade]] = MappingProxyType(
    {
        "empty_not_found": HandMade(404),
        "delete_not_allowed": HandMade(405),
        "share_password_not_enabled": HandMade(
            400, {"error": "Password protection must be enabled before creating passwords"}
        ),
        "share_password_feature_docs": HandMade(
            403, {"error": "Password management requires the Advanced Permissions feature"}
        ),
        "share_password_feature_current": HandMade(
            403, {"error": "Password management requires the Access Control feature"}
        ),
        "password_required_feature_docs": HandMade(
            403, {"error": "Sharing with password requires the Advanced Permissions feature"}
        ),
        "password_required_feature_current": HandMade(
            403, {"error": "Sharing with password requires the Access Control feature"}
        ),
        "share_password_wrong": HandMade(401, {"error": "Incorrect password"}),
        "share_password_throttled": HandMade(
            429, {"error": "Too many attempts on this link. Wait a minute and try again."}
        ),
    }
)

# What PostHog's capture service answers, which is a program of its own: a status and a line of text.
PLAIN: Final[Mapping[str, tuple[int, str]]] = MappingProxyType(
    {
        "capture_undecodable": (400, "failed to decode request: {reason}"),
        "capture_unparsable": (400, "failed to parse request: {reason}"),
        "capture_empty": (400, "request holds no event"),
        "capture_without_name": (400, "event submitted with an empty event name"),
        "capture_without_distinct_id": (400, "event submitted without a distinct_id"),
        "capture_without_token": (401, "event submitted without an api_key"),
        "capture_many_tokens": (401, "batch submitted with inconsistent api_key values"),
        "capture_unknown_token": (401, "api_key does not resolve to a known project"),
        "capture_too_large": (413, "maximum event size exceeded: {size} bytes"),
    }
)


def api_error(
    name: str,
    /,
    *,
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
    extra: Mapping[str, object] | None = None,
    **values: object,
) -> ApiError:
    """The error called `name`, its templates filled in with `values`.

    `status` overrides the row's status (PostHog answers 403 for 401 where sharing tokens are accepted);
    `extra` adds keys to the envelope. Raises KeyError for a name that the catalogue does not have.
    """
    made = HAND_MADE.get(name)
    if made is not None:
        return ApiError(status or made.status, made.body, headers=headers, name=name)
    if name in PLAIN:
        number, text = PLAIN[name]
        return ApiError(status or number, None, headers=headers, name=name, text=text.format(**values))
    kind = CATALOGUE[name]
    body: dict[str, object] = {
        "type": kind.type,
        "code": kind.code.format(**values),
        "detail": kind.detail.format(**values),
        "attr": kind.attr.format(**values) if kind.attr else None,
    }
    body.update(extra or {})
    return ApiError(status or kind.status, body, headers=headers, name=name)
