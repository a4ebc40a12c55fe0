"""How a browser shows that its user knows the control token."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

COOKIE: Final = "mock_control"
LIFETIME: Final = 30 * 24 * 3600


def session_value(token: str) -> str:
    """What the cookie holds: proof of the token, but not the token."""
    return hmac.new(token.encode(), b"console", hashlib.sha256).hexdigest()


def proves(value: str | None, token: str) -> bool:
    """Whether a cookie's value was made from the token."""
    return value is not None and hmac.compare_digest(value.encode(), session_value(token).encode())


def set_proof(token: str, *, secure: bool) -> str:
    """The `Set-Cookie` value that signs a browser in; no other site's page can make the browser send it."""
    return _cookie(session_value(token), LIFETIME, secure=secure)


def drop_proof() -> str:
    """The `Set-Cookie` value that signs a browser out."""
    return _cookie("", 0, secure=False)


def _cookie(value: str, lifetime: int, *, secure: bool) -> str:
    ending = "; Secure" if secure else ""
    return f"{COOKIE}={value}; Max-Age={lifetime}; Path=/_mock; HttpOnly; SameSite=Strict{ending}"
