"""Who stands before a shared link, and whether it opens for them."""

from __future__ import annotations

from dataclasses import dataclass

import flask

from ..resources import sharing
from ..resources.context import Caller, Context
from ..resources.share_targets import ShareTarget, target_of
from ..resources.share_tokens import LIFETIME, opens, read_share_token
from ..store.documents import SharingDocument
from .call import Call
from .cookies import read_cookies, set_cookie

COOKIE = "posthog_sharing_token"


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link that leads somewhere: its configuration, what it shares, and the caller's context."""

    token: str
    sharing: SharingDocument
    target: ShareTarget
    context: Context


def find_link(call: Call) -> OpenLink | None:
    """The link that the path names; None where it leads nowhere now (or never did)."""
    services = call.services
    token = call.path["access_token"].split(".")[0]
    owner = sharing.owner_of_token(services.store, token)
    project = services.store.projects.fetch(owner["project_id"]) if owner else None
    if project is None:
        return None
    now = services.clock_of(project["id"]).now()
    found = sharing.find_by_access_token(services.store, token, now)
    target = target_of(services.store, found) if found else None
    if found is None or target is None:
        return None
    context = Context(
        store=services.store,
        now=now,
        random=services.random,
        project=project,
        profile=services.profile_of(project),
        caller=Caller("shared_page", sharing=found),
    )
    return OpenLink(token, found, target, context)


def cookie_token(call: Call) -> str | None:
    """The token that an unlocked link has left in the browser."""
    return read_cookies(call.headers.get("cookie", "")).get(COOKIE)


def is_unlocked(call: Call, link: OpenLink) -> bool:
    """Whether the caller carries a token that opens the link, as a bearer or in the cookie."""
    if not link.sharing["password_required"]:
        return True
    words = call.headers.get("authorization", "").split()
    bearer = words[1] if len(words) == 2 and words[0].lower() == "bearer" else None
    context = link.context
    for text in (bearer, cookie_token(call)):
        claims = read_share_token(context.random, text) if text else None
        if claims and opens(context.store, claims, link.sharing, link.token, context.now):
            return True
    return False


def unlocking_cookie(call: Call, share_token: str) -> str:
    """The cookie that keeps a link open for a day, for this link's path only."""
    path = call.raw_path.split(".")[0].rstrip("/")
    secure = call.base_url.startswith("https:")
    return set_cookie(COOKIE, share_token, LIFETIME, path=path, http_only=True, secure=secure)


def client_address(call: Call) -> str:
    """Where the caller is, as a proxy or else the connection says."""
    forwarded = call.headers.get("x-forwarded-for", "").split(",")[0].strip()
    return forwarded or flask.request.remote_addr or "unknown"


def sent_password(call: Call) -> str | None:
    """The password in a JSON body or in a form; raises as reading an invalid body does."""
    in_form = flask.request.form.get("password")
    if in_form is not None:
        return in_form
    found = call.body.get("password")
    return None if found is None else str(found)


def wants_page(call: Call) -> bool:
    """Whether a browser has sent its form and waits for a page rather than for JSON."""
    return bool(flask.request.form) and "text/html" in call.headers.get("accept", "")
