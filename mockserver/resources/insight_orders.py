"""The order of a list of insights."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import orjson

from ..errors import api_error
from ..store import Store
from ..store.documents import InsightDocument, UserDocument
from .views import last_viewed_at

Value = str | int | bool | None
Read = Callable[[Store, InsightDocument], Value]


def _user_field(role: str, read: Callable[[UserDocument], Value]) -> Read:
    def value(store: Store, insight: InsightDocument) -> Value:
        user_id = insight["created_by"] if role == "created_by" else insight["last_modified_by"]
        user = store.users.fetch(user_id) if user_id is not None else None
        return None if user is None else read(user)

    return value


def _user_fields(role: str) -> dict[str, Read]:
    return {
        role: _user_field(role, lambda user: user["id"]),
        f"{role}_id": _user_field(role, lambda user: user["id"]),
        f"{role}__id": _user_field(role, lambda user: user["id"]),
        f"{role}__uuid": _user_field(role, lambda user: user["uuid"]),
        f"{role}__distinct_id": _user_field(role, lambda user: user["distinct_id"]),
        f"{role}__first_name": _user_field(role, lambda user: user["first_name"]),
        f"{role}__last_name": _user_field(role, lambda user: user["last_name"]),
        f"{role}__email": _user_field(role, lambda user: user["email"]),
        f"{role}__is_email_verified": _user_field(role, lambda user: user["is_email_verified"]),
        f"{role}__role_at_organization": _user_field(role, lambda user: user["role_at_organization"]),
    }


FIELDS: Final[Mapping[str, Read]] = MappingProxyType(
    {
        "id": lambda _, insight: insight["id"],
        "pk": lambda _, insight: insight["id"],
        "short_id": lambda _, insight: insight["short_id"],
        "name": lambda _, insight: insight["name"],
        "derived_name": lambda _, insight: insight["derived_name"],
        "description": lambda _, insight: insight["description"],
        "query": lambda _, insight: _as_text(insight["query"]),
        "filters": lambda _, insight: _as_text(insight["filters"]),
        "order": lambda _, insight: insight["order"],
        "deleted": lambda _, insight: insight["deleted"],
        "saved": lambda _, insight: insight["saved"],
        "favorited": lambda _, insight: insight["favorited"],
        "is_sample": lambda _, insight: insight["is_sample"],
        "refreshing": lambda _, __: False,
        "last_refresh": lambda _, __: None,
        "team": lambda _, insight: insight["project_id"],
        "team_id": lambda _, insight: insight["project_id"],
        "created_at": lambda _, insight: insight["created_at"],
        "updated_at": lambda _, insight: insight["updated_at"],
        "last_modified_at": lambda _, insight: insight["last_modified_at"],
        "last_viewed_at": lambda store, insight: last_viewed_at(store, insight["id"]),
        **_user_fields("created_by"),
        **_user_fields("last_modified_by"),
    }
)
INDEXED: Final = MappingProxyType({"created_at": "created", "last_modified_at": "modified"})


def _as_text(value: object) -> str | None:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode() if value else None


def read_order(text: str) -> tuple[str, bool]:
    """The field that an `order` parameter names and whether it is descending.

    Raises `invalid_order_field` for an unknown one, where PostHog crashes.
    """
    descending = text.startswith("-")
    field = text[1:] if descending else text
    if field not in FIELDS:
        raise api_error("invalid_order_field", value=text)
    return field, descending


def by_default(insights: Sequence[InsightDocument]) -> list[InsightDocument]:
    """By `order`, nulls last, then by id."""
    return sorted(insights, key=lambda one: (one["order"] is None, one["order"] or 0, one["id"]))


def in_order(store: Store, insights: Sequence[InsightDocument], text: str) -> list[InsightDocument]:
    """By the field of an `order` parameter, ties by id.

    Nulls are the greatest, as in PostgreSQL; but `last_viewed_at` has them first and `-last_viewed_at` last.
    """
    field, descending = read_order(text)
    read = FIELDS[field]
    by_id = sorted(insights, key=lambda one: one["id"], reverse=descending)
    valued = [(read(store, insight), insight) for insight in by_id]
    known = [pair for pair in valued if pair[0] is not None]
    unknown = [insight for value, insight in valued if value is None]
    known.sort(key=lambda pair: _sortable(pair[0]), reverse=descending)
    nulls_first = descending != (field == "last_viewed_at")
    found = [insight for _, insight in known]
    return unknown + found if nulls_first else found + unknown


def _sortable(value: Value) -> tuple[str, str] | tuple[int]:
    # text sorts as a locale would have it: without regard to case first
    return (value.lower(), value) if isinstance(value, str) else (int(value or 0),)
