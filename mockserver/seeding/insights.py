"""Saved insights with what belongs to each: sharing, alerts and views."""

from __future__ import annotations

from typing import cast

from ..store import JSONObject
from .ground import Ground
from .shapes import AlertEntry, InsightEntry
from .sharing import add_sharing

MADE = "30d"


def reserve_dashboards(ground: Ground) -> None:
    """Number the dashboards before the insights, whose queries may name them."""
    for entry in ground.tenant.get("dashboards") or []:
        ground.ids["dashboards"][entry["key"]] = ground.new_id("dashboards", entry["key"], entry.get("id"))


def add_insights(ground: Ground) -> None:
    """Make a tenant's insights in the order of the fixture."""
    for entry in ground.tenant.get("insights") or []:
        insight_id = _add_insight(ground, entry)
        ground.ids["insights"][entry["key"]] = insight_id
        for number in range(2, entry.get("repeat", 1) + 1):
            _add_insight(ground, _another(entry, number))
        if "sharing" in entry:
            add_sharing(ground, entry["sharing"], insight_id=insight_id)
        for alert in entry.get("alerts") or []:
            _add_alert(ground, insight_id, alert)
        for view in entry.get("views") or []:
            ground.store.views.add(
                {
                    "id": ground.new_id("views", f"{insight_id}/{view['by']}"),
                    "project_id": ground.project_id,
                    "user_id": ground.user_id(view["by"]),
                    "insight_id": insight_id,
                    "last_viewed_at": ground.ago(view["at"]),
                }
            )


def _add_insight(ground: Ground, entry: InsightEntry) -> int:
    insight_id = ground.new_id("insights", entry["key"], entry.get("id"))
    created = entry.get("created") or MADE
    author = ground.user_id(entry.get("by"))
    modified = ground.ago(entry.get("modified") or created)
    ground.store.insights.add(
        {
            "id": insight_id,
            "project_id": ground.project_id,
            "short_id": _short_id(ground, entry, insight_id),
            "name": entry.get("name"),
            "derived_name": entry.get("derived_name"),
            "description": entry.get("description"),
            "query": cast("JSONObject | None", ground.resolved(entry.get("query"))),
            "filters": cast("JSONObject", ground.resolved(entry.get("filters") or {})),
            "order": entry.get("order"),
            "deleted": entry.get("deleted", False),
            "saved": entry.get("saved", True),
            "favorited": entry.get("favorited", False),
            "is_sample": entry.get("is_sample", False),
            "tags": list(entry.get("tags") or []),
            "created_at": ground.ago(created),
            "created_by": author,
            "updated_at": modified,
            "last_modified_at": modified,
            "last_modified_by": ground.user_id(entry["modified_by"]) if "modified_by" in entry else author,
        }
    )
    return insight_id


def _another(entry: InsightEntry, number: int) -> InsightEntry:
    """An entry once more, under a name of its own and with ids of its own."""
    made: InsightEntry = {**entry, "name": f"{entry.get('name') or entry['key']} {number}"}
    made.pop("id", None)
    made.pop("short_id", None)
    return made


def _short_id(ground: Ground, entry: InsightEntry, insight_id: int) -> str:
    given = entry.get("short_id")
    if given and ground.store.insights.find_one("short_id", (ground.project_id, given)) is None:
        return given
    return ground.stream("insights", insight_id, "short_id").text(8)


def _add_alert(ground: Ground, insight_id: int, entry: AlertEntry) -> None:
    alert_id = ground.new_id("alerts", f"{insight_id}/{entry['name']}")
    ground.store.alerts.add(
        {
            "id": alert_id,
            "uuid": ground.stream("alerts", alert_id, "uuid").uuid(),
            "project_id": ground.project_id,
            "insight_id": insight_id,
            "name": entry["name"],
            "enabled": entry.get("enabled", True),
            "condition": entry.get("condition") or {"type": "absolute_value"},
            "configuration": entry.get("configuration") or {"type": "TrendsAlertConfig", "series_index": 0},
            "threshold": entry.get("threshold"),
            "created_at": ground.ago(entry.get("created"), "20d"),
            "created_by": ground.user_id(entry.get("by")),
        }
    )
