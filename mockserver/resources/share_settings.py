"""The settings of a shared link: which there are, and how they are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..errors import api_error
from ..profiles import Profile
from ..store import JSON, JSONObject

SWITCHES: Final = ("whitelabel", "noHeader", "showInspector", "legend", "detailed", "hideExtraDetails")
THEMES: Final = frozenset(("light", "dark", "system"))

# What a lax reader of booleans takes for one, as pydantic does
_TRUE: Final = frozenset(("1", "true", "t", "yes", "y", "on"))
_FALSE: Final = frozenset(("0", "false", "f", "no", "n", "off"))


def read_settings(value: JSON, profile: Profile) -> JSONObject | None:
    """The settings to store: unknown keys and nulls are dropped.

    Raises `sharing_settings_invalid` for anything but an object or null, and for a value that is none.
    """
    if value is None:
        return None
    if not isinstance(value, dict):
        raise api_error("sharing_settings_invalid")
    read: JSONObject = {name: _switch(value[name]) for name in SWITCHES if value.get(name) is not None}
    theme = value.get("theme") if profile.sharing_has_theme else None
    if theme is not None:
        if theme not in THEMES:
            raise api_error("sharing_settings_invalid")
        read["theme"] = theme
    return read


def _switch(value: JSON) -> bool:
    text = str(value).lower() if isinstance(value, bool | int | float | str) else ""
    text = text.removesuffix(".0") if isinstance(value, float) else text
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise api_error("sharing_settings_invalid")


def shown_flags(settings: Mapping[str, JSON] | None, *, white_labelling: bool) -> JSONObject:
    """The settings as an exported page carries them: those that are on.

    `whitelabel` counts only where the plan includes white labelling.
    """
    held = settings or {}
    flags: JSONObject = {
        name: True for name in SWITCHES if held.get(name) and (name != "whitelabel" or white_labelling)
    }
    if held.get("theme") in THEMES:
        flags["theme"] = held["theme"]
    return flags
