"""Tokens of unlocked links: JSON Web Tokens, good for a day or until their password goes.

PyJWT makes them; it signs and checks the signature, while expiry is judged here by the server's clock,
which is not the machine's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from ..randomness import Randomness
from ..store import Store
from ..store.documents import SharePasswordDocument, SharingDocument

LIFETIME: Final = timedelta(hours=24)
AUDIENCE: Final = "posthog:sharing_password_protected"
ALGORITHM: Final = "HS256"


@dataclass(frozen=True, slots=True)
class ShareClaims:
    """What a token says: the link it opens, by which password, until when."""

    access_token: str
    share_password_id: int
    project_id: int
    expires_at: datetime


def _key(random: Randomness) -> str:
    return random.stream("share_tokens/key").text(64)


def make_share_token(
    random: Randomness, access_token: str, password: SharePasswordDocument, now: datetime
) -> str:
    """The token for someone who has entered a link's password."""
    import jwt

    claims = {
        "share_password_id": password["id"],
        "team_id": password["project_id"],
        "access_token": access_token,
        "exp": int((now + LIFETIME).timestamp()),
        "aud": AUDIENCE,
    }
    return jwt.encode(claims, _key(random), algorithm=ALGORITHM)


def read_share_token(random: Randomness, text: str) -> ShareClaims | None:
    """What a token says; None for text that is none of ours. Expiry is for the caller to judge."""
    import jwt

    try:
        claims = jwt.decode(
            text,
            _key(random),
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            options={"verify_exp": False, "require": ["exp", "aud", "share_password_id", "access_token"]},
        )
        return ShareClaims(
            access_token=str(claims["access_token"]),
            share_password_id=int(claims["share_password_id"]),
            project_id=int(claims["team_id"]),
            expires_at=datetime.fromtimestamp(int(claims["exp"]), UTC),
        )
    except (jwt.InvalidTokenError, ValueError, KeyError, TypeError, OverflowError):
        return None


def opens(
    store: Store, claims: ShareClaims, sharing: SharingDocument, access_token: str, now: datetime
) -> bool:
    """Whether a token opens the link `access_token` of this configuration now.

    A deleted password closes the tokens made with it at once. Those of a link whose token was replaced
    last as long as the old link does.
    """
    if claims.access_token != access_token or now >= claims.expires_at:
        return False
    password = store.share_passwords.fetch(claims.share_password_id)
    if access_token != sharing["access_token"]:
        return password is None or password["is_active"]
    return password is not None and password["is_active"] and password["sharing_id"] == sharing["id"]
