"""Accounts: signing in, and what a user sees of their own."""

from __future__ import annotations

from ..errors import api_error
from ..store import JSON, JSONObject, Store, to_wire
from ..store.documents import PersonalApiKeyDocument, UserDocument
from . import organizations, projects
from .passwords import verify_password


def check_login(store: Store, email: str, password: str) -> UserDocument:
    """The user whose email and password these are; raises `login_invalid`, whichever of them is wrong.

    The email's case does not count. An unknown email takes as long as a wrong password.
    """
    user = store.users.find_one("email", email) or store.users.find_one("email", email.lower())
    right = verify_password(user["password_hash"] if user else None, password)
    if user is None or not right or not user["is_active"]:
        raise api_error("login_invalid")
    return user


def me_shape(store: Store, user: UserDocument, key: PersonalApiKeyDocument | None = None) -> JSONObject:
    """The signed-in user as `users/@me` answers, with their current project and organisation."""
    project_id = projects.current_project_id(store, user)
    project = store.projects.fetch(project_id) if project_id is not None else None
    reachable = organizations.organizations_of(store, user, key)
    current = next((one for one in reachable if one["id"] == user["current_organization_id"]), None)
    if current is None and project is not None:
        current = next((one for one in reachable if one["id"] == project["organization_id"]), None)
    listed: list[JSON] = [organizations.basic_shape(store, one, user) for one in reachable]
    return {
        "date_joined": to_wire(user["date_joined"]),
        "uuid": user["uuid"],
        "distinct_id": user["distinct_id"],
        "first_name": user["first_name"],
        "last_name": user["last_name"],
        "email": user["email"],
        "is_email_verified": user["is_email_verified"],
        "notification_settings": _notifications(),
        "has_password": user["password_hash"] is not None,
        "id": user["id"],
        "is_staff": user["is_staff"],
        "team": projects.basic_shape(store, project) if project else None,
        "organization": organization_shape(store, current["uuid"], user, key) if current else None,
        "organizations": listed,
        "hedgehog_config": user["hedgehog_config"],
        "role_at_organization": user["role_at_organization"],
        **_fixed(),
    }


def organization_shape(
    store: Store, value: str, user: UserDocument | None, key: PersonalApiKeyDocument | None = None
) -> JSONObject:
    """An organisation in full, with the projects that the caller may see; raises as finding it does."""
    found = organizations.find_organization(store, value, user, key)
    owned = projects.list_projects(store, user, key, found)
    return organizations.full_shape(
        store,
        found,
        user,
        [projects.basic_shape(store, project) for project in owned],
        [projects.listed_shape(store, project) for project in owned],
    )


def _notifications() -> JSONObject:
    return {
        "plugin_disabled": True,
        "error_tracking_issue_assigned": True,
        "discussions_mentioned": True,
        "all_weekly_digest_disabled": False,
        "project_weekly_digest_disabled": {},
    }


def _fixed() -> JSONObject:
    """What `users/@me` holds that nothing here decides, with PostHog's defaults."""
    return {
        "pending_email": None,
        "anonymize_data": False,
        "toolbar_mode": "toolbar",
        "is_impersonated": False,
        "is_impersonated_until": None,
        "is_impersonated_read_only": None,
        "sensitive_session_expires_at": None,
        "events_column_config": {"active": "DEFAULT"},
        "is_2fa_enabled": False,
        "has_social_auth": False,
        "has_sso_enforcement": False,
        "has_seen_product_intro_for": {},
        "scene_personalisation": [],
        "theme_mode": None,
        "shortcut_position": None,
        "passkeys_enabled_for_2fa": None,
        "ui_configuration": {},
        "pending_invites": [],
        "is_organization_first_user": None,
        "allow_sidebar_suggestions": None,
        "allow_impersonation": None,
    }
