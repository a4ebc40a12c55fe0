"""Passwords of shared links: made once, kept as hashes, replaced together with the link's token."""

from __future__ import annotations

from typing import Final

from ..errors import api_error
from ..store import JSON, JSONObject, Store, to_wire
from ..store.documents import SharePasswordDocument, SharingDocument
from .context import Context
from .passwords import hash_password, verify_password

GENERATED_LENGTH: Final = 22
SHORTEST: Final = 8
NOTE_LENGTH: Final = 100


def active_passwords(store: Store, sharing: SharingDocument) -> list[SharePasswordDocument]:
    """The passwords that open a link, the newest first."""
    found = [one for one in store.share_passwords.find("sharing", sharing["id"]) if one["is_active"]]
    return sorted(found, key=lambda one: (one["created_at"], one["id"]), reverse=True)


def create_password(
    context: Context, sharing: SharingDocument, raw_password: JSON, note: JSON
) -> tuple[SharePasswordDocument, str]:
    """Make a password for a link and give it, which is the only time that it can be read.

    A blank or absent `raw_password` has one made: 22 url-safe characters. Raises `share_password_short`
    for one under 8 characters, and for a note over 100.
    """
    raw = _checked_password(raw_password)
    kept_note = _checked_note(note)
    password_id = context.store.share_passwords.new_id()
    stream = context.random.stream(f"share_passwords/{password_id}")
    raw = raw or stream.token(GENERATED_LENGTH)
    document: SharePasswordDocument = {
        "id": password_id,
        "project_id": sharing["project_id"],
        "sharing_id": sharing["id"],
        "password_hash": hash_password(raw, stream),
        "note": kept_note,
        "created_at": context.stored_now,
        "created_by": context.user_id,
        "is_active": True,
    }
    return context.store.share_passwords.add(document), raw


def _checked_password(value: JSON) -> str:
    # Django REST framework trims text, so blanks alone count as none
    raw = "" if value is None else str(value).strip()
    if raw and len(raw) < SHORTEST:
        raise api_error("share_password_short")
    return raw


def _checked_note(value: JSON) -> str:
    note = "" if value is None else str(value).strip()
    if len(note) > NOTE_LENGTH:
        reason = f"Ensure this field has no more than {NOTE_LENGTH} characters."
        raise api_error("invalid_value", field="note", code="max_length", reason=reason)
    return note


def delete_password(store: Store, sharing: SharingDocument | None, value: str) -> None:
    """Stop a password from working; raises `share_password_not_found`, also for one deleted before."""
    named = value if value.isascii() and value.isdigit() else None
    active = active_passwords(store, sharing) if sharing else []
    found = next((one for one in active if str(one["id"]) == named), None)
    if found is None:
        raise api_error("share_password_not_found")
    store.share_passwords.amend(found["id"], {"is_active": False})


def renew_passwords(store: Store, sharing: SharingDocument) -> None:
    """Give the active passwords new ids, as PostHog does when a link gets a new token."""
    for one in reversed(active_passwords(store, sharing)):
        store.share_passwords.drop(one["id"])
        store.share_passwords.add({**one, "id": store.share_passwords.new_id()})


def match_password(store: Store, sharing: SharingDocument, raw: str) -> SharePasswordDocument | None:
    """The active password that `raw` is; None for a wrong one."""
    active = active_passwords(store, sharing)
    if not active:
        verify_password(None, raw)
    return next((one for one in active if verify_password(one["password_hash"], raw)), None)


def _email(store: Store, user_id: int | None) -> str | None:
    user = store.users.fetch(user_id) if user_id is not None else None
    return user["email"] if user else None


def password_shape(store: Store, password: SharePasswordDocument) -> JSONObject:
    """A password as the configuration lists it: everything but the password."""
    return {
        "id": password["id"],
        "created_at": to_wire(password["created_at"]),
        "note": password["note"],
        "created_by_email": _email(store, password["created_by"]),
        "is_active": password["is_active"],
    }


def created_shape(store: Store, password: SharePasswordDocument, raw: str) -> JSONObject:
    """A password as the answer to its creation shows it."""
    return {
        "id": password["id"],
        "password": raw,
        "note": password["note"],
        "created_at": to_wire(password["created_at"]),
        "created_by_email": _email(store, password["created_by"]),
    }
