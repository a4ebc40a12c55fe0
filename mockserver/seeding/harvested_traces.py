"""What hangs on insights and dashboards in a harvested fixture: links, alerts, history and views."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, cast

from ..store import JSON, JSONObject, wire
from .anonymous import Anonymiser
from .anonymous_queries import QueryAnonymiser
from .harvest import Harvest, id_of
from .harvested_people import People, Times
from .shapes import AlertEntry, ChangeEntry, HistoryEntry, PasswordEntry, SharingEntry, ViewEntry
from .templates import slug

LOGGED: Final = frozenset(
    (
        "updated",
        "deleted",
        "restored",
        "sharing enabled",
        "sharing disabled",
        "access token refreshed",
        "share_login_success",
        "share_login_failed",
        "exported for opengraph image",
    )
)
SWITCHED: Final = ("sharing enabled", "sharing disabled")
LONGEST_NOTE: Final = 100
SHOWN_VIEWERS: Final = 3


class Traces:
    """Makes entries of what was seen beside insights and dashboards."""

    def __init__(
        self,
        harvest: Harvest,
        anonymiser: Anonymiser,
        queries: QueryAnonymiser,
        people: People,
        times: Times,
    ) -> None:
        self._harvest = harvest
        self._anonymiser = anonymiser
        self._queries = queries
        self._people = people
        self._times = times

    def sharing(self, kind: str, number: int) -> SharingEntry | None:
        """How an insight or a dashboard is shared; its link gets another token, its passwords other words."""
        seen = self._harvest.sharing.get((kind, number))
        if seen is None or seen.get("created_at") is None:
            return None
        made: SharingEntry = {
            "enabled": seen.get("enabled") is True,
            "created": self._times.ago(seen["created_at"]),
        }
        if isinstance(settings := seen.get("settings"), dict) and settings:
            made["settings"] = settings
        if seen.get("password_required") is True:
            made["password_required"] = True
        passwords = [self._password(each) for each in _objects(seen.get("share_passwords"))]
        if passwords:
            made["passwords"] = passwords
        return made

    def _password(self, seen: Mapping[str, JSON]) -> PasswordEntry:
        word = slug(self._anonymiser.made_word(f"password {seen.get('id')}"))
        made: PasswordEntry = {
            "password": f"{word}-{word}-{word}",
            "note": (self._anonymiser.prose(str(seen.get("note") or "")) or "")[:LONGEST_NOTE],
            "is_active": seen.get("is_active") is not False,
            "created": self._times.ago(seen.get("created_at")),
        }
        email = seen.get("created_by_email")
        by = self._people.key_of({"email": email}) if email else None
        return {**made, "by": by} if by else made

    def alerts(self, number: int) -> list[AlertEntry]:
        """The alerts of an insight."""
        return [self._alert(each) for each in self._harvest.alerts.values() if _owner_of(each) == number]

    def _alert(self, seen: Mapping[str, JSON]) -> AlertEntry:
        made: AlertEntry = {
            "name": self._anonymiser.title(str(seen.get("name") or "")) or "Alert",
            "enabled": seen.get("enabled") is not False,
            "created": self._times.ago(seen.get("created_at")),
        }
        condition, configuration, threshold = (
            seen.get(name) for name in ("condition", "config", "threshold")
        )
        if isinstance(condition, dict):
            made["condition"] = condition
        if isinstance(configuration, dict):
            made["configuration"] = configuration
        if isinstance(threshold, dict):
            made["threshold"] = {
                name: self._anonymiser.title(value) if name == "name" and isinstance(value, str) else value
                for name, value in threshold.items()
            }
        by = self._people.key_of(seen.get("created_by"))
        return {**made, "by": by} if by else made

    def history(self, number: int, sharing: SharingEntry | None) -> list[HistoryEntry]:
        """What was done to an insight; its creation and the first word of its link follow from elsewhere."""
        seen = [
            each
            for each in self._harvest.activities.values()
            if each.get("scope") == "Insight" and str(each.get("item_id")) == str(number)
        ]
        seen.sort(key=lambda each: str(each.get("created_at")))
        made: list[HistoryEntry] = []
        switched = sharing is not None
        gone = bool(seen) and seen[-1].get("activity") == "deleted"
        # the end of what is gone follows from its being gone
        for each in seen[:-1] if gone else seen:
            activity = str(each.get("activity"))
            if activity in SWITCHED and switched:
                switched = False
            elif activity in LOGGED:
                made.append(self._logged(each, activity))
        return made

    def _logged(self, seen: Mapping[str, JSON], activity: str) -> HistoryEntry:
        detail = seen.get("detail")
        changes = detail.get("changes") if isinstance(detail, dict) else None
        user = seen.get("user")
        return {
            "activity": activity,
            "by": self._people.key_of(user),
            "at": self._times.ago(seen.get("created_at")),
            "changes": [self._change(each) for each in _objects(changes)]
            if isinstance(changes, list)
            else None,
        }

    def _change(self, seen: Mapping[str, JSON]) -> ChangeEntry:
        field = str(seen.get("field") or "")
        return {
            "field": field,
            "before": self._told(field, seen.get("before")),
            "after": self._told(field, seen.get("after")),
        }

    def _told(self, field: str, value: JSON) -> JSON:
        """A value of a field as the log tells it."""
        if isinstance(value, dict):
            return self._queries.query(value)
        if isinstance(value, list):
            return [self._told(field, each) for each in value]
        if not isinstance(value, str):
            return value
        if field in ("name", "derived_name", "dashboards"):
            return self._anonymiser.title(value)
        return self._anonymiser.prose(value) if field == "description" else self._anonymiser.text(value)

    def views(self, number: int, me: str | None) -> list[ViewEntry]:
        """Who has seen an insight, and when last; whoever is not told is somebody with its link.

        Of the latest viewer the time is known, and of the caller; others were there before them.
        """
        seen = self._harvest.viewed.get(number) or {}
        at, mine = seen.get("last_viewed_at"), self._harvest.mine.get(number)
        viewers = [self._people.key_of(each) for each in _objects(seen.get("viewers"))]
        told: list[str | None] = [key for key in viewers if key is not None]
        count = seen.get("view_count")
        missing = count - len(told) if isinstance(count, int) else 0 if told or mine else 1
        others: list[str | None] = []
        if missing > 0 and len(told) < SHOWN_VIEWERS:
            others = [None]
        elif missing > 0:
            others = [key for key in self._people.all_keys() if key not in told][:missing]
        made: list[ViewEntry] = []
        moment = datetime.fromisoformat(at) if isinstance(at, str) else self._times.now
        own = datetime.fromisoformat(mine) if mine is not None else None
        for key in [*told, *others] if isinstance(at, str) else ():
            if key == me and own is not None:
                moment = own
            made.append({"by": key, "at": self._times.ago(wire(moment))})
            moment -= timedelta(seconds=1)
        if own is not None and me not in {each["by"] for each in made}:
            made.append({"by": me, "at": self._times.ago(wire(own))})
        return made


def gone_insights(harvest: Harvest) -> dict[int, JSONObject]:
    """Insights that only the log still tells of, as far as it does: they were deleted before."""
    by_id: dict[int, list[JSONObject]] = {}
    for each in sorted(harvest.activities.values(), key=lambda each: str(each.get("created_at"))):
        item = str(each.get("item_id"))
        if each.get("scope") == "Insight" and item.isdecimal():
            by_id.setdefault(int(item), []).append(each)
    found: dict[int, JSONObject] = {}
    for number, entries in by_id.items():
        last = entries[-1]
        if number in harvest.insights or last.get("activity") != "deleted":
            continue
        made = next((each for each in entries if each.get("activity") == "created"), last)
        detail = last.get("detail")
        told = detail if isinstance(detail, dict) else {}
        found[number] = {
            "id": number,
            "short_id": told.get("short_id"),
            "name": told.get("name"),
            "deleted": True,
            "created_at": made.get("created_at"),
            "created_by": made.get("user"),
            "last_modified_at": last.get("created_at"),
            "last_modified_by": last.get("user"),
        }
    return found


def _objects(value: JSON) -> Iterable[JSONObject]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else ()


def _owner_of(alert: Mapping[str, JSON]) -> int | None:
    insight = alert.get("insight")
    return id_of(insight) if isinstance(insight, dict) else cast("int | None", insight)
