"""Logging in as a browser does."""

from __future__ import annotations

from .core.caller import Caller
from .core.reply import Reply
from .errors import Skip
from .target import Login


def log_in(anonymous: Caller, login: Login, base_url: str) -> dict[str, str]:
    """The headers of a new session; raises Skip where the login is refused."""
    reply = anonymous.post("/api/login", {"email": login.email, "password": login.password})
    if reply.status != 200:
        raise Skip(f"the login was refused ({reply.status})")
    cookies = _cookies(reply)
    token = cookies.get("posthog_csrftoken") or cookies.get("csrftoken") or ""
    pairs = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return {"Cookie": pairs, "X-CSRFToken": token, "Referer": base_url}


def _cookies(reply: Reply) -> dict[str, str]:
    text = reply.exchange.headers.get("set-cookie", "")
    pairs = [part.split(";")[0] for part in text.split(", ") if "=" in part.split(";")[0]]
    return {name.strip(): value for name, value in (pair.split("=", 1) for pair in pairs)}
