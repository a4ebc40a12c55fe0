"""The activity log of the time before the seeding, in the order of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from ..resources.activity import change
from ..store import JSON, JSONObject
from ..store.documents import InsightDocument
from .ground import Ground
from .shapes import InsightEntry


@dataclass(frozen=True, slots=True)
class _Line:
    at: str
    insight: InsightDocument
    activity: str
    user_id: int | None
    changes: list[JSONObject] | None


def add_activities(ground: Ground) -> None:
    """Log the creation of every named insight, what its entry tells of it, and its end.

    PostHog logs nothing of insights without any name.
    """
    lines = [line for entry in ground.tenant.get("insights") or [] for line in _lines(ground, entry)]
    for line in sorted(lines, key=lambda line: line.at):
        _add(ground, line)


def _lines(ground: Ground, entry: InsightEntry) -> Iterator[_Line]:
    insight = ground.store.insights.fetch(ground.id_of("insights", entry["key"]))
    if insight is None or not (insight["name"] or insight["derived_name"]):
        return
    yield _Line(insight["created_at"], insight, "created", insight["created_by"], None)
    for line in entry.get("history") or []:
        changes = line.get("changes")
        logged = (
            None
            if changes is None
            else [change(one["field"], one["before"], one["after"]) for one in changes]
        )
        at = ground.ago(line["at"])
        yield _Line(at, insight, line["activity"], ground.user_id(line.get("by")), logged)
    sharing = ground.store.sharing.find_one("insight", insight["id"])
    if sharing is not None:
        word = "enabled" if sharing["enabled"] else "disabled"
        switched = [change("sharing", None, sharing["enabled"])]
        switched[0]["action"] = "changed"
        yield _Line(sharing["created_at"], insight, f"sharing {word}", insight["last_modified_by"], switched)
    if insight["deleted"]:
        gone = [change("deleted", before=False, after=True)]
        yield _Line(insight["last_modified_at"], insight, "deleted", insight["last_modified_by"], gone)


def _add(ground: Ground, line: _Line) -> None:
    number = ground.new_id("activities", f"{line.insight['id']}/{line.activity}/{line.at}")
    detail: JSONObject = {
        "id": None,
        "changes": cast("JSON", line.changes),
        "trigger": None,
        "name": line.insight["name"] or line.insight["derived_name"],
        "short_id": line.insight["short_id"],
        "type": None,
    }
    ground.store.activities.add(
        {
            "id": number,
            "uuid": ground.random.stream(f"activities/{number}/uuid").uuid(),
            "project_id": ground.project_id,
            "user_id": line.user_id,
            "activity": line.activity,
            "scope": "Insight",
            "item_id": str(line.insight["id"]),
            "detail": detail,
            "created_at": line.at,
        }
    )
