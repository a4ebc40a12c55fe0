"""Callers that are let in, or turned away in the wrong way."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from ...resources import keys
from ...store import JSON
from .edits import LIST, answering, as_json, deaf_to
from .model import Asked, ContractFault, Given

if TYPE_CHECKING:
    from ...services import Services

EMPTY: Final[Mapping[str, JSON]] = MappingProxyType(
    {"count": 0, "next": None, "previous": None, "results": []}
)


def _fault(name: str, description: str, rule: str, **parts: object) -> ContractFault:
    return ContractFault(name, "auth", description, rule, **parts)  # type: ignore[arg-type]


def _code(given: Given) -> object:
    return given.body.get("code") if isinstance(given.body, dict) else None


def _empty_for(code: str) -> Any:
    def change(_: Asked, given: Given) -> Given:
        refused = given.status in (401, 403) and _code(given) == code
        return as_json(given.with_status(200), EMPTY) if refused else given  # type: ignore[arg-type]

    return change


def _status_for(code: str, before: int, after: int) -> Any:
    def change(_: Asked, given: Given) -> Given:
        return given.with_status(after) if given.status == before and _code(given) == code else given

    return change


def _scope_says_nothing(_: Asked, given: Given) -> Given:
    if given.status == 403 and isinstance(given.body, dict) and "scope" in str(given.body.get("detail")):
        return given.with_body({**given.body, "detail": "Forbidden."})
    return given


def _open_scopeless(_: Asked, given: Given) -> Given:
    if (
        given.status == 403
        and isinstance(given.body, dict)
        and "does not support" in str(given.body.get("detail"))
    ):
        return as_json(given.with_status(200), [])
    return given


def _read_means_write(services: Services, asked: Asked) -> tuple[int, list[str]] | None:
    words = asked.headers.get("authorization", "").split()
    key = keys.find_key(services.store, words[1]) if len(words) == 2 else None
    if key is None or "insight:read" not in key["scopes"]:
        return None
    services.store.personal_api_keys.amend(key["id"], {"scopes": [*key["scopes"], "insight:write"]})
    return key["id"], key["scopes"]


def _again_as_it_was(services: Services, _: Asked, held: tuple[int, list[str]] | None) -> None:
    if held is not None and services.store.personal_api_keys.fetch(held[0]) is not None:
        services.store.personal_api_keys.amend(held[0], {"scopes": held[1]})


def _csrf_by_cookie(asked: Asked) -> Asked:
    from dataclasses import replace
    from http.cookies import SimpleCookie

    cookies = SimpleCookie(asked.headers.get("cookie", ""))
    token = cookies.get("posthog_csrftoken")
    if token is None or "x-csrftoken" in asked.headers:
        return asked
    return replace(asked, headers={**asked.headers, "x-csrftoken": token.value})


def _without_challenge(_: Asked, given: Given) -> Given:
    return given.with_header("www-authenticate", None)


FAULTS: Final = (
    _fault(
        "anonymous_gets_nothing",
        "Without credentials a list is empty.",
        "It is refused.",
        on_answer=_empty_for("not_authenticated"),
    ),
    _fault(
        "bad_key_gets_nothing",
        "With a bad key a list is empty.",
        "It is refused.",
        on_answer=_empty_for("authentication_failed"),
    ),
    _fault(
        "anonymous_is_401_on_insights",
        "Insights answer 401.",
        "They answer 403.",
        on_answer=_status_for("not_authenticated", 403, 401),
    ),
    _fault(
        "anonymous_is_403_elsewhere",
        "Other routes answer 403.",
        "They answer 401.",
        on_answer=_status_for("not_authenticated", 401, 403),
    ),
    _fault(
        "bad_key_is_400",
        "A bad key is 400.",
        "It is 403, elsewhere 401.",
        on_answer=_status_for("authentication_failed", 403, 400),
    ),
    _fault(
        "no_challenge", "A 401 has no challenge.", "It has `WWW-Authenticate`.", on_answer=_without_challenge
    ),
    _fault(
        "missing_scope_is_404",
        "A missing scope is 404.",
        "It is 403.",
        on_answer=_status_for("permission_denied", 403, 404),
    ),
    _fault("missing_scope_is_not_named", "The scope is not named.", "It is.", on_answer=_scope_says_nothing),
    _fault(
        "scopeless_actions_are_open",
        "Keys reach actions without a scope.",
        "They are refused.",
        on_answer=_open_scopeless,
    ),
    _fault(
        "read_scope_writes",
        "`insight:read` writes.",
        "It reads.",
        before=_read_means_write,
        after=_again_as_it_was,
    ),
    _fault(
        "csrf_is_unchecked",
        "A session writes without its token.",
        "It is refused.",
        on_request=_csrf_by_cookie,
    ),
    _fault(
        "key_in_query_is_ignored",
        "A key in the query is not seen.",
        "It is one of its places.",
        operations=LIST,
        on_request=deaf_to("personal_api_key"),
    ),
    _fault(
        "unknown_project_is_empty",
        "An unknown project is empty.",
        "It is 404.",
        operations=LIST,
        on_answer=answering({404: 200}, dict(EMPTY)),
    ),
)
