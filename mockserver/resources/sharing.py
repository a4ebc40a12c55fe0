"""How an insight or dashboard is shared: its configuration, its token, and who it lets in.

Nothing is stored until the first change. A token that was replaced works for another 300 seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from ..errors import api_error
from ..profiles import Profile
from ..randomness import Randomness
from ..store import JSON, JSONObject, Store, from_stored, to_stored, to_wire
from ..store.documents import OrganizationDocument, PreviousToken, SharingDocument
from .context import Context
from .organizations import has_feature
from .share_passwords import (
    active_passwords,
    create_password,
    created_shape,
    delete_password,
    password_shape,
    renew_passwords,
)
from .share_settings import read_settings
from .share_targets import ShareTarget, check_target_edit, target_access_level
from .share_tokens import opens, read_share_token
from .sharing_activity import log_sharing_switched, log_token_refreshed

GRACE: Final = timedelta(seconds=300)


def find_sharing(store: Store, target: ShareTarget) -> SharingDocument | None:
    """The stored configuration; None where sharing was never touched."""
    return store.sharing.find_one(target.kind, target.id)


def configuration(context: Context, target: ShareTarget) -> JSONObject:
    """The configuration as the API shows it.

    Where nothing is stored the token is another one at each look: PostHog makes it up and forgets it.
    """
    sharing = find_sharing(context.store, target)
    passwords = active_passwords(context.store, sharing) if sharing else []
    shown: list[JSON] = [password_shape(context.store, password) for password in passwords]
    shape: JSONObject = {
        "created_at": to_wire(sharing["created_at"]) if sharing else None,
        "enabled": sharing["enabled"] if sharing else False,
        "access_token": sharing["access_token"] if sharing else _passing_token(context, target),
        "settings": sharing["settings"] if sharing else None,
        "password_required": sharing["password_required"] if sharing else False,
        "share_passwords": shown,
    }
    if context.profile.sharing_has_access_level:
        shape["user_access_level"] = target_access_level(context, target)
    return shape


def _passing_token(context: Context, target: ShareTarget) -> str:
    # a counter beside the time, since the clock may stand still
    turn = context.store.meta.new_id()
    return context.random.stream(f"sharing/{target.kind}/{target.id}/{context.stored_now}/{turn}").token()


def _token(random: Randomness, sharing_id: int, rotation: int) -> str:
    return random.stream(f"sharing/{sharing_id}/token/{rotation}").token()


def stored_sharing(context: Context, target: ShareTarget) -> SharingDocument:
    """The configuration, stored now if it was not."""
    found = find_sharing(context.store, target)
    if found is not None:
        return found
    sharing_id = context.store.sharing.new_id()
    document: SharingDocument = {
        "id": sharing_id,
        "project_id": context.project_id,
        "insight_id": target.insight["id"] if target.insight else None,
        "dashboard_id": target.dashboard["id"] if target.dashboard else None,
        "enabled": False,
        "access_token": _token(context.random, sharing_id, 0),
        "rotation": 0,
        "previous_tokens": [],
        "settings": None,
        "password_required": False,
        "created_at": context.stored_now,
    }
    return context.store.sharing.add(document)


def check_edit(context: Context, target: ShareTarget, body: Mapping[str, JSON]) -> None:
    """Raise `sharing_disabled` for an attempt to enable where the organisation forbids it, and
    `sharing_edit_denied` for a caller without edit rights."""
    organization = _organization(context.store, context.project["organization_id"])
    if body.get("enabled") and not organization["allow_publicly_shared_resources"]:
        raise api_error("sharing_disabled")
    check_target_edit(context, target)


def update(context: Context, target: ShareTarget, body: Mapping[str, JSON]) -> None:
    """Apply any of `enabled`, `settings` and `password_required`; logged even where nothing changes.

    Raises `password_required_feature_*`, `sharing_settings_invalid` and as `check_edit` does.
    """
    check_edit(context, target, body)
    if body.get("password_required") and not _has_password_feature(context):
        raise api_error(f"password_required_feature_{context.profile.name}")
    changes: dict[str, object] = {
        name: bool(body[name]) for name in ("enabled", "password_required") if name in body
    }
    if "settings" in body:
        changes["settings"] = read_settings(body["settings"], context.profile)
    with context.store.transaction():
        sharing = stored_sharing(context, target)
        if _revokes(context.profile, sharing, changes):
            rotation = sharing["rotation"] + 1
            token = _token(context.random, sharing["id"], rotation)
            changes.update(access_token=token, rotation=rotation, previous_tokens=[])
        sharing = context.store.sharing.amend(sharing["id"], changes)
        log_sharing_switched(context, target, enabled=sharing["enabled"])


def _revokes(profile: Profile, sharing: SharingDocument, changes: Mapping[str, object]) -> bool:
    return profile.revokes_on_disable and sharing["enabled"] and changes.get("enabled") is False


def refresh_token(context: Context, target: ShareTarget) -> None:
    """Replace the token; the old one works for another 300 seconds, its passwords get new ids."""
    check_edit(context, target, {})
    with context.store.transaction():
        sharing = stored_sharing(context, target)
        rotation = sharing["rotation"] + 1
        old: PreviousToken = {
            "token": sharing["access_token"],
            "expires_at": to_stored(context.now + GRACE),
        }
        alive = [one for one in sharing["previous_tokens"] if one["expires_at"] > context.stored_now]
        changed = context.store.sharing.amend(
            sharing["id"],
            {
                "access_token": _token(context.random, sharing["id"], rotation),
                "rotation": rotation,
                "previous_tokens": [*alive, old],
            },
        )
        renew_passwords(context.store, changed)
        log_token_refreshed(context, target)


def check_passwords(context: Context, target: ShareTarget) -> SharingDocument:
    """The configuration, if it takes passwords; else `share_password_not_enabled` or `_feature_*`."""
    sharing = find_sharing(context.store, target)
    if sharing is None or not sharing["password_required"]:
        raise api_error("share_password_not_enabled")
    _check_password_feature(context)
    return sharing


def add_password(context: Context, target: ShareTarget, body: Mapping[str, JSON]) -> JSONObject:
    """Make a password and answer it; in the `docs` profile the documented configuration stands beside it,
    and its documented fields are applied first.

    Raises as `check_passwords` does, then as making one does.
    """
    with context.store.transaction():
        documented = {
            name: body[name] for name in ("enabled", "settings", "password_required") if name in body
        }
        if context.profile.password_shows_configuration and documented:
            update(context, target, documented)
        sharing = check_passwords(context, target)
        password, raw = create_password(context, sharing, body.get("raw_password"), body.get("note"))
    made = created_shape(context.store, password, raw)
    return (
        {**configuration(context, target), **made} if context.profile.password_shows_configuration else made
    )


def remove_password(context: Context, target: ShareTarget, value: str) -> None:
    """Delete a password; raises `share_password_feature_*` and `share_password_not_found`."""
    _check_password_feature(context)
    delete_password(context.store, find_sharing(context.store, target), value)


def _organization(store: Store, organization_id: int) -> OrganizationDocument:
    found = store.organizations.fetch(organization_id)
    if found is None:
        raise api_error("organization_not_found")
    return found


def _has_password_feature(context: Context) -> bool:
    feature = context.profile.feature_name.lower().replace(" ", "_")
    return has_feature(_organization(context.store, context.project["organization_id"]), feature)


def _check_password_feature(context: Context) -> None:
    if not _has_password_feature(context):
        raise api_error(f"share_password_feature_{context.profile.name}")


def owner_of_token(store: Store, token: str) -> SharingDocument | None:
    """The configuration that a token belongs or belonged to, whether or not it still opens anything."""
    return store.sharing.find_one("token", token)


def find_by_access_token(store: Store, token: str, now: datetime) -> SharingDocument | None:
    """The configuration that a token opens now.

    None for an unknown token, one past its grace, sharing that is off, and an organisation that forbids it.
    """
    sharing = owner_of_token(store, token)
    if sharing is None or not sharing["enabled"]:
        return None
    if token != sharing["access_token"]:
        ends = next(one["expires_at"] for one in sharing["previous_tokens"] if one["token"] == token)
        if now >= from_stored(ends):
            return None
    project = store.projects.fetch(sharing["project_id"])
    owner = store.organizations.fetch(project["organization_id"]) if project else None
    return sharing if owner is not None and owner["allow_publicly_shared_resources"] else None


def find_by_share_token(store: Store, random: Randomness, text: str, now: datetime) -> SharingDocument | None:
    """The password-protected configuration that the token of an unlocked link opens now, or None."""
    claims = read_share_token(random, text)
    sharing = find_by_access_token(store, claims.access_token, now) if claims else None
    if claims is None or sharing is None or not opens(store, claims, sharing, claims.access_token, now):
        return None
    return sharing
