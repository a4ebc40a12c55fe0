"""Alerts on insights and the thresholds they compare with, as far as the API shows them."""

from __future__ import annotations

from ..store import JSONObject, Store, to_wire
from ..store.documents import AlertDocument
from .context import Context
from .users import user_basic


def alerts_of_insight(store: Store, insight_id: int) -> list[AlertDocument]:
    """The alerts of an insight, in the order they were made."""
    return store.alerts.find("insight", insight_id)


def alerts_of_project(context: Context, insight_id: int | None = None) -> list[AlertDocument]:
    """The alerts of the project's insights that are not deleted, of one of them if given, by id."""
    found = context.store.alerts.find("project", context.project_id)
    return sorted(
        (alert for alert in found if insight_id is None or alert["insight_id"] == insight_id),
        key=lambda alert: alert["id"],
    )


def drop_alerts(store: Store, insight_id: int) -> None:
    """Remove the alerts of an insight that was deleted, or that can carry none any more."""
    for alert in alerts_of_insight(store, insight_id):
        store.alerts.drop(alert["id"])


def alert_shape(context: Context, alert: AlertDocument) -> JSONObject:
    """An alert as insights and the list of alerts show it."""
    return {
        "id": alert["uuid"],
        "created_by": user_basic(context.store, alert["created_by"]),
        "created_at": to_wire(alert["created_at"]),
        "insight": alert["insight_id"],
        "name": alert["name"],
        "subscribed_users": [],
        "threshold": alert["threshold"],
        "condition": alert["condition"],
        "state": "Not firing",
        "enabled": alert["enabled"],
        "config": alert["configuration"],
        "calculation_interval": "daily",
    }


def thresholds_of_insight(context: Context, insight_id: int) -> list[JSONObject]:
    """The thresholds of an insight's alerts, each with the alerts that use it."""
    made: list[JSONObject] = []
    for alert in alerts_of_insight(context.store, insight_id):
        threshold = alert["threshold"]
        if threshold is not None:
            named = threshold.get("name")
            made.append(
                {
                    "id": _threshold_id(context, alert),
                    "created_at": to_wire(alert["created_at"]),
                    "name": named if isinstance(named, str) else alert["name"],
                    "configuration": threshold.get("configuration"),
                    "alerts": [alert_shape(context, alert)],
                }
            )
    return made


def _threshold_id(context: Context, alert: AlertDocument) -> str:
    held = (alert["threshold"] or {}).get("id")
    return str(held) if held else context.random.stream(f"alerts/{alert['id']}/threshold").uuid()
