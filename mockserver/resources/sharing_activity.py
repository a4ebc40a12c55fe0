"""What the activity log says of sharing."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, cast

from ..store import JSON, JSONObject, to_stored
from ..store.documents import SharePasswordDocument
from . import activity
from .context import Context
from .share_targets import ShareTarget

ATTEMPTS: Final = 10
ATTEMPTS_WITHIN: Final = timedelta(minutes=1)
FAILED: Final = "share_login_failed"
SUCCEEDED: Final = "share_login_success"
UNTITLED: Final = "Untitled password"


def _changed(target: ShareTarget, field: str, after: JSON) -> JSONObject:
    return {"type": target.scope, "action": "changed", "field": field, "before": None, "after": after}


def log_sharing_switched(context: Context, target: ShareTarget, *, enabled: bool) -> None:
    """An insight's sharing was set, be it to what it was. PostHog: dashboards have no such entry."""
    if target.insight is not None:
        word = "enabled" if enabled else "disabled"
        activity.log(context, target.insight, f"sharing {word}", [_changed(target, "sharing", enabled)])


def log_token_refreshed(context: Context, target: ShareTarget) -> None:
    """An insight's link has a new token. PostHog: dashboards have no such entry."""
    if target.insight is not None:
        activity.log(context, target.insight, "access token refreshed")


def log_attempt(
    context: Context,
    target: ShareTarget,
    access_token: str,
    client_ip: str,
    password: SharePasswordDocument | None,
) -> None:
    """Someone entered a password on a shared link; `password` is the one it was, null for a wrong one."""
    after: JSONObject = {
        "access_token_suffix": access_token[-6:],
        "client_ip": client_ip,
        "success": password is not None,
        "resource_type": target.kind,
    }
    if password is not None:
        after["password_id"] = str(password["id"])
        after["password_note"] = password["note"] or UNTITLED
    activity.log(
        context,
        target.document,
        SUCCEEDED if password is not None else FAILED,
        [_changed(target, "authentication_attempt", after)],
        scope=target.scope,
        by_nobody=True,
    )


def has_too_many_attempts(context: Context, target: ShareTarget, access_token: str) -> bool:
    """Whether the last minute saw ten wrong passwords on this link, counted from the log itself."""
    since = to_stored(context.now - ATTEMPTS_WITHIN)
    partition = (context.project_id, target.scope, str(target.id))
    recent = context.store.activities.page("item", partition, 0, 10 * ATTEMPTS, reverse=True)
    wrong = 0
    for entry in recent:
        if entry["created_at"] <= since:
            break
        if entry["activity"] == FAILED and _suffix(entry["detail"]) == access_token[-6:]:
            wrong += 1
    return wrong >= ATTEMPTS


def _suffix(detail: JSONObject) -> str | None:
    changes = cast("list[dict[str, dict[str, str]]] | None", detail["changes"])
    return changes[0]["after"]["access_token_suffix"] if changes else None
