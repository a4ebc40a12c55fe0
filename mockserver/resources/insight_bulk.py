"""Actions on many insights at once; each says what it did and what it skipped, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Literal

from ..errors import api_error
from ..store import JSON, JSONObject
from ..store.documents import InsightDocument
from . import activity, insights, tags
from .context import Context
from .permissions import is_admin
from .query_reading import source_of, with_source

NOT_FOUND: Final = "Insight not found"
NOT_ALLOWED: Final = "You don't have permission to edit this insight"
FILTERING: Final = frozenset(
    (
        "TrendsQuery",
        "FunnelsQuery",
        "RetentionQuery",
        "PathsQuery",
        "PathsV2Query",
        "StickinessQuery",
        "LifecycleQuery",
        "WebOverviewQuery",
        "WebStatsTableQuery",
        "EventsQuery",
    )
)

TagAction = Literal["add", "remove", "set"]


def _each(
    context: Context,
    ids: Sequence[int],
    act: Callable[[InsightDocument], JSONObject],
    *,
    deleted: bool = False,
) -> tuple[list[JSON], list[JSON]]:
    done: list[JSON] = []
    skipped: list[JSON] = []
    with context.store.transaction():
        for insight_id in dict.fromkeys(map(_whole, ids)):
            insight = context.store.insights.fetch(insight_id)
            if (
                insight is None
                or insight["project_id"] != context.project_id
                or insight["deleted"] != deleted
            ):
                skipped.append({"id": insight_id, "reason": NOT_FOUND})
            elif not insights.can_edit(context, insight):
                skipped.append({"id": insight_id, "reason": NOT_ALLOWED})
            else:
                done.append(act(insight))
    return done, skipped


def _whole(number: int) -> int:
    # JSON knows no integers: 3.0 is the id 3; what is beyond 64 bits came as a float and has to stay one
    return int(number) if abs(number) < 2**53 else number


def _named(insight: InsightDocument) -> JSONObject:
    return {"id": insight["id"], "name": insight["name"]}


def delete_many(context: Context, ids: Sequence[int]) -> JSONObject:
    """Delete insights softly: `{deleted: [{id, name}], skipped: [{id, reason}]}`."""

    def act(insight: InsightDocument) -> JSONObject:
        insights.soft_delete(context, insight)
        return _named(insight)

    done, skipped = _each(context, ids, act)
    return {"deleted": done, "skipped": skipped}


def restore_many(context: Context, ids: Sequence[int]) -> JSONObject:
    """Restore deleted insights: `{restored: [{id, name}], skipped: [{id, reason}]}`."""

    def act(insight: InsightDocument) -> JSONObject:
        insights.restore(context, insight)
        return _named(insight)

    done, skipped = _each(context, ids, act, deleted=True)
    return {"restored": done, "skipped": skipped}


def update_tags(context: Context, ids: Sequence[int], action: TagAction, names: Sequence[str]) -> JSONObject:
    """Add, remove or set tags: `{updated: [{id, tags}], skipped: [{id, reason}]}`."""
    given = tags.normalise(names)

    def act(insight: InsightDocument) -> JSONObject:
        held = insight["tags"]
        after = {
            "add": list(dict.fromkeys([*held, *given])),
            "remove": [tag for tag in held if tag not in given],
            "set": given,
        }[action]
        if after != held:
            changes = {"tags": after, "updated_at": context.stored_now}
            activity.log_update(context, insight, context.store.insights.amend(insight["id"], changes))
        shown: list[JSON] = [*sorted(after)]
        return {"id": insight["id"], "tags": shown}

    done, skipped = _each(context, ids, act)
    return {"updated": done, "skipped": skipped}


def set_test_account_filter(context: Context, *, enabled: bool) -> JSONObject:
    """Turn `filterTestAccounts` on or off in all insights: how many were changed, and why others were not.

    Raises `admin_required`. `legacy` counts those that hold no query, `unsupported` those whose kind has no
    such filter.
    """
    if not is_admin(context):
        raise api_error("admin_required")
    counts = dict.fromkeys(("updated", "unchanged", "unsupported", "skipped", "legacy"), 0)
    with context.store.transaction():
        for insight in context.store.insights.page("listed", context.project_id):
            counts[_set_filter(context, insight, enabled)] += 1
    return {**counts}


def _set_filter(context: Context, insight: InsightDocument, enabled: bool) -> str:
    query = insight["query"]
    source = source_of(query)
    if not query or source is None:
        return "legacy"
    if source.get("kind") not in FILTERING:
        return "unsupported"
    if bool(source.get("filterTestAccounts")) == enabled:
        return "unchanged"
    if not insights.can_edit(context, insight):
        return "skipped"
    changes = {
        "query": with_source(query, {**source, "filterTestAccounts": enabled}),
        "updated_at": context.stored_now,
        "last_modified_at": context.stored_now,
        "last_modified_by": context.user_id,
    }
    activity.log_update(context, insight, context.store.insights.amend(insight["id"], changes))
    return "updated"
