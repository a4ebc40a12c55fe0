"""The dashboard template that every project has: PostHog's "Product analytics"."""

from __future__ import annotations

from dataclasses import dataclass

from ..store import JSON, JSONObject
from ..store.documents import InsightDocument
from .context import Context
from .tiles import add_tile

TEMPLATE_NAMES = frozenset(("DEFAULT_APP", "Product analytics"))


@dataclass(frozen=True, slots=True)
class TemplateTile:
    """One insight of a template and its cell in a grid of two columns."""

    name: str
    description: str
    query: JSONObject
    color: str
    column: int
    row: int


def _trends(interval: str, date_from: str, **series: JSON) -> JSONObject:
    return _node(
        {
            "kind": "TrendsQuery",
            "series": [{"kind": "EventsNode", "event": "$pageview", "name": "$pageview", **series}],
            "interval": interval,
            "dateRange": {"date_from": date_from},
            "trendsFilter": {"display": "ActionsLineGraph"},
        }
    )


def _node(source: JSONObject) -> JSONObject:
    return {"kind": "InsightVizNode", "source": source}


def template_tiles() -> tuple[TemplateTile, ...]:
    """The insights of the template, made afresh for whoever stores them."""
    pageview: JSONObject = {"kind": "EventsNode", "event": "$pageview", "name": "$pageview"}
    retention = _node(
        {
            "kind": "RetentionQuery",
            "retentionFilter": {
                "period": "Week",
                "retentionType": "retention_first_time",
                "totalIntervals": 8,
                "targetEntity": {"id": "$pageview", "type": "events"},
                "returningEntity": {"id": "$pageview", "type": "events"},
            },
        }
    )
    growth = _node(
        {
            "kind": "LifecycleQuery",
            "series": [pageview],
            "interval": "week",
            "dateRange": {"date_from": "-30d"},
        }
    )
    referrers = _node(
        {
            "kind": "TrendsQuery",
            "series": [{**pageview, "math": "dau"}],
            "interval": "day",
            "dateRange": {"date_from": "-14d"},
            "breakdownFilter": {"breakdown": "$referring_domain", "breakdown_type": "event"},
            "trendsFilter": {"display": "ActionsBarValue"},
        }
    )
    funnel = _node(
        {
            "kind": "FunnelsQuery",
            "series": [
                {**pageview, "custom_name": "First page view"},
                {**pageview, "custom_name": "Second page view"},
                {**pageview, "custom_name": "Third page view"},
            ],
            "dateRange": {"date_from": "-7d"},
            "breakdownFilter": {"breakdown": "$browser", "breakdown_type": "event"},
            "funnelsFilter": {"funnelVizType": "steps"},
        }
    )
    return (
        TemplateTile(
            "Daily active users (DAUs)",
            "Shows the number of unique users that use your app every day.",
            _trends("day", "-30d", math="dau"),
            "blue",
            0,
            0,
        ),
        TemplateTile(
            "Weekly active users (WAUs)",
            "Shows the number of unique users that use your app every week.",
            _trends("week", "-90d", math="dau"),
            "green",
            1,
            0,
        ),
        TemplateTile("Retention", "Weekly retention of your users.", retention, "blue", 0, 1),
        TemplateTile(
            "Growth accounting",
            "How many of your users are new, returning, resurrecting, or dormant each week.",
            growth,
            "purple",
            1,
            1,
        ),
        TemplateTile(
            "Referring domain (last 14 days)",
            "Shows the most common referring domains for your users over the past 14 days.",
            referrers,
            "black",
            0,
            2,
        ),
        TemplateTile(
            "Pageview funnel, by browser",
            "This example funnel shows how many of your users have completed 3 page views, by browser.",
            funnel,
            "green",
            1,
            2,
        ),
    )


def fill_from_template(context: Context, dashboard_id: int) -> None:
    """Make the template's insights and place them; as with PostHog's, nobody made them."""
    for tile in template_tiles():
        insight = _add_insight(context, tile)
        layouts: JSONObject = {
            "sm": {"x": 6 * tile.column, "y": 5 * tile.row, "w": 6, "h": 5, "minW": 3, "minH": 5},
            "xs": {"x": 0, "y": 5 * (2 * tile.row + tile.column), "w": 1, "h": 5, "minW": 1, "minH": 5},
        }
        add_tile(context, dashboard_id, insight_id=insight["id"], layouts=layouts, color=tile.color)


def _add_insight(context: Context, tile: TemplateTile) -> InsightDocument:
    insight_id = context.store.insights.new_id()
    document: InsightDocument = {
        "id": insight_id,
        "project_id": context.project_id,
        "short_id": context.random.stream(f"insights/{insight_id}/short_id").text(8),
        "name": tile.name,
        "derived_name": None,
        "description": tile.description,
        "query": tile.query,
        "filters": {},
        "order": None,
        "deleted": False,
        "saved": True,
        "favorited": False,
        "is_sample": True,
        "tags": [],
        "created_at": context.stored_now,
        "created_by": None,
        "updated_at": context.stored_now,
        "last_modified_at": context.stored_now,
        "last_modified_by": None,
    }
    return context.store.insights.add(document)
