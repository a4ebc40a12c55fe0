"""What a shared link shows: the data that its page and its JSON carry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..store import JSON, JSONObject
from ..store.documents import SharingDocument
from .context import Context
from .organizations import has_feature, organization_of
from .share_settings import shown_flags
from .share_targets import ShareTarget

EXTRA_DETAILS: Final = ("created_by", "last_modified_by", "created_at", "last_modified_at", "alerts")
WHITE_LABELLING: Final = "white_labelling"
COLORS: Final = (
    "#1d4aff",
    "#621da6",
    "#42827e",
    "#ce0e74",
    "#f14f58",
    "#7c440e",
    "#529a0a",
    "#0476fb",
    "#fe729e",
    "#35416b",
    "#41cbc4",
    "#b64b02",
    "#e4a604",
    "#a56eff",
    "#30d5c8",
)


def _flags(context: Context, sharing: SharingDocument, query: Mapping[str, str]) -> JSONObject:
    may_hide_logo = has_feature(organization_of(context.store, context.project), WHITE_LABELLING)
    flags = shown_flags(sharing["settings"], white_labelling=may_hide_logo)
    if may_hide_logo and "whitelabel" in query:
        flags["whitelabel"] = True
    return flags


def locked_data(
    context: Context, sharing: SharingDocument, token: str, query: Mapping[str, str]
) -> JSONObject:
    """What someone sees who has not entered the password: nothing of the insight or dashboard."""
    flags = _flags(context, sharing, query)
    kept: JSONObject = {name: flags[name] for name in ("whitelabel", "theme") if name in flags}
    return {"type": "unlock", "accessToken": token, **kept}


def exported_data(
    context: Context,
    sharing: SharingDocument,
    target: ShareTarget,
    shape: JSONObject,
    *,
    embedded: bool,
    query: Mapping[str, str],
    share_token: str | None = None,
) -> JSONObject:
    """The insight or dashboard in its full shape, the colour themes and the settings that are on.

    `hideExtraDetails` leaves out who made and changed an insight, when, and its alerts.
    """
    flags = _flags(context, sharing, query)
    if target.insight is not None and flags.get("hideExtraDetails"):
        shape = {name: value for name, value in shape.items() if name not in EXTRA_DETAILS}
    data: JSONObject = {"type": "embed" if embedded else "scene"}
    if share_token is not None:
        data["shareToken"] = share_token
    data["accessToken"] = sharing["access_token"]
    data[target.kind] = shape
    data["themes"] = [_default_theme()]
    return {**data, **flags}


def _default_theme() -> JSON:
    return {
        "id": 1,
        "name": "Default Theme",
        "colors": list(COLORS),
        "is_global": True,
        "created_at": None,
        "created_by": None,
    }
