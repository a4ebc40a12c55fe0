"""Who calls, and whether they may: the order of checks is PostHog's.

Credentials first (sharing token, personal API key in header, body or query string, session cookie), then
the key's scopes and limits, then the project and membership in it. A credential that is present but wrong
ends the chain. What an operation needs is read from the contract.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

from ..api.cookies import read_cookies
from ..errors import ApiError, api_error
from ..profiles import Profile
from ..resources import keys, projects, scopes, sessions, sharing
from ..resources.context import ANONYMOUS, Caller
from ..store.documents import ProjectDocument, UserDocument
from .contract import Operation
from .exchange import Exchange, exchange_of

if TYPE_CHECKING:
    from ..services import Services

SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))


class CallerSecurity:
    """ASGI middleware before every operation that the contract secures; `secured` has their ids."""

    def __init__(self, app: Any, *, services: Services, secured: frozenset[str]) -> None:
        self._app = app
        self._services = services
        self._secured = secured

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Pass the request on with its caller and project; raises ApiError where it may not go on."""
        if scope["type"] == "http":
            exchange = exchange_of(scope)
            operation = exchange.operation
            if operation is not None and operation.operation_id in self._secured:
                self._services.store.run(lambda: self._admit(exchange, operation, exchange.path_params))
        await self._app(scope, receive, send)

    def _admit(self, exchange: Exchange, operation: Operation, path: Mapping[str, str]) -> None:
        caller = exchange.caller = self._caller(exchange, operation)
        if operation.session_only and caller.via not in ("session", "open"):
            raise api_error("session_required")
        named = path.get("project_id")
        project = projects.any_project(self._services.store, named, caller.user) if named else None
        profile = self._services.profile_of(project)
        if caller.key is not None:
            check_scope(caller, operation, profile)
            if project is not None:
                scopes.check_limits(self._services.store, caller.key, project)
        if project is not None:
            self._check_member(caller, project)
        exchange.project = project

    def _check_member(self, caller: Caller, project: ProjectDocument) -> None:
        if caller.sharing is not None:
            if caller.sharing["project_id"] != project["id"]:
                raise api_error("not_a_member")
        elif caller.user is not None:
            projects.find_project(self._services.store, str(project["id"]), caller.user)

    def _caller(self, exchange: Exchange, operation: Operation) -> Caller:
        try:
            caller = self._credential(exchange, operation)
        except ApiError as error:
            if self._services.settings.auth == "open":
                return self._anyone()
            if error.status == 401:
                raise self._refusal(error, operation) from None
            raise
        if caller is not None:
            return caller
        if self._services.settings.auth == "open":
            return self._anyone()
        raise self._refusal(api_error("not_authenticated"), operation)

    def _refusal(self, error: ApiError, operation: Operation) -> ApiError:
        status = operation.not_authenticated_status
        challenge = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
        return ApiError(status, error.body, headers=challenge, name=error.name)

    def _anyone(self) -> Caller:
        users = self._services.store.users.documents()
        user = next((user for user in users.values() if user["is_active"]), None)
        return Caller("open", user) if user else ANONYMOUS

    def _credential(self, exchange: Exchange, operation: Operation) -> Caller | None:
        by_link = self._share_password(exchange, operation) or self._sharing_token(exchange, operation)
        return by_link or self._personal_key(exchange) or self._session(exchange)

    def _share_password(self, exchange: Exchange, operation: Operation) -> Caller | None:
        """The token that unlocking a link with its password gave; three parts, as any JWT has."""
        words = exchange.headers.get("authorization", "").split()
        if not operation.accepts_sharing_token or len(words) != 2 or words[1].count(".") != 2:
            return None
        services = self._services
        found = sharing.find_by_share_token(services.store, services.random, words[1], services.clock.now())
        return Caller("sharing_token", sharing=found) if found else None

    def _sharing_token(self, exchange: Exchange, operation: Operation) -> Caller | None:
        token = exchange.query.get("sharing_access_token")
        if token is None or operation.not_authenticated_status != 403:
            return None
        if exchange.method not in SAFE_METHODS:
            raise api_error("sharing_token_read_only")
        found = sharing.find_by_access_token(self._services.store, token, self._services.clock.now())
        if found is None or not operation.accepts_sharing_token:
            raise api_error("sharing_token_invalid")
        if found["password_required"]:
            raise api_error("sharing_token_invalid")
        return Caller("sharing_token", sharing=found)

    def _personal_key(self, exchange: Exchange) -> Caller | None:
        value, source = self._key_value(exchange)
        if value is None:
            return None
        key = keys.find_key(self._services.store, value)
        user = self._services.store.users.fetch(key["user_id"]) if key else None
        if key is None or user is None:
            raise api_error("api_key_invalid", source=source)
        caller = Caller("personal_api_key", self._active(user), key=key)
        keys.note_use(self._services.store, key, self._services.clock.now())
        return caller

    def _key_value(self, exchange: Exchange) -> tuple[str | None, str]:
        words = exchange.headers.get("authorization", "").split()
        if len(words) >= 2 and words[0].lower() == "bearer":
            return words[1], "Authorization header"
        in_body = exchange.sent_object().get("personal_api_key")
        if isinstance(in_body, str) and in_body:
            return in_body, "body"
        in_query = exchange.query.get("personal_api_key")
        return (in_query, "query string") if in_query else (None, "")

    def _session(self, exchange: Exchange) -> Caller | None:
        cookies = read_cookies(exchange.headers.get("cookie", ""))
        value = cookies.get("sessionid")
        now = self._services.clock.now()
        session = sessions.find_session(self._services.store, value, now) if value else None
        user = self._services.store.users.fetch(session["user_id"]) if session else None
        if session is None or user is None or not user["is_active"]:
            return None
        if exchange.method not in SAFE_METHODS:
            sessions.check_csrf(
                session, cookies.get("posthog_csrftoken"), exchange.headers.get("x-csrftoken")
            )
        return Caller("session", user)

    def _active(self, user: UserDocument) -> UserDocument:
        if not user["is_active"]:
            raise api_error("user_inactive")
        return user


def check_scope(caller: Caller, operation: Operation, profile: Profile) -> None:
    """Hold a key's scopes against the operation's.

    An operation whose list of scopes is empty has none to grant: `current` refuses every key there, `docs`
    takes any, as the page documents them. One without a list is open to any key.
    """
    if caller.key is None or operation.required_scopes is None:
        return
    if not operation.required_scopes and not profile.keys_reach_scopeless:
        raise api_error("api_key_not_supported")
    scopes.check_scopes(caller.key, operation.required_scopes)
