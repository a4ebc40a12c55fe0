"""A fixture written from what was seen of a project, with everything that tells of people replaced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, cast

from ..resources.filter_shapes import names
from ..resources.legacy_filters import query_of_filters
from ..resources.query_reading import source_kind
from ..resources.query_words import description_of_query, name_of_query
from ..store import JSON, JSONObject
from .anonymous import Anonymiser
from .anonymous_queries import QueryAnonymiser
from .asked_population import asked_population
from .asks import queries_in, read_asks
from .harvest import Harvest
from .made_definitions import made_actions, made_cohorts, made_variables
from .shapes import (
    DashboardEntry,
    FixtureContent,
    InsightEntry,
    PersonEntry,
    TileEntry,
)
from .templates import slug

LONGEST_KEY: Final = 60
ONLY_OWNER_EDITS: Final = 37
HOURS: Final = 24
TEXTS: Final = frozenset(("HogQLQuery", "EventsQuery", "ActorsQuery", None))
KNOWN_KINDS: Final = names(
    """
    TrendsQuery FunnelsQuery RetentionQuery PathsQuery PathsV2Query StickinessQuery LifecycleQuery
    HogQLQuery EventsQuery ActorsQuery WebOverviewQuery WebStatsTableQuery
    """
)


@dataclass(frozen=True, slots=True)
class Harvested:
    """A fixture's content, and in words what could not be taken over."""

    content: FixtureContent
    left_out: tuple[str, ...]


def harvested_fixture(harvest: Harvest, anonymiser: Anonymiser, *, now: datetime, name: str) -> Harvested:
    """The fixture of a project called `name` as it was seen at `now`; its writer checks it.

    Events and actions, cohorts and variables are not among what was seen: they are made up from what
    the queries ask for.
    """
    return _Writer(harvest, anonymiser, now).fixture(name)


