"""Who viewed which insight, and when last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from ..store import JSONObject, Store, to_stored
from ..store.documents import InsightDocument, ViewDocument
from .context import Context
from .users import user_basic

VIEWERS_SHOWN = 3


def record_view(context: Context, insight_id: int, user_id: int | None) -> None:
    """Note that a user (None: someone on a shared link) views an insight now; one entry for each pair."""
    views = context.store.views
    held = views.find_one("triple", (context.project_id, user_id, insight_id))
    if held is not None:
        views.amend(held["id"], {"last_viewed_at": context.stored_now})
        return
    made: ViewDocument = {
        "id": views.new_id(),
        "project_id": context.project_id,
        "user_id": user_id,
        "insight_id": insight_id,
        "last_viewed_at": context.stored_now,
    }
    views.add(made)


def mark_viewed(context: Context, insight_ids: Iterable[int]) -> None:
    """Note that the caller views these insights now; unknown, deleted and foreign ids are left out."""
    with context.store.transaction():
        for insight_id in dict.fromkeys(insight_ids):
            insight = context.store.insights.fetch(insight_id)
            if insight and insight["project_id"] == context.project_id and not insight["deleted"]:
                record_view(context, insight["id"], context.user_id)


def last_viewed_at(store: Store, insight_id: int) -> str | None:
    """When anyone last viewed an insight, as stored."""
    return max((view["last_viewed_at"] for view in store.views.find("insight", insight_id)), default=None)


def my_last_viewed(context: Context, count: int = 5) -> list[tuple[InsightDocument, str]]:
    """The insights that the caller viewed last, with the time, latest first; deleted ones left out."""
    found: list[tuple[InsightDocument, str]] = []
    partition = (context.project_id, context.user_id)
    start = 0
    while len(found) < count:
        views = context.store.views.page("user", partition, start, start + 2 * count, reverse=True)
        if not views:
            break
        start += len(views)
        for view in views:
            insight = context.store.insights.fetch(view["insight_id"])
            if insight is not None and not insight["deleted"]:
                found.append((insight, view["last_viewed_at"]))
    return found[:count]


@dataclass(frozen=True, slots=True)
class Trend:
    """How often an insight was viewed in a period, and by whom, latest viewer first."""

    insight: InsightDocument
    view_count: int
    viewers: list[JSONObject]
    last_viewed_at: str


def trending(context: Context, days: int, limit: int) -> list[Trend]:
    """The insights of the project that most people viewed in the last `days`, at most `limit`.

    PostHog keeps one row a person and insight, so `view_count` counts people; ties go to the latest view.
    """
    try:
        since = to_stored(context.now - timedelta(days=days))
    except OverflowError:
        since = "" if days > 0 else "9999"
    recent: dict[int, list[ViewDocument]] = {}
    for view in context.store.views.find("project", context.project_id):
        if view["last_viewed_at"] >= since:
            recent.setdefault(view["insight_id"], []).append(view)
    found: list[Trend] = []
    for insight_id, views in recent.items():
        insight = context.store.insights.fetch(insight_id)
        if insight is not None and not insight["deleted"]:
            views.sort(key=lambda view: (view["last_viewed_at"], view["id"]), reverse=True)
            shown = [user_basic(context.store, view["user_id"]) for view in views]
            people = [user for user in shown if user is not None]
            found.append(Trend(insight, len(views), people[:VIEWERS_SHOWN], views[0]["last_viewed_at"]))
    found.sort(key=lambda trend: trend.insight["id"])
    found.sort(key=lambda trend: (trend.view_count, trend.last_viewed_at), reverse=True)
    return found[: max(limit, 0)]
