"""A fixture written from what was seen of a project, with everything that tells of people replaced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from ..resources.filter_shapes import names
from ..resources.legacy_filters import query_of_filters
from ..resources.query_reading import source_kind
from ..resources.query_words import description_of_query, name_of_query
from ..store import JSON, JSONObject, wire
from .anonymous import Anonymiser
from .anonymous_queries import QueryAnonymiser
from .anonymous_results import ResultAnonymiser
from .asked_population import asked_population
from .asks import queries_in, read_asks
from .harvest import Harvest, id_of
from .harvested_boards import Boards
from .harvested_people import Keys, People, Times
from .harvested_project import organization_entry, project_entry, variable_entries
from .harvested_results import harvested_results
from .harvested_traces import Traces, gone_insights
from .made_definitions import made_actions, made_cohorts, made_variables
from .shapes import FixtureContent, InsightEntry
from .templates import without_templates

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


def harvested_fixture(
    harvest: Harvest, anonymiser: Anonymiser, *, now: datetime, name: str, recorded: bool = False
) -> Harvested:
    """The fixture of a project called `name` as it was seen at `now`; its writer checks it.

    Events and actions, cohorts and variables are not among what was seen: they are made up from what
    the queries ask for. A `recorded` one keeps ids, results, and times to the second.
    """
    return _Writer(harvest, anonymiser, now, recorded=recorded).fixture(name)


class _Writer:
    def __init__(self, harvest: Harvest, anonymiser: Anonymiser, now: datetime, *, recorded: bool) -> None:
        self._harvest = harvest
        self._anonymiser = anonymiser
        self._queries = QueryAnonymiser(anonymiser, with_titles=recorded)
        self._recorded = recorded
        self._names = Keys()
        self._times = Times(now, exact=recorded)
        self._people = People(anonymiser, self._names, self._times, with_ids=recorded)
        self._traces = Traces(harvest, anonymiser, self._queries, self._people, self._times)
        self._keys: dict[int, str] = {}
        self._titles: set[str] = set()
        self._left_out: list[str] = []
        self._me: str | None = None

    def fixture(self, name: str) -> Harvested:
        harvest = self._harvest
        self._anonymiser.avoid(harvest.names())
        if harvest.me:
            self._people.add_me(harvest.me, harvest.organization.get("membership_level"))
            self._me = self._people.key_of(dict(harvest.me))
        insights = [made for each in self._documents() if (made := self._tried(each)) is not None]
        boards = Boards(
            harvest,
            self._anonymiser,
            self._queries,
            self._people,
            self._times,
            self._names,
            self._traces,
            self._keys,
        )
        dashboards = boards.entries(self._left_out, recorded=self._recorded)
        asked = self._all_asked(harvest.queries)
        filters_of_tests = self._all_asked(_list(harvest.project.get("test_account_filters")))
        project = project_entry(harvest, filters_of_tests, self._times, name)
        results = (
            harvested_results(
                harvest,
                ResultAnonymiser(self._anonymiser, self._queries),
                self._queries,
                self._times,
                project.get("timezone", "UTC"),
                self._left_out,
            )
            if self._recorded
            else []
        )
        variables = variable_entries(harvest, self._anonymiser, self._people, self._times)
        references = self._queries.references
        actions = made_actions(references, self._anonymiser, with_ids=self._recorded)
        queries, filters = queries_in(cast("list[JSONObject]", insights))
        asks = read_asks(
            [*queries, *asked, *_filters_of(dashboards)],
            filters,
            {f"@actions/{each['key']}": str(each["steps"][0]["event"]) for each in actions},
        )
        if self._recorded:
            self._people.fill(harvest.organization.get("member_count"))
        seen = {each["key"] for each in variables}
        content: FixtureContent = {
            "format": 1,
            "description": "Made from what was seen of a project"
            + ("." if self._anonymiser.keep_values else "; names and values are made up."),
            "organization": organization_entry(harvest, self._anonymiser, self._times, name),
            "project": project,
            "people": self._people.entries(),
            "actions": actions,
            "cohorts": made_cohorts(references, self._anonymiser, with_ids=self._recorded),
            "variables": [
                *variables,
                *(each for each in made_variables(references) if each["key"] not in seen),
            ],
            "insights": insights,
            "dashboards": dashboards,
            "population": asked_population(asks, self._anonymiser.made_word),
            "results": results,
        }
        if results:
            content["recorded"] = wire(self._times.now)
        if harvest.project.get("ingested_event") is False:
            del content["population"]
        kept = {
            section: value if section == "results" else without_templates(cast("JSON", value))
            for section, value in content.items()
            if value != []
        }
        return Harvested(cast("FixtureContent", kept), tuple(self._left_out))

    def _documents(self) -> list[JSONObject]:
        """Insights by id; those that are gone only in a recording, which keeps what can be restored."""
        gone = gone_insights(self._harvest) if self._recorded else {}
        found = {**gone, **self._harvest.insights}
        return [
            found[number]
            for number in sorted(found)
            if self._recorded or found[number].get("deleted") is not True
        ]

    def _is_known(self, document: Mapping[str, JSON]) -> bool:
        query = document.get("query")
        kind = source_kind(query) if isinstance(query, dict) else None
        if kind is None or kind in KNOWN_KINDS:
            return True
        self._left_out.append(f"insight {document['id']}: {kind} is no kind that is known here")
        return False

    def _all_asked(self, asked: Iterable[JSON]) -> list[JSONObject]:
        """Queries that were asked without being saved, and filters; without what cannot be read as such."""
        found: list[JSONObject] = []
        for each in asked:
            try:
                query = self._queries.query(each) if isinstance(each, dict) else {}
                read_asks([query])
            except (TypeError, ValueError, AttributeError, KeyError):
                continue
            if query:
                found.append(query)
        return found

    def _tried(self, document: Mapping[str, JSON]) -> InsightEntry | None:
        """An insight's entry; None for one that is not at all as the API's insights are."""
        try:
            return self._insight(document) if self._is_known(document) else None
        except (TypeError, ValueError, AttributeError, KeyError) as error:
            self._keys.pop(id_of(document) or 0, None)
            self._left_out.append(f"insight {document['id']}: it cannot be read ({error})")
            return None

    def _insight(self, document: Mapping[str, JSON]) -> InsightEntry:
        query, filters = document.get("query"), document.get("filters")
        made = self._queries.query(query) if isinstance(query, dict) and query else None
        legacy = self._queries.query(filters) if isinstance(filters, dict) and filters and not made else {}
        meant = made or (query_of_filters(legacy) if legacy else None)
        name = self._free_title(self._anonymiser.title(_text(document, "name"), _name_for(meant)))
        number = cast("int", id_of(document))
        self._keys[number] = key = self._names.free(name or _kind(meant))
        entry: InsightEntry = {
            "key": key,
            "name": name,
            "description": self._anonymiser.prose(_text(document, "description"), _description_for(meant)),
            "by": self._people.key_of(document.get("created_by")),
            "created": self._times.ago(document.get("created_at")),
            "modified": self._times.ago(document.get("last_modified_at") or document.get("updated_at")),
            "tags": [self._anonymiser.text(str(tag)) for tag in _list(document.get("tags")) if tag],
            "favorited": document.get("favorited") is True,
        }
        if document.get("saved") is False:
            entry["saved"] = False
        if made:
            entry["query"] = made
        elif legacy:
            entry["filters"] = legacy
        if document.get("last_modified_by"):
            entry["modified_by"] = self._people.key_of(document["last_modified_by"])
        kept = cast("InsightEntry", _without_defaults(cast("JSONObject", entry)))
        return self._with_traces(kept, document, number) if self._recorded else kept

    def _with_traces(self, entry: InsightEntry, document: Mapping[str, JSON], number: int) -> InsightEntry:
        """An entry with all that a recording keeps besides."""
        sharing = self._traces.sharing("insight", number)
        more: InsightEntry = {"id": number}
        if short_id := _text(document, "short_id"):
            more["short_id"] = short_id
        if document.get("description") == "":
            more["description"] = ""
        if document.get("deleted") is True:
            more["deleted"] = True
        if (derived := _text(document, "derived_name")) is not None:
            more["derived_name"] = self._anonymiser.title(derived)
        if isinstance(order := document.get("order"), int):
            more["order"] = order
        if document.get("is_sample") is True:
            more["is_sample"] = True
        if "last_modified_by" in document and document["last_modified_by"] is None:
            more["modified_by"] = None
        if sharing is not None:
            more["sharing"] = sharing
        if alerts := self._traces.alerts(number):
            more["alerts"] = alerts
        if history := self._traces.history(number, sharing):
            more["history"] = history
        if views := self._traces.views(number, self._me):
            more["views"] = views
        return cast("InsightEntry", {**entry, **more})

    def _free_title(self, title: str | None) -> str | None:
        """A title that no other insight has, where titles are made up."""
        if not title or self._anonymiser.keep_titles:
            return title
        tried, number = title, 2
        while tried in self._titles:
            tried, number = f"{title} ({number})", number + 1
        self._titles.add(tried)
        return tried


def _filters_of(dashboards: Iterable[Mapping[str, object]]) -> list[JSONObject]:
    """What dashboards and their tiles narrow down to."""
    return [
        cast("JSONObject", owner.get("filters") or {})
        for entry in dashboards
        for owner in (entry, *cast("list[Mapping[str, object]]", entry.get("tiles") or []))
    ]


def _text(document: Mapping[str, JSON], name: str) -> str | None:
    value = document.get(name)
    return value if isinstance(value, str) else None


def _list(value: JSON) -> list[JSON]:
    return value if isinstance(value, list) else []


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


def _without_defaults(entry: Mapping[str, JSON]) -> JSONObject:
    """An entry without what a fixture takes for granted."""
    return {
        name: value
        for name, value in entry.items()
        if value not in (None, "", [], {}, False) or (name == "saved" and value is False)
    }
