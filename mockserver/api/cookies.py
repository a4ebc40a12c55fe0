"""Cookies as Django writes and reads them."""

from __future__ import annotations

from datetime import timedelta
from http.cookies import CookieError, SimpleCookie


def read_cookies(header: str) -> dict[str, str]:
    """The cookies of a `Cookie` header; an unreadable one counts as none."""
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}


def set_cookie(
    name: str,
    value: str,
    lifetime: timedelta,
    *,
    path: str = "/",
    http_only: bool = False,
    secure: bool = False,
) -> str:
    """A `Set-Cookie` value, with `SameSite=Lax`.

    Only `Max-Age` bounds it: a date would be read by the browser's clock, which is not the server's.
    """
    jar: SimpleCookie = SimpleCookie()
    jar[name] = value
    morsel = jar[name]
    morsel["max-age"] = int(lifetime.total_seconds())
    morsel["path"] = path
    morsel["samesite"] = "Lax"
    morsel["httponly"] = http_only
    morsel["secure"] = secure
    return morsel.OutputString()


def drop_cookie(name: str, *, path: str = "/") -> str:
    """A `Set-Cookie` value that makes the browser forget a cookie."""
    return set_cookie(name, "", timedelta(0), path=path)