class _Writer:
    def __init__(self, harvest: Harvest, anonymiser: Anonymiser, now: datetime) -> None:
        self._harvest = harvest
        self._anonymiser = anonymiser
        self._queries = QueryAnonymiser(anonymiser)
        self._now = now
        self._people: dict[str, PersonEntry] = {}
        self._keys: dict[int, str] = {}
        self._taken: set[str] = set()
        self._titles: set[str] = set()
        self._left_out: list[str] = []

    def fixture(self, name: str) -> Harvested:
        self._anonymiser.avoid(self._harvest.names())
        insights = [self._insight(each) for each in _in_order(self._harvest.insights) if self._is_known(each)]
        dashboards = [self._dashboard(each) for each in _in_order(self._harvest.dashboards)]
        asked = [self._queries.query(each) for each in self._harvest.queries]
        references = self._queries.references
        actions = made_actions(references, self._anonymiser)
        queries, filters = queries_in(cast("list[JSONObject]", insights))
        asks = read_asks(
            [*queries, *asked, *_filters_of(dashboards)],
            filters,
            {f"@actions/{each['key']}": str(each["steps"][0]["event"]) for each in actions},
        )
        content: FixtureContent = {
            "format": 1,
            "description": "Made from what was seen of a project; names and values are made up.",
            "organization": {"name": name},
            "project": {"name": name, "timezone": self._harvest.timezone or "UTC"},
            "people": list(self._people.values()) or [_OWNER],
            "actions": actions,
            "cohorts": made_cohorts(references, self._anonymiser),
            "variables": made_variables(references),
            "insights": insights,
            "dashboards": dashboards,
            "population": asked_population(asks, self._anonymiser.made_word),
        }
        kept = {section: value for section, value in content.items() if value != []}
        return Harvested(cast("FixtureContent", kept), tuple(self._left_out))

    def _is_known(self, document: Mapping[str, JSON]) -> bool:
        query = document.get("query")
        kind = source_kind(query) if isinstance(query, dict) else None
        if kind is None or kind in KNOWN_KINDS:
            return True
        self._left_out.append(f"insight {document['id']}: {kind} is no kind that is known here")
        return False

    def _insight(self, document: Mapping[str, JSON]) -> InsightEntry:
        query, filters = document.get("query"), document.get("filters")
        made = self._queries.query(query) if isinstance(query, dict) and query else None
        legacy = self._queries.query(filters) if isinstance(filters, dict) and filters and not made else {}
        meant = made or (query_of_filters(legacy) if legacy else None)
        name = self._free_title(self._anonymiser.title(_text(document, "name"), _name_for(meant)))
        entry: InsightEntry = {
            "key": self._key(int(cast("int", document["id"])), name or _kind(meant)),
            "name": name,
            "description": self._anonymiser.prose(_text(document, "description"), _description_for(meant)),
            "by": self._person(document.get("created_by")),
            "created": self._ago(document.get("created_at")),
            "modified": self._ago(document.get("last_modified_at") or document.get("updated_at")),
            "tags": self._tags(document),
            "favorited": document.get("favorited") is True,
        }
        if document.get("saved") is False:
            entry["saved"] = False
        if made:
            entry["query"] = made
        elif legacy:
            entry["filters"] = legacy
        if document.get("last_modified_by"):
            entry["modified_by"] = self._person(document["last_modified_by"])
        return cast("InsightEntry", _without_defaults(entry))

    def _dashboard(self, document: Mapping[str, JSON]) -> DashboardEntry:
        tiles = document.get("tiles")
        name = self._anonymiser.title(_text(document, "name"))
        filters, variables = document.get("filters"), document.get("variables")
        entry: DashboardEntry = {
            "key": self._free_key(name or "dashboard"),
            "name": name,
            "description": self._anonymiser.prose(_text(document, "description")) or "",
            "by": self._person(document.get("created_by")),
            "created": self._ago(document.get("created_at")),
            "pinned": document.get("pinned") is True,
            "tags": self._tags(document),
            "filters": self._queries.query(filters) if isinstance(filters, dict) else {},
            "variables": self._queries.variables(variables) if isinstance(variables, dict) else {},
            "tiles": [
                made
                for tile in (tiles if isinstance(tiles, list) else [])
                if isinstance(tile, dict) and (made := self._tile(tile)) is not None
            ],
        }
        if document.get("restriction_level") == ONLY_OWNER_EDITS:
            entry["restriction_level"] = ONLY_OWNER_EDITS
        if document.get("is_shared") is True:
            entry["sharing"] = {"enabled": True}
        return cast("DashboardEntry", _without_defaults(entry))

    def _free_title(self, title: str | None) -> str | None:
        """A title that no other insight has, where titles are made up."""
        if not title or self._anonymiser.keep_titles:
            return title
        tried, number = title, 2
        while tried in self._titles:
            tried, number = f"{title} ({number})", number + 1
        self._titles.add(tried)
        return tried

    def _tile(self, tile: Mapping[str, JSON]) -> TileEntry | None:
        insight, text = tile.get("insight"), tile.get("text")
        made: TileEntry = {}
        if isinstance(insight, dict):
            key = self._keys.get(int(cast("int", insight.get("id") or 0)))
            if key is None:
                return None
            made["insight"] = key
        elif isinstance(text, dict):
            made["text"] = self._anonymiser.prose(_text(text, "body")) or ""
        else:
            return None
        layouts, color, overrides = tile.get("layouts"), tile.get("color"), tile.get("filters_overrides")
        if isinstance(layouts, dict) and layouts:
            made["layouts"] = layouts
        if isinstance(color, str):
            made["color"] = color
        if isinstance(overrides, dict) and overrides:
            made["filters"] = self._queries.query(overrides)
        return made

    def _person(self, user: JSON) -> str | None:
        if not isinstance(user, dict):
            return None
        alias = self._anonymiser.person(user)
        held = self._people.get(alias.email)
        if held is None:
            held = {
                "key": self._free_key(f"{alias.first_name} {alias.last_name}"),
                "first_name": alias.first_name,
                "last_name": alias.last_name,
                "email": alias.email.lower(),
                "level": "member" if self._people else "owner",
            }
            self._people[alias.email] = held
        return held["key"]

    def _tags(self, document: Mapping[str, JSON]) -> list[str]:
        tags = document.get("tags")
        return [self._anonymiser.text(str(tag)) for tag in tags if tag] if isinstance(tags, list) else []

    def _key(self, number: int, name: str) -> str:
        self._keys[number] = key = self._free_key(name)
        return key

    def _free_key(self, name: str) -> str:
        stem = slug(name)[:LONGEST_KEY].strip("-") or "x"
        key, number = stem, 2
        while key in self._taken:
            key, number = f"{stem}-{number}", number + 1
        self._taken.add(key)
        return key

    def _ago(self, moment: JSON) -> str:
        if not isinstance(moment, str):
            return "30d"
        try:
            at = datetime.fromisoformat(moment)
        except ValueError:
            return "30d"
        passed = self._now - (at if at.tzinfo else at.replace(tzinfo=UTC))
        days, hours = divmod(max(int(passed.total_seconds()) // 3600, 0), HOURS)
        return f"{days}d {hours}h" if days else f"{hours}h"


_OWNER: Final[PersonEntry] = {
    "key": "owner",
    "first_name": "Sam",
    "last_name": "Example",
    "email": "sam@example.com",
    "level": "owner",
}


def _in_order(documents: Mapping[int, JSONObject]) -> list[JSONObject]:
    """Documents by id, without those that are gone."""
    return [documents[number] for number in sorted(documents) if documents[number].get("deleted") is not True]


def _filters_of(dashboards: Iterable[DashboardEntry]) -> list[JSONObject]:
    """What dashboards and their tiles narrow down to."""
    return [
        filters
        for entry in dashboards
        for filters in (
            entry.get("filters") or {},
            *(tile.get("filters") or {} for tile in entry.get("tiles") or []),
        )
    ]


def _text(document: Mapping[str, JSON], name: str) -> str | None:
    value = document.get(name)
    return value if isinstance(value, str) else None


def _name_for(query: Mapping[str, JSON] | None) -> str | None:
    """A name that says what is shown; None for SQL and tables, of which it would say nothing."""
    if not query or source_kind(query) in TEXTS:
        return None
    name = name_of_query(query)
    return name[:1].upper() + name[1:]


def _description_for(query: Mapping[str, JSON] | None) -> str | None:
    return description_of_query(query) if query and _name_for(query) else None


def _kind(query: Mapping[str, JSON] | None) -> str:
    return name_of_query(query) if query else "insight"


def _without_defaults(entry: Mapping[str, object]) -> JSONObject:
    """An entry without what a fixture takes for granted."""
    return {
        name: cast("JSON", value)
        for name, value in entry.items()
        if value not in (None, "", [], {}, False) or (name == "saved" and value is False)
    }
