"""Browser sessions and their CSRF protection, as Django does both.

The cookie `sessionid` holds a random value of which only a hash is stored. The cookie
`posthog_csrftoken` holds the session's CSRF secret; a write sends it back in `X-CSRFToken`, plain or
masked (Django: 32 random characters, then the secret enciphered with them).
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from typing import Final

from ..errors import api_error
from ..randomness import LETTERS_AND_DIGITS, Randomness
from ..store import Store, from_stored, to_stored
from ..store.documents import SessionDocument
from .keys import hash_value

SESSION_COOKIE: Final = "sessionid"
CSRF_COOKIE: Final = "posthog_csrftoken"
LIFETIME: Final = timedelta(days=14)
CSRF_LIFETIME: Final = timedelta(days=364)
SECRET_LENGTH: Final = 32
TOKEN_LENGTH: Final = 2 * SECRET_LENGTH

# Django's alphabet and its order, by which tokens are masked
_ALPHABET: Final = LETTERS_AND_DIGITS
_PLACES: Final = frozenset(_ALPHABET)


def create_session(
    store: Store, random: Randomness, now: datetime, user_id: int
) -> tuple[SessionDocument, str]:
    """Sign a user in: the session and the cookie's value, which is not kept."""
    session_id = store.sessions.new_id()
    stream = random.stream(f"sessions/{session_id}")
    value = stream.text(SECRET_LENGTH)
    document: SessionDocument = {
        "id": session_id,
        "key_hash": hash_value(value),
        "user_id": user_id,
        "csrf_token": stream.text(SECRET_LENGTH),
        "created_at": to_stored(now),
        "expires_at": to_stored(now + LIFETIME),
    }
    return store.sessions.add(document), value


def find_session(store: Store, value: str | None, now: datetime) -> SessionDocument | None:
    """The live session behind a cookie's value; an expired one counts as none."""
    if not value:
        return None
    wanted = hash_value(value)
    found = store.sessions.find_one("key_hash", wanted)
    if found is None or not hmac.compare_digest(found["key_hash"], wanted):
        return None
    return found if now < from_stored(found["expires_at"]) else None


def end_session(store: Store, value: str | None) -> None:
    """Sign out; no error where there is no such session."""
    found = store.sessions.find_one("key_hash", hash_value(value)) if value else None
    if found is not None:
        store.sessions.drop(found["id"])


def end_expired(store: Store, now: datetime) -> None:
    """Forget sessions that are over, so that a long-lived server does not collect them."""
    moment = to_stored(now)
    over = [
        session["id"] for session in store.sessions.documents().values() if session["expires_at"] <= moment
    ]
    for session_id in over:
        store.sessions.drop(session_id)


def mask_token(secret: str, random: Randomness) -> str:
    """A secret as Django shows it in pages: 64 characters, another 64 each time."""
    mask = random.text(SECRET_LENGTH, _ALPHABET)
    pairs = zip(secret, mask, strict=True)
    shifted = ((_ALPHABET.index(one) + _ALPHABET.index(other)) % len(_ALPHABET) for one, other in pairs)
    return mask + "".join(_ALPHABET[place] for place in shifted)


def unmask_token(token: str) -> str | None:
    """The secret in a token, masked or plain; None for text that is no token."""
    if not _PLACES.issuperset(token):
        return None
    if len(token) == SECRET_LENGTH:
        return token
    if len(token) != TOKEN_LENGTH:
        return None
    pairs = zip(token[SECRET_LENGTH:], token[:SECRET_LENGTH], strict=True)
    return "".join(_ALPHABET[_ALPHABET.index(one) - _ALPHABET.index(other)] for one, other in pairs)


def check_csrf(session: SessionDocument, cookie: str | None, header: str | None) -> None:
    """Raise `csrf_failed` unless cookie and header both carry the session's CSRF secret.

    The reasons are Django's own texts.
    """
    in_cookie = unmask_token(cookie) if cookie else None
    if in_cookie is None or not hmac.compare_digest(in_cookie, session["csrf_token"]):
        raise api_error(
            "csrf_failed", reason="CSRF cookie not set." if not cookie else "CSRF token incorrect."
        )
    if not header:
        raise api_error("csrf_failed", reason="CSRF token missing.")
    if len(header) not in (SECRET_LENGTH, TOKEN_LENGTH):
        reason = "CSRF token from the 'X-Csrftoken' HTTP header has incorrect length."
        raise api_error("csrf_failed", reason=reason)
    in_header = unmask_token(header)
    if in_header is None:
        reason = "CSRF token from the 'X-Csrftoken' HTTP header has invalid characters."
        raise api_error("csrf_failed", reason=reason)
    if not hmac.compare_digest(in_header, in_cookie):
        raise api_error("csrf_failed", reason="CSRF token from the 'X-Csrftoken' HTTP header incorrect.")
