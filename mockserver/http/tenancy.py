"""Which project a request is about, found before it is routed and whoever calls."""

from __future__ import annotations

import re
from typing import Final

from ..api.cookies import read_cookies
from ..resources import keys, projects, sessions, sharing
from ..resources.capture import token_of
from ..services import Services
from ..store.documents import PersonalApiKeyDocument, UserDocument
from .capture_bodies import CAPTURE_PATHS
from .exchange import Exchange

PROJECT_PATH: Final = re.compile(r"/api/projects/([^/]+)")
SHARED_PATH: Final = re.compile(r"/(?:shared|embedded)/([^/.]+)")


def key_value(exchange: Exchange) -> str | None:
    """The personal API key that a request shows, wherever PostHog would look for it."""
    words = exchange.headers.get("authorization", "").split()
    if len(words) >= 2 and words[0].lower() == "bearer":
        return words[1]
    sent = exchange.sent_object().get("personal_api_key") or exchange.query.get("personal_api_key")
    return sent if isinstance(sent, str) and sent else None


def tenant_of(services: Services, exchange: Exchange) -> int | None:
    """The project's id: by path, shared link, the events' key, the caller's key or current project."""
    if exchange.path in CAPTURE_PATHS:
        token = token_of(exchange.readable_body(), exchange.query)
        sender = services.store.projects.find_one("api_token", token) if token else None
        return sender["id"] if sender else None
    shared = SHARED_PATH.match(exchange.path)
    if shared is not None:
        found = sharing.find_by_access_token(services.store, shared[1], services.clock.now())
        return found["project_id"] if found else None
    named = PROJECT_PATH.match(exchange.path)
    if named is not None and named[1].isascii() and named[1].isdigit() and len(named[1]) < 19:
        project_id = int(named[1])
        return project_id if services.store.projects.fetch(project_id) is not None else None
    return _of_caller(services, exchange)


def _of_caller(services: Services, exchange: Exchange) -> int | None:
    value = key_value(exchange)
    key = keys.find_key(services.store, value) if value else None
    if key is not None and len(key["scoped_teams"]) == 1:
        return key["scoped_teams"][0]
    return projects.current_project_id(services.store, _user(services, exchange, key))


def _user(services: Services, exchange: Exchange, key: PersonalApiKeyDocument | None) -> UserDocument | None:
    if key is not None:
        return services.store.users.fetch(key["user_id"])
    cookie = read_cookies(exchange.headers.get("cookie", "")).get("sessionid")
    session = sessions.find_session(services.store, cookie, services.clock.now()) if cookie else None
    return services.store.users.fetch(session["user_id"]) if session else None
