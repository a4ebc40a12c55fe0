"""`/api/login` and `/api/logout`: browser sessions."""

from __future__ import annotations

from ..resources import accounts, sessions
from .call import Answer, Call
from .cookies import drop_cookie, read_cookies, set_cookie


def login_create(call: Call) -> Answer:
    """Sign in by email and password; the cookies are a session and its CSRF secret."""
    email, password = str(call.body.get("email", "")), str(call.body.get("password", ""))
    store, now = call.services.store, call.services.clock.now()
    user = accounts.check_login(store, email.strip(), password)
    with store.transaction():
        sessions.end_expired(store, now)
        session, value = sessions.create_session(store, call.services.random, now, user["id"])
    secure = call.base_url.startswith("https:")
    return Answer(
        {"success": True},
        cookies=(
            set_cookie(sessions.SESSION_COOKIE, value, sessions.LIFETIME, http_only=True, secure=secure),
            set_cookie(sessions.CSRF_COOKIE, session["csrf_token"], sessions.CSRF_LIFETIME, secure=secure),
        ),
    )


def logout_create(call: Call) -> Answer:
    """Sign out; the session ends on the server too."""
    cookies = read_cookies(call.headers.get("cookie", ""))
    sessions.end_session(call.services.store, cookies.get(sessions.SESSION_COOKIE))
    return Answer(None, 204, cookies=(drop_cookie(sessions.SESSION_COOKIE),))
