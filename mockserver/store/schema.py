"""The tables and their indexes, as data."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from types import MappingProxyType
from typing import Final, cast

from .indexes import Fields, HashRule, OrderRule

Rules = Mapping[str, HashRule | OrderRule]


def by(*names: str, unique: bool = False) -> HashRule:
    """An index on one field, or on several together."""
    if len(names) == 1:
        name = names[0]
        return HashRule(lambda document: (document[name],), unique, names)
    return HashRule(lambda document: (tuple(document[name] for name in names),), unique, names)


def _live(*names: str) -> HashRule:
    def keys(document: Fields) -> Iterable[Hashable]:
        return () if document["deleted"] else (tuple(document[name] for name in names),)

    return HashRule(keys, fields=names, live=True)


def _live_tags(document: Fields) -> Iterable[Hashable]:
    if document["deleted"]:
        return ()
    return [(document["project_id"], tag) for tag in cast("list[str]", document["tags"])]


def _live_project(document: Fields) -> Hashable | None:
    return None if document["deleted"] else document["project_id"]


def _nulls_last(*names: str) -> Callable[[Fields], tuple[object, ...]]:
    def key(document: Fields) -> tuple[object, ...]:
        return tuple(part for name in names for part in (document[name] is None, document[name] or 0))

    return key


def _project(document: Fields) -> Hashable | None:
    return document["project_id"]


def _open_job(document: Fields) -> Iterable[Hashable]:
    has_end = document["result_key"] is not None or document["forced_state"] in ("cancelled", "expired")
    return () if has_end else (True,)


def _scope(document: Fields) -> Hashable | None:
    return (document["project_id"], document["scope"])


def _item(document: Fields) -> Hashable | None:
    return (document["project_id"], document["scope"], document["item_id"])


def _by_time(name: str) -> OrderRule:
    """The living documents of a project by a time."""
    return OrderRule(_live_project, _newest(name), ("project_id", name), live=True)


def _newest(name: str) -> Callable[[Fields], tuple[object, ...]]:
    return lambda document: (document[name],)


SCHEMA: Final[Mapping[str, Rules]] = MappingProxyType(
    {
        "organizations": {"uuid": by("uuid", unique=True)},
        "users": {"email": by("email", unique=True), "uuid": by("uuid", unique=True)},
        "memberships": {
            "user": by("user_id"),
            "organization": by("organization_id"),
            "pair": by("user_id", "organization_id", unique=True),
        },
        "projects": {"organization": by("organization_id"), "api_token": by("api_token", unique=True)},
        "personal_api_keys": {"value_hash": by("value_hash", unique=True), "user": by("user_id")},
        "sessions": {"key_hash": by("key_hash", unique=True), "user": by("user_id")},
        "insights": {
            "project": by("project_id"),
            "short_id": by("project_id", "short_id", unique=True),
            "listed": OrderRule(_live_project, _nulls_last("order"), ("project_id", "order"), live=True),
            "created": _by_time("created_at"),
            "modified": _by_time("last_modified_at"),
            "created_by": _live("project_id", "created_by"),
            "favorited": _live("project_id", "favorited"),
            "tag": HashRule(_live_tags),
        },
        "dashboards": {
            "project": by("project_id"),
            "listed": OrderRule(_live_project, _newest("id"), ("project_id", "id"), live=True),
        },
        "tiles": {
            "project": by("project_id"),
            "dashboard": by("dashboard_id"),
            "insight": by("insight_id"),
            "pair": by("dashboard_id", "insight_id"),
        },
        "sharing": {
            "project": by("project_id"),
            "insight": by("insight_id"),
            "dashboard": by("dashboard_id"),
            "token": HashRule(
                lambda document: [
                    str(document["access_token"]),
                    *[str(previous["token"]) for previous in document["previous_tokens"]],  # type: ignore[attr-defined]
                ]
            ),
        },
        "share_passwords": {"project": by("project_id"), "sharing": by("sharing_id")},
        "activities": {
            "project": by("project_id"),
            "newest": OrderRule(_project, _newest("created_at"), ("project_id", "created_at")),
            "scope": OrderRule(_scope, _newest("created_at"), ("project_id", "scope", "created_at")),
            "item": OrderRule(_item, _newest("created_at"), ("project_id", "scope", "item_id", "created_at")),
        },
        "views": {
            "project": by("project_id"),
            "triple": by("project_id", "user_id", "insight_id", unique=True),
            "insight": by("insight_id"),
            "user": OrderRule(
                lambda document: (document["project_id"], document["user_id"]),
                _newest("last_viewed_at"),
                ("project_id", "user_id", "last_viewed_at"),
            ),
        },
        "variables": {"project": by("project_id"), "uuid": by("uuid", unique=True)},
        "actions": {"project": by("project_id")},
        "cohorts": {"project": by("project_id")},
        "alerts": {"project": by("project_id"), "insight": by("insight_id")},
        "cached_results": {"project": by("project_id"), "key": by("project_id", "key", unique=True)},
        "jobs": {
            "project": by("project_id"),
            "query_id": by("project_id", "query_id"),
            "cache_key": by("project_id", "cache_key"),
            "open": HashRule(_open_job),
        },
        "clocks": {"project": by("project_id", unique=True)},
        "refresh_policies": {
            "project": by("project_id"),
            "place": by("project_id", "insight_id", unique=True),
        },
        "faults": {"project": by("project_id")},
        "tenants": {"project": by("project_id", unique=True)},
        "batches": {"project": by("project_id")},
        "meta": {"name": by("name", unique=True)},
    }
)

PROJECT_TABLES: Final = tuple(
    name for name, rules in SCHEMA.items() if name != "projects" and "project" in rules
)
