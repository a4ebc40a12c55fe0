"""The activity log: of one insight, of all insights, of the whole project."""

from __future__ import annotations

import re
from typing import Final

from ..errors import ApiError, api_error
from ..resources import activity, insights
from ..resources.activity_log import read_log
from ..store import JSONObject
from ..store.documents import ActivityDocument
from .call import Answer, Call
from .paging import read_limit
from .rendering import check_format, rendered

DEFAULT_LIMIT: Final = 10
LARGEST: Final = 10**9


def insights_all_activity_retrieve(call: Call) -> Answer:
    """What happened to the insights of the project, deleted ones included."""
    check_format(call)
    page, limit = _page_and_limit(call)
    entries, total = activity.page_of_insights(call.context, (page - 1) * limit, page * limit)
    return _envelope(call, entries, total, page, limit)


def insights_activity_retrieve(call: Call) -> Answer:
    """What happened to one insight; an unknown one is 404, without a body in the older server."""
    check_format(call)
    context = call.context
    try:
        insight = insights.find(context, call.path["id"])
    except ApiError:
        if call.profile.missing_activity_is_empty:
            raise api_error("empty_not_found") from None
        raise
    page, limit = _page_and_limit(call)
    entries, total = activity.page_of_insight(context, insight["id"], (page - 1) * limit, page * limit)
    return _envelope(call, entries, total, page, limit)


def _page_and_limit(call: Call) -> tuple[int, int]:
    # the contract has seen to it that both are whole and positive
    page, limit = int(call.query.get("page", 1)), int(call.query.get("limit", DEFAULT_LIMIT))
    return min(page, LARGEST), min(limit, LARGEST)


def _envelope(call: Call, entries: list[ActivityDocument], total: int, page: int, limit: int) -> Answer:
    if not entries and page > 1:
        raise api_error("invalid_page", field="page", reason="That page contains no results")
    body = {
        "results": [activity.item_shape(call.context, entry) for entry in entries],
        "next": _link(call.url, page + 1, limit) if page * limit < total else None,
        "previous": _link(call.url, page - 1, limit) if page > 1 else None,
        "total_count": total,
    }
    return rendered(call, body)


def _link(url: str, page: int, limit: int) -> str:
    """The current address with `page` and `limit` set in place, or added, as PostHog does it."""
    for name, value in (("page", page), ("limit", limit)):
        held = re.compile(rf"([&?]{name}=)[^&#]*")
        if held.search(url):
            url = held.sub(rf"\g<1>{value}", url)
        else:
            url += f"{'&' if '?' in url else '?'}{name}={value}"
    return url


def activity_log_list(call: Call) -> Answer:
    """What happened to anything in the project, page by page by cursor."""
    context = call.context
    page = read_log(
        context,
        limit=read_limit(call.query),
        cursor=call.query.get("cursor"),
        scope=call.query.get("scope") or None,
        item_id=call.query.get("item_id") or None,
        user_id=context.user_id if "user" in call.query else None,
    )
    return Answer(
        {
            "next": _cursor_link(call, page.next),
            "previous": _cursor_link(call, page.previous),
            "results": [_log_entry(call, entry) for entry in page.entries],
        }
    )


def _log_entry(call: Call, entry: ActivityDocument) -> JSONObject:
    return activity.log_shape(call.context, entry)


def _cursor_link(call: Call, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    held = re.compile(r"([&?]cursor=)[^&#]*")
    url = call.url
    if held.search(url):
        return held.sub(rf"\g<1>{cursor}", url)
    return f"{url}{'&' if '?' in url else '?'}cursor={cursor}"
