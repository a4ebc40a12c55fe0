"""Projects: found by what a path says, held against membership, and shown."""

from __future__ import annotations

from ..errors import api_error
from ..store import JSONObject, Store, to_wire
from ..store.documents import (
    OrganizationDocument,
    PersonalApiKeyDocument,
    ProjectDocument,
    UserDocument,
)
from .organizations import ADMIN, CURRENT, membership_level, organizations_of


def find_project(store: Store, value: str, user: UserDocument | None) -> ProjectDocument:
    """The project that a path names by its id or as `@current`, for a user who belongs to it.

    Raises `project_not_found` for one that does not exist or is not a number, and `not_a_member`.
    """
    project = any_project(store, value, user)
    if user is None or membership_level(store, user["id"], project["organization_id"]) is None:
        raise api_error("not_a_member")
    return project


def any_project(store: Store, value: str, user: UserDocument | None = None) -> ProjectDocument:
    """The project that a path names, whoever asks; raises `project_not_found`."""
    project_id = current_project_id(store, user) if value == CURRENT else _number(value)
    project = store.projects.fetch(project_id) if project_id is not None else None
    if project is None:
        raise api_error("project_not_found")
    return project


def _number(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None


def current_project_id(store: Store, user: UserDocument | None) -> int | None:
    """The project that `@current` stands for: the chosen one, or the user's first."""
    if user is None:
        return None
    chosen = user["current_project_id"]
    if chosen is not None and store.projects.fetch(chosen) is not None:
        return chosen
    reachable = list_projects(store, user)
    return reachable[0]["id"] if reachable else None


def list_projects(
    store: Store,
    user: UserDocument | None,
    key: PersonalApiKeyDocument | None = None,
    organization: OrganizationDocument | None = None,
) -> list[ProjectDocument]:
    """The projects of a user by id, those beyond the key's limits left out; of one organisation if given."""
    owners = [organization] if organization else organizations_of(store, user, key)
    found = [project for owner in owners for project in store.projects.find("organization", owner["id"])]
    limits = key["scoped_teams"] if key else []
    return sorted(
        (project for project in found if not limits or project["id"] in limits),
        key=lambda project: project["id"],
    )


def _onboarding(project: ProjectDocument) -> JSONObject:
    return {"product_analytics": True} if project["ingested_event"] else {}


def basic_shape(store: Store, project: ProjectDocument) -> JSONObject:
    """A project as lists show it."""
    owner = store.organizations.fetch(project["organization_id"])
    return {
        "id": project["id"],
        "uuid": project["uuid"],
        "organization": owner["uuid"] if owner else None,
        "project_id": project["id"],
        "api_token": project["api_token"],
        "name": project["name"],
        "completed_snippet_onboarding": project["ingested_event"],
        "has_completed_onboarding_for": _onboarding(project),
        "ingested_event": project["ingested_event"],
        "is_demo": project["is_demo"],
        "timezone": project["timezone"],
        "access_control": False,
    }


def listed_shape(store: Store, project: ProjectDocument) -> JSONObject:
    """A project as an organisation's `projects` names it."""
    owner = store.organizations.fetch(project["organization_id"])
    return {
        "id": project["id"],
        "organization_id": owner["uuid"] if owner else None,
        "name": project["name"],
    }


def full_shape(store: Store, project: ProjectDocument, user: UserDocument | None) -> JSONObject:
    """A project with its settings, as a caller of this rank sees it."""
    level = membership_level(store, user["id"], project["organization_id"]) if user else None
    return {
        **basic_shape(store, project),
        "created_at": to_wire(project["created_at"]),
        "updated_at": to_wire(project["updated_at"]),
        "test_account_filters": list(project["test_account_filters"]),
        "week_start_day": project["week_start_day"],
        "effective_membership_level": level,
        "user_access_level": "admin" if level is not None and level >= ADMIN else "member",
        **_settings(),
    }


def _settings() -> JSONObject:
    """The settings of a project that nothing here decides, with PostHog's defaults."""
    return {
        "product_description": None,
        "app_urls": [],
        "slack_incoming_webhook": None,
        "anonymize_ips": False,
        "test_account_filters_default_checked": None,
        "path_cleaning_filters": None,
        "data_attributes": ["data-attr"],
        "person_display_name_properties": None,
        "correlation_config": None,
        "autocapture_opt_out": None,
        "autocapture_exceptions_opt_in": None,
        "autocapture_exceptions_errors_to_ignore": None,
        "autocapture_web_vitals_opt_in": None,
        "autocapture_web_vitals_allowed_metrics": None,
        "capture_console_log_opt_in": None,
        "capture_dead_clicks": None,
        "capture_performance_opt_in": None,
        "session_recording_opt_in": False,
        "session_recording_sample_rate": None,
        "session_recording_minimum_duration_milliseconds": None,
        "session_recording_linked_flag": None,
        "session_recording_network_payload_capture_config": None,
        "session_recording_masking_config": None,
        "session_recording_url_trigger_config": None,
        "session_recording_url_blocklist_config": None,
        "session_recording_event_trigger_config": None,
        "session_recording_trigger_match_type_config": None,
        "session_recording_retention_period": "30d",
        "session_replay_config": None,
        "survey_config": None,
        "primary_dashboard": None,
        "live_events_columns": None,
        "recording_domains": [],
        "inject_web_apps": None,
        "extra_settings": None,
        "modifiers": None,
        "default_modifiers": {},
        "surveys_opt_in": None,
        "heatmaps_opt_in": None,
        "flags_persistence_default": None,
        "feature_flag_confirmation_enabled": None,
        "feature_flag_confirmation_message": None,
        "secret_api_token": None,
        "secret_api_token_backup": None,
        "receive_org_level_activity_logs": None,
        "business_model": None,
        "live_events_token": None,
        "product_intents": [],
        "has_group_types": False,
        "group_types": [],
        "access_control": False,
    }
