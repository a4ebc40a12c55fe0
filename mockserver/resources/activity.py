"""The activity log: what is worth an entry, how entries are found and how they look."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Final, Literal, cast

from ..store import JSON, JSONObject, to_wire
from ..store.documents import ActivityDocument, DashboardDocument, InsightDocument, UserDocument
from .context import Context
from .organizations import organization_of
from .users import basic_shape

Scope = Literal["Insight", "Dashboard"]

INSIGHT_FIELDS: Final = ("name", "description", "derived_name", "favorited", "deleted", "query", "filters")


def change(field: str, before: JSON, after: JSON, scope: Scope = "Insight") -> JSONObject:
    """One entry of `changes`: created where there was nothing, deleted where nothing is left."""
    action = "created" if before is None else "deleted" if after is None else "changed"
    return {"type": scope, "action": action, "field": field, "before": before, "after": after}


def insight_changes(before: InsightDocument, after: InsightDocument) -> list[JSONObject]:
    """What differs between two states of an insight, tags first, among the fields that PostHog compares.

    Never compared: order, saved, is_sample, times and users. Dashboards are for `dashboards_change`.
    """
    found: list[JSONObject] = []
    tags = sorted(before["tags"]), sorted(after["tags"])
    if tags[0] != tags[1]:
        found.append(change("tags", cast("JSON", tags[0]), cast("JSON", tags[1])))
    old, new = cast("Mapping[str, JSON]", before), cast("Mapping[str, JSON]", after)
    found += [change(name, old[name], new[name]) for name in INSIGHT_FIELDS if old[name] != new[name]]
    return found


def dashboards_change(
    before: Sequence[DashboardDocument], after: Sequence[DashboardDocument]
) -> list[JSONObject]:
    """The entry for a change of an insight's dashboards; none where none is left, as PostHog logs it."""
    return [change("dashboards", _named(before), _named(after))] if after else []


def _named(dashboards: Sequence[DashboardDocument]) -> JSON:
    ordered = sorted(dashboards, key=lambda dashboard: dashboard["id"])
    return [{"id": dashboard["id"], "name": dashboard["name"]} for dashboard in ordered]


def log(
    context: Context,
    item: InsightDocument | DashboardDocument,
    activity: str,
    changes: Sequence[JSONObject] | None = None,
    *,
    scope: Scope = "Insight",
    by_nobody: bool = False,
) -> ActivityDocument | None:
    """Write an entry about an insight or a dashboard; None where PostHog writes none: for an unnamed insight.

    `activity` is a word such as `created`, `sharing enabled` or `access token refreshed`; `by_nobody` leaves
    the user out, for what someone on a shared link does.
    """
    fields = cast("Mapping[str, JSON]", item)
    name = fields["name"] or fields.get("derived_name")
    if not name and scope == "Insight":
        return None
    number = context.store.activities.new_id()
    detail: JSONObject = {
        "id": None,
        "changes": None if changes is None else list(changes),
        "trigger": None,
        "name": name,
        "short_id": fields.get("short_id"),
        "type": None,
    }
    made: ActivityDocument = {
        "id": number,
        "uuid": context.random.stream(f"activities/{number}/uuid").uuid(),
        "project_id": context.project_id,
        "user_id": None if by_nobody else context.user_id,
        "activity": activity,
        "scope": scope,
        "item_id": str(item["id"]),
        "detail": detail,
        "created_at": context.stored_now,
    }
    return context.store.activities.add(made)


def log_update(
    context: Context,
    before: InsightDocument,
    after: InsightDocument,
    dashboards: tuple[Sequence[DashboardDocument], Sequence[DashboardDocument]] | None = None,
) -> ActivityDocument | None:
    """Write an entry for an update, if PostHog would see a difference in it.

    Setting `deleted` makes it `deleted` or `restored` rather than `updated`.
    """
    changes = insight_changes(before, after)
    if dashboards is not None:
        changes += dashboards_change(*dashboards)
    if not changes:
        return None
    activity = "updated"
    if before["deleted"] != after["deleted"]:
        activity = "deleted" if after["deleted"] else "restored"
    return log(context, after, activity, changes)


def page_of_insights(context: Context, start: int, stop: int) -> tuple[list[ActivityDocument], int]:
    """Entries about all insights of the project, deleted ones too, newest first; and how many there are."""
    return _page(context, "scope", (context.project_id, "Insight"), start, stop)


def page_of_insight(
    context: Context, insight_id: int, start: int, stop: int
) -> tuple[list[ActivityDocument], int]:
    """Entries about one insight, newest first; and how many there are."""
    return _page(context, "item", (context.project_id, "Insight", str(insight_id)), start, stop)


def _page(
    context: Context, index: str, partition: Hashable, start: int, stop: int
) -> tuple[list[ActivityDocument], int]:
    table = context.store.activities
    return table.page(index, partition, start, stop, reverse=True), table.tally(index, partition)


def item_shape(context: Context, entry: ActivityDocument) -> JSONObject:
    """An entry as the insights' own log shows it, in the server's key order."""
    user = _user(context, entry)
    newest = context.profile.activity_has_client
    named: JSONObject
    if user is None:
        named = {"first_name": "System", "email": None, "is_system": True}
    else:
        named = {"first_name": user["first_name"], "email": user["email"]}
        if newest:
            named["is_system"] = False
    shape: JSONObject = {"id": entry["uuid"], "user": named}
    if newest:
        shape.update(is_system=user is None, was_impersonated=False, client=None)
    return {**shape, **_what(entry)}


def log_shape(context: Context, entry: ActivityDocument) -> JSONObject:
    """An entry as the project's log shows it: the whole user, and whether it is news to the caller."""
    user = _user(context, entry)
    return {
        "id": entry["uuid"],
        "user": basic_shape(user) if user else None,
        "unread": entry["user_id"] != context.user_id,
        "is_system": user is None,
        "was_impersonated": False,
        "client": None,
        "organization_id": organization_of(context.store, context.project)["uuid"],
        **_what(entry),
    }


def _user(context: Context, entry: ActivityDocument) -> UserDocument | None:
    return context.store.users.fetch(entry["user_id"]) if entry["user_id"] is not None else None


def _what(entry: ActivityDocument) -> JSONObject:
    return {
        "activity": entry["activity"],
        "scope": entry["scope"],
        "item_id": entry["item_id"],
        "detail": entry["detail"],
        "created_at": to_wire(entry["created_at"]),
    }
