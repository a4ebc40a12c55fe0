"""What a personal API key may do: its scopes, and the projects and organisations it is limited to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from ..errors import api_error
from ..store import Store
from ..store.documents import OrganizationDocument, PersonalApiKeyDocument, ProjectDocument

EVERYTHING: Final = "*"


def has_scope(granted: Iterable[str], required: str) -> bool:
    """Whether `granted` covers `required`, such as `insight:read`.

    Write includes read; `*` covers every scope. An action without a scope is not asked about here.
    """
    held = frozenset(granted)
    if EVERYTHING in held or required in held:
        return True
    thing, _, action = required.partition(":")
    return action == "read" and f"{thing}:write" in held


def check_scopes(key: PersonalApiKeyDocument, required: Sequence[str]) -> None:
    """Raise `scope_missing`, naming the first of `required` that the key lacks."""
    for scope in required:
        if not has_scope(key["scopes"], scope):
            raise api_error("scope_missing", scope=scope)


def check_limits(
    store: Store,
    key: PersonalApiKeyDocument,
    project: ProjectDocument | None = None,
    organization: OrganizationDocument | None = None,
) -> None:
    """Hold a key against its limits, for a call on a project, on an organisation, or on neither.

    Raises `key_other_project`, `key_other_organization`, `key_scoped_projects_only` (a key limited to
    projects on a route that names none) or `organization_forbids_keys`. What may be read with any key
    (`/api/users/@me`) is not checked at all.
    """
    if key["scoped_teams"]:
        if project is None:
            raise api_error("key_scoped_projects_only")
        if project["id"] not in key["scoped_teams"]:
            raise api_error("key_other_project", id=project["id"])
    owner = store.organizations.fetch(project["organization_id"]) if project else organization
    if owner is None:
        return
    if key["scoped_organizations"] and owner["uuid"] not in key["scoped_organizations"]:
        raise api_error("key_other_organization", id=owner["uuid"])
    if not owner["members_can_use_personal_api_keys"]:
        raise api_error("organization_forbids_keys", name=owner["name"])
