"""What a user may ask of a new personal API key."""

from __future__ import annotations

from typing import Final, cast

from ..errors import ApiError, api_error
from ..store import JSON, JSONObject, Store
from ..store.documents import UserDocument
from .keys import LABEL_LENGTH
from .organizations import membership_level, organizations_of

MOST_KEYS: Final = 10


def check_request(store: Store, user: UserDocument, body: JSONObject) -> None:
    """Raise for a key that the user may not make.

    Refused: a blank or long label, limits to projects or organisations that
    the user does not belong to, and an eleventh key.
    """
    label = body.get("label")
    if not isinstance(label, str) or not label.strip():
        raise _refused("label", "This field may not be blank.", "blank")
    if len(label) > LABEL_LENGTH:
        reason = f"Ensure this field has no more than {LABEL_LENGTH} characters."
        raise _refused("label", reason, "max_length")
    for team_id in texts_or_numbers(body.get("scoped_teams")):
        project = store.projects.fetch(team_id) if isinstance(team_id, int) else None
        if project is None or membership_level(store, user["id"], project["organization_id"]) is None:
            raise _refused(
                "scoped_teams", "You must be a member of all projects that you are scoping the key to."
            )
    reachable = {one["uuid"] for one in organizations_of(store, user)}
    if not reachable.issuperset(map(str, texts_or_numbers(body.get("scoped_organizations")))):
        reason = "You must be a member of all organizations that you are scoping the key to."
        raise _refused("scoped_organizations", reason)
    if store.personal_api_keys.tally("user", user["id"]) >= MOST_KEYS:
        raise api_error("too_many_api_keys", limit=MOST_KEYS)


def texts_or_numbers(value: JSON) -> list[str | int]:
    """The members of an optional list; `[]` for null."""
    return cast("list[str | int]", value) if isinstance(value, list) else []


def _refused(field: str, reason: str, code: str = "invalid_input") -> ApiError:
    return api_error("invalid_value", field=field, code=code, reason=reason)
