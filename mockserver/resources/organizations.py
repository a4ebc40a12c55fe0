"""Organisations: who belongs to them, what their plan includes, how they look."""

from __future__ import annotations

from typing import Final

from ..errors import api_error
from ..store import JSON, JSONObject, Store, to_wire
from ..store.documents import OrganizationDocument, PersonalApiKeyDocument, ProjectDocument, UserDocument

MEMBER: Final = 1
ADMIN: Final = 8
OWNER: Final = 15
CURRENT: Final = "@current"


def membership_level(store: Store, user_id: int, organization_id: int) -> int | None:
    """1 member, 8 admin, 15 owner; null for someone who does not belong."""
    found = store.memberships.find_one("pair", (user_id, organization_id))
    return found["level"] if found else None


def organizations_of(
    store: Store, user: UserDocument | None, key: PersonalApiKeyDocument | None = None
) -> list[OrganizationDocument]:
    """The organisations of a user, in the order they were made; only those that the key is limited to."""
    if user is None:
        return []
    joined = sorted(member["organization_id"] for member in store.memberships.find("user", user["id"]))
    found = [store.organizations.fetch(organization_id) for organization_id in joined]
    limits = key["scoped_organizations"] if key else []
    return [one for one in found if one is not None and (not limits or one["uuid"] in limits)]


def find_organization(
    store: Store, value: str, user: UserDocument | None, key: PersonalApiKeyDocument | None = None
) -> OrganizationDocument:
    """The organisation that a path names by its UUID or as `@current`.

    Raises `organization_not_found` for an unknown one, for one that the user does not belong to and for
    one beyond the key's limits: PostHog does not tell them apart.
    """
    reachable = organizations_of(store, user, key)
    if value == CURRENT and user is not None:
        current = user["current_organization_id"]
        found = next((one for one in reachable if one["id"] == current), None)
        found = found or (reachable[0] if reachable and current is None else None)
    else:
        found = next((one for one in reachable if one["uuid"] == value.lower()), None)
    if found is None:
        raise api_error("organization_not_found")
    return found


def has_feature(organization: OrganizationDocument, feature: str) -> bool:
    """Whether the organisation's plan includes a feature such as `access_control`."""
    return feature in organization["features"]


def organization_of(store: Store, project: ProjectDocument) -> OrganizationDocument:
    """The organisation that a project belongs to."""
    found = store.organizations.fetch(project["organization_id"])
    if found is None:
        raise api_error("organization_not_found")
    return found


def basic_shape(store: Store, organization: OrganizationDocument, user: UserDocument | None) -> JSONObject:
    """An organisation as it is listed beside a user."""
    return {
        "id": organization["uuid"],
        "name": organization["name"],
        "slug": organization["slug"],
        "logo_media_id": None,
        "membership_level": membership_level(store, user["id"], organization["id"]) if user else None,
        "members_can_use_personal_api_keys": organization["members_can_use_personal_api_keys"],
        "is_active": True,
        "is_not_active_reason": None,
    }


def full_shape(
    store: Store,
    organization: OrganizationDocument,
    user: UserDocument | None,
    teams: list[JSONObject],
    projects: list[JSONObject],
) -> JSONObject:
    """An organisation with its plan and its projects; `teams` are the environments in basic shape."""
    features: list[JSON] = [_feature(name) for name in organization["features"]]
    return {
        "id": organization["uuid"],
        "name": organization["name"],
        "slug": organization["slug"],
        "created_at": to_wire(organization["created_at"]),
        "updated_at": to_wire(organization["updated_at"]),
        "membership_level": membership_level(store, user["id"], organization["id"]) if user else None,
        "teams": list(teams),
        "projects": list(projects),
        "available_product_features": features,
        "member_count": store.memberships.tally("organization", organization["id"]),
        "is_ai_data_processing_approved": organization["is_ai_data_processing_approved"],
        "members_can_use_personal_api_keys": organization["members_can_use_personal_api_keys"],
        "allow_publicly_shared_resources": organization["allow_publicly_shared_resources"],
        **_fixed(),
    }


def _feature(name: str) -> JSONObject:
    return {
        "key": name,
        "name": name.replace("_", " ").capitalize(),
        "description": None,
        "unit": None,
        "limit": None,
        "note": None,
    }


def _fixed() -> JSONObject:
    """What an organisation's answer holds that nothing here decides, with PostHog's defaults."""
    return {
        "logo_media_id": None,
        "plugins_access_level": 3,
        "has_integration": False,
        "is_member_join_email_enabled": True,
        "metadata": {"instance_tag": "none"},
        "customer_id": None,
        "enforce_2fa": None,
        "members_can_invite": True,
        "default_experiment_stats_method": None,
        "default_role_id": None,
        "is_active": True,
        "is_not_active_reason": None,
    }
