"""Sharing of insights and of dashboards: the same five actions for both."""

from __future__ import annotations

from ..resources import sharing
from ..resources.context import Context
from ..resources.share_targets import Kind, ShareTarget, find_target
from .call import Answer, Call


def _target(call: Call, kind: Kind) -> tuple[Context, ShareTarget]:
    context = call.context
    return context, find_target(context, kind, call.path[f"{kind}_id"])


def _retrieve(call: Call, kind: Kind) -> Answer:
    context, target = _target(call, kind)
    return Answer(sharing.configuration(context, target))


def _partial_update(call: Call, kind: Kind) -> Answer:
    context, target = _target(call, kind)
    sharing.update(context, target, call.body)
    return Answer(sharing.configuration(context, target))


def _refresh_create(call: Call, kind: Kind) -> Answer:
    context, target = _target(call, kind)
    sharing.refresh_token(context, target)
    return Answer(sharing.configuration(context, target))


def _passwords_create(call: Call, kind: Kind) -> Answer:
    context, target = _target(call, kind)
    sharing.check_edit(context, target, {})
    if not call.profile.password_shows_configuration:
        sharing.check_passwords(context, target)
    return Answer(sharing.add_password(context, target, call.body), call.profile.password_created_status)


def _passwords_destroy(call: Call, kind: Kind) -> Answer:
    context, target = _target(call, kind)
    sharing.check_edit(context, target, {})
    sharing.remove_password(context, target, call.path["password_id"])
    return Answer(None, 204)


def insights_sharing_retrieve(call: Call) -> Answer:
    """How an insight is shared."""
    return _retrieve(call, "insight")


def insights_sharing_partial_update(call: Call) -> Answer:
    """Turn an insight's link on or off, and change what it shows."""
    return _partial_update(call, "insight")


def insights_sharing_refresh_create(call: Call) -> Answer:
    """Give an insight's link a new token; the body is ignored."""
    return _refresh_create(call, "insight")


def insights_sharing_passwords_create(call: Call) -> Answer:
    """Make a password for an insight's link."""
    return _passwords_create(call, "insight")


def insights_sharing_passwords_destroy(call: Call) -> Answer:
    """Delete a password of an insight's link."""
    return _passwords_destroy(call, "insight")


def dashboards_sharing_retrieve(call: Call) -> Answer:
    """How a dashboard is shared."""
    return _retrieve(call, "dashboard")


def dashboards_sharing_partial_update(call: Call) -> Answer:
    """Turn a dashboard's link on or off, and change what it shows."""
    return _partial_update(call, "dashboard")


def dashboards_sharing_refresh_create(call: Call) -> Answer:
    """Give a dashboard's link a new token; the body is ignored."""
    return _refresh_create(call, "dashboard")


def dashboards_sharing_passwords_create(call: Call) -> Answer:
    """Make a password for a dashboard's link."""
    return _passwords_create(call, "dashboard")


def dashboards_sharing_passwords_destroy(call: Call) -> Answer:
    """Delete a password of a dashboard's link."""
    return _passwords_destroy(call, "dashboard")
