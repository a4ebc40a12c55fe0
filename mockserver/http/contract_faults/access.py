"""Requests that should have been refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...resources import keys
from .model import Asked, ContractFault

if TYPE_CHECKING:
    from ...services import Services
    from ...store.documents import PersonalApiKeyDocument


def _open_up(services: Services, asked: Asked) -> PersonalApiKeyDocument | None:
    key = _key(services, asked)
    if key is not None:
        services.store.personal_api_keys.amend(key["id"], {"scopes": ["*"]})
    return key


def _reach_all(services: Services, asked: Asked) -> PersonalApiKeyDocument | None:
    key = _key(services, asked)
    if key is not None:
        limits: dict[str, object] = {"scoped_teams": [], "scoped_organizations": []}
        services.store.personal_api_keys.amend(key["id"], limits)
    return key


def _key(services: Services, asked: Asked) -> PersonalApiKeyDocument | None:
    words = asked.headers.get("authorization", "").split()
    return keys.find_key(services.store, words[1]) if len(words) == 2 else None


def _close(services: Services, _: Asked, key: PersonalApiKeyDocument | None) -> None:
    if key is not None and services.store.personal_api_keys.fetch(key["id"]) is not None:
        limits = ("scopes", "scoped_teams", "scoped_organizations")
        services.store.personal_api_keys.amend(key["id"], {name: key[name] for name in limits})  # type: ignore[literal-required]


FAULTS: Final = (
    ContractFault(
        "scopes_unchecked",
        "auth",
        "Any key may do anything.",
        "A key without the scope that an operation needs is refused with 403.",
        before=_open_up,
        after=_close,
    ),
    ContractFault(
        "limits_unchecked",
        "auth",
        "A key reaches every project of its user.",
        "A key that is limited to other projects is refused with 403.",
        before=_reach_all,
        after=_close,
    ),
)
