"""The settings of a shared link: which there are, and how they are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..profiles import Profile
from ..store import JSON, JSONObject

SWITCHES: Final = ("whitelabel", "noHeader", "showInspector", "legend", "detailed", "hideExtraDetails")


def read_settings(value: JSON, profile: Profile) -> JSONObject | None:
    """The settings to store: unknown keys and nulls are dropped; types are the contract's to check."""
    if not isinstance(value, dict):
        return None
    known = (*SWITCHES, "theme") if profile.sharing_has_theme else SWITCHES
    return {name: value[name] for name in known if value.get(name) is not None}


def shown_flags(settings: Mapping[str, JSON] | None, *, white_labelling: bool) -> JSONObject:
    """The settings as an exported page carries them: those that are on.

    `whitelabel` counts only where the plan includes white labelling.
    """
    held = settings or {}
    flags: JSONObject = {
        name: True for name in SWITCHES if held.get(name) and (name != "whitelabel" or white_labelling)
    }
    if held.get("theme"):
        flags["theme"] = held["theme"]
    return flags
