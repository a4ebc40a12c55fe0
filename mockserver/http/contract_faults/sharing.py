"""Links that work when they should not, or do not when they should."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from .edits import body_with
from .model import Asked, ContractFault, Given
from .stored import for_a_while, insight_id, put_back

if TYPE_CHECKING:
    from ...services import Services
    from ...store.documents import SharingDocument

Changes = Iterator[tuple[str, int, dict[str, object]]]

READ: Final = frozenset(("insights_sharing_retrieve",))
WRITE: Final = frozenset(("insights_sharing_partial_update",))
ROTATE: Final = frozenset(("insights_sharing_refresh_create",))
LINK: Final = frozenset(("shared_json_retrieve", "shared_page_retrieve", "embedded_page_retrieve"))
UNLOCK: Final = frozenset(("shared_unlock_create",))
FOREVER: Final = "2999-01-01T00:00:00.000000Z"


def _fault(name: str, description: str, rule: str, **parts: object) -> ContractFault:
    return ContractFault(name, "sharing", description, rule, **parts)  # type: ignore[arg-type]


def _linked(services: Services, asked: Asked) -> SharingDocument | None:
    token = asked.path.rsplit("/", 1)[-1].removesuffix(".json")
    return services.store.sharing.find_one("token", token)


def _own(services: Services, asked: Asked) -> SharingDocument | None:
    return services.store.sharing.find_one("insight", insight_id(asked))


def _with(**fields: object) -> Any:
    def choose(services: Services, asked: Asked) -> Changes:
        found = _linked(services, asked)
        if found is not None:
            yield "sharing", found["id"], dict(fields)

    return for_a_while(choose)


def _old_tokens_last(services: Services, asked: Asked) -> Changes:
    found = _linked(services, asked)
    if found is not None:
        kept = [{**one, "expires_at": FOREVER} for one in found["previous_tokens"]]
        yield "sharing", found["id"], {"previous_tokens": kept}


def _old_tokens_die(services: Services, asked: Asked, _: object) -> None:
    found = _own(services, asked)
    if found is not None:
        dead = [{**one, "expires_at": "2001-01-01T00:00:00.000000Z"} for one in found["previous_tokens"]]
        services.store.sharing.amend(found["id"], {"previous_tokens": dead})


def _undo(services: Services, _: Asked, held: SharingDocument | None) -> None:
    if held is not None:
        services.store.sharing.apply(held["id"], held)


def _settings_lost(services: Services, asked: Asked, _: object) -> None:
    found = _own(services, asked)
    if found is not None:
        services.store.sharing.amend(found["id"], {"settings": None})


def _settings_raw(services: Services, asked: Asked, _: object) -> None:
    found = _own(services, asked)
    settings = asked.body.get("settings") if isinstance(asked.body, dict) else None
    if found is not None and isinstance(settings, dict):
        services.store.sharing.amend(found["id"], {"settings": settings})


def _link_of_deleted(services: Services, asked: Asked) -> Changes:
    found = _linked(services, asked)
    insight = services.store.insights.fetch(found["insight_id"]) if found and found["insight_id"] else None
    if insight is not None and insight["deleted"]:
        yield "insights", insight["id"], {"deleted": False}


def _passwords_stay(services: Services, asked: Asked, _: object) -> None:
    number = int(asked.path.rsplit("/", 1)[-1])
    if services.store.share_passwords.fetch(number) is not None:
        services.store.share_passwords.amend(number, {"is_active": True})


def _dead_passwords_work(services: Services, asked: Asked) -> Changes:
    found = _linked(services, asked)
    for password in services.store.share_passwords.find("sharing", found["id"]) if found else []:
        if not password["is_active"]:
            yield "share_passwords", password["id"], {"is_active": True}


def _in_a_list(_: Asked, given: Given) -> Given:
    return given.with_body([given.body]) if given.status == 200 and isinstance(given.body, dict) else given


def _says_enabled(_: Asked, body: dict[str, Any]) -> None:
    body["enabled"] = True


def _shows_passwords(_: Asked, body: dict[str, Any]) -> None:
    for one in body.get("share_passwords", []):
        one["password"] = "correct horse battery"  # noqa: S105 - the one that was sent


def _editors(_: Asked, body: dict[str, Any]) -> None:
    if isinstance(body.get("insight"), dict):
        body["insight"].update(effective_restriction_level=21, effective_privilege_level=37)


def _any_password(_: Asked, given: Given) -> Given:
    if given.status != 401:
        return given
    return given.with_status(200).with_body({"shareToken": "e30.e30.e30"})


def _same_token(services: Services, asked: Asked) -> SharingDocument | None:
    return _own(services, asked)


FAULTS: Final = (
    _fault(
        "sharing_in_a_list", "Sharing is a list.", "It is one object.", operations=READ, on_answer=_in_a_list
    ),
    _fault(
        "sharing_always_enabled",
        "Sharing says it is on.",
        "It is off at first.",
        operations=READ,
        on_answer=body_with(_says_enabled),
    ),
    _fault(
        "token_is_not_rotated",
        "The token stays.",
        "Rotating makes a new one.",
        operations=ROTATE,
        before=_same_token,
        after=_undo,
    ),
    _fault(
        "old_token_dies_at_once",
        "The old token dies at once.",
        "It lives for five minutes.",
        operations=ROTATE,
        after=_old_tokens_die,
    ),
    _fault(
        "old_token_never_dies",
        "The old token never dies.",
        "It lives for five minutes.",
        operations=LINK,
        before=for_a_while(_old_tokens_last),
        after=put_back,
    ),
    _fault(
        "rotating_loses_settings",
        "Rotating loses settings.",
        "They carry over.",
        operations=ROTATE,
        after=_settings_lost,
    ),
    _fault(
        "disabled_link_works",
        "A link works when off.",
        "It is 404.",
        operations=LINK,
        before=_with(enabled=True),
        after=put_back,
    ),
    _fault(
        "sharing_is_not_kept",
        "Turning on is forgotten.",
        "It is kept.",
        operations=WRITE,
        before=_same_token,
        after=_undo,
    ),
    _fault(
        "settings_are_kept_raw",
        "Unknown settings are kept.",
        "They are dropped.",
        operations=WRITE,
        after=_settings_raw,
    ),
    _fault(
        "link_of_deleted_works",
        "The link of a deleted insight works.",
        "It is 404.",
        operations=LINK,
        before=for_a_while(_link_of_deleted),
        after=put_back,
    ),
    _fault(
        "password_is_not_asked",
        "A protected link is open.",
        "It asks.",
        operations=LINK,
        before=_with(password_required=False),
        after=put_back,
    ),
    _fault(
        "any_password_opens", "Any password is right.", "One is.", operations=UNLOCK, on_answer=_any_password
    ),
    _fault(
        "password_deletion_is_lost",
        "A deleted password stays.",
        "It is gone.",
        operations=frozenset(("insights_sharing_passwords_destroy",)),
        after=_passwords_stay,
    ),
    _fault(
        "deleted_password_opens",
        "A deleted password opens.",
        "It is 401.",
        operations=UNLOCK,
        before=for_a_while(_dead_passwords_work),
        after=put_back,
    ),
    _fault(
        "passwords_are_shown",
        "Passwords are shown again.",
        "Once only.",
        operations=READ,
        on_answer=body_with(_shows_passwords),
    ),
    _fault(
        "details_are_not_hidden",
        "`hideExtraDetails` hides nothing.",
        "It hides who and when.",
        operations=LINK,
        before=_with(settings=None),
        after=put_back,
    ),
    _fault(
        "guests_are_editors",
        "A shared insight may be edited.",
        "It may be viewed.",
        operations=LINK,
        on_answer=body_with(_editors),
    ),
)
