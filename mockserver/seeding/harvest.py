"""What was seen of a project through the API: the ground that a fixture is written from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import orjson

from ..resources.query_reading import source_of
from ..store import JSON, JSONObject

Target = tuple[str, int]
"""`insight` or `dashboard`, and its id."""

KEPT: Final = ("columns", "types", "hogql", "hasMore", "timezone", "resolved_date_range")
"""What comes with a result wherever it is shown."""

STANDARD: Final = frozenset(
    (
        *KEPT,
        "results",
        "is_cached",
        "last_refresh",
        "cache_key",
        "cache_target_age",
        "next_allowed_client_refresh",
        "calculation_trigger",
        "error",
        "modifiers",
        "timings",
        "query_status",
        "explain",
        "metadata",
    )
)
"""Fields of an answer to `/query` that a result has anyway, or that tell of the run and not of the result."""


@dataclass(slots=True)
class SeenResult:
    """A result as it was last seen: of which source, calculated when (ISO 8601), what else came with it."""

    source: JSONObject
    results: JSON
    at: str | None
    fields: JSONObject = field(default_factory=dict)
    extra: JSONObject = field(default_factory=dict)


@dataclass(slots=True)
class Harvest:
    """Insights and dashboards as the API answers them, by id; later sights of one replace what was known.

    `queries` are those that were asked without being saved. `results` are by their query as JSON, `alerts`
    and `activities` by their own ids, `viewed` by insight: who has viewed it and when last. `me`, `project`
    and `organization` are the caller's. Nothing in here is anonymised yet.
    """

    insights: dict[int, JSONObject] = field(default_factory=dict)
    dashboards: dict[int, JSONObject] = field(default_factory=dict)
    queries: list[JSONObject] = field(default_factory=list)
    timezone: str | None = None
    results: dict[bytes, SeenResult] = field(default_factory=dict)
    sharing: dict[Target, JSONObject] = field(default_factory=dict)
    alerts: dict[str, JSONObject] = field(default_factory=dict)
    activities: dict[str, JSONObject] = field(default_factory=dict)
    variables: dict[str, JSONObject] = field(default_factory=dict)
    viewed: dict[int, JSONObject] = field(default_factory=dict)
    mine: dict[int, str] = field(default_factory=dict)
    me: JSONObject = field(default_factory=dict)
    project: JSONObject = field(default_factory=dict)
    organization: JSONObject = field(default_factory=dict)
    _asked: set[bytes] = field(default_factory=set)

    def add_insight(self, document: Mapping[str, JSON]) -> bool:
        """Keep an insight; a basic one does not take away what a full one said. False where it is none."""
        number = id_of(document)
        if number is None or not ({"query", "filters"} & set(document)):
            return False
        self.insights[number] = {**self.insights.get(number, {}), **document}
        zone = document.get("timezone")
        self.timezone = zone if isinstance(zone, str) and zone else self.timezone
        return True

    def add_dashboard(self, document: Mapping[str, JSON]) -> bool:
        """Keep a dashboard, and insights on its tiles that are not known yet. False where it is none.

        An insight on a tile may be narrowed down as the dashboard is: what was seen of it elsewhere counts.
        """
        number = id_of(document)
        if number is None or "restriction_level" not in document:
            return False
        self.dashboards[number] = {**self.dashboards.get(number, {}), **document}
        for insight in insights_on(document):
            if id_of(insight) not in self.insights:
                self.add_insight(insight)
        return True

    def add_answer(self, body: JSON) -> int:
        """Keep whatever an answer of the API holds: one insight or dashboard, or a page of them; how many."""
        return sum(self.add_dashboard(each) or self.add_insight(each) for each in entries_of(body))

    def add_query(self, query: Mapping[str, JSON]) -> None:
        """Keep a query, so that the population sends the events that it asks for."""
        key = orjson.dumps(query, option=orjson.OPT_SORT_KEYS)
        if isinstance(query.get("kind"), str) and key not in self._asked:
            self._asked.add(key)
            self.queries.append(dict(query))

    def add_result_of(self, insight: Mapping[str, JSON]) -> bool:
        """Keep the result that an insight shows, as the result of its query. False where it shows none."""
        query = insight.get("query")
        source = source_of(query) if isinstance(query, dict) else None
        if source is None or insight.get("result") is None:
            return False
        fields = {name: insight[name] for name in KEPT if insight.get(name) is not None}
        return self._keep(source, insight["result"], insight, fields, {})

    def add_result(self, source: Mapping[str, JSON], response: Mapping[str, JSON]) -> bool:
        """Keep what `/query` has answered to a source. False where there is no result in it."""
        if response.get("results") is None:
            return False
        fields = {name: response[name] for name in KEPT if response.get(name) is not None}
        extra = {name: value for name, value in response.items() if name not in STANDARD}
        return self._keep(source, response["results"], response, fields, extra)

    def _keep(
        self,
        source: Mapping[str, JSON],
        results: JSON,
        answer: Mapping[str, JSON],
        fields: JSONObject,
        extra: JSONObject,
    ) -> bool:
        key = orjson.dumps(source, option=orjson.OPT_SORT_KEYS)
        at = answer.get("last_refresh")
        held = self.results.get(key)
        found = SeenResult(dict(source), results, at if isinstance(at, str) else None, fields, extra)
        if held is not None:
            # an insight does not show all that `/query` does
            found.fields = {**held.fields, **fields}
            found.extra = {**held.extra, **extra}
        self.results[key] = found
        return True

    def names(self) -> Iterator[str]:
        """First and last names of everybody who was seen to do something."""
        seen: list[JSON] = [self.me]
        for document in (*self.insights.values(), *self.dashboards.values(), *self.alerts.values()):
            seen += [document.get("created_by"), document.get("last_modified_by")]
        seen += [entry.get("user") for entry in self.activities.values()]
        for view in self.viewed.values():
            viewers = view.get("viewers")
            seen += viewers if isinstance(viewers, list) else []
        for user in seen:
            if isinstance(user, dict):
                yield from (str(user.get(name) or "") for name in ("first_name", "last_name"))

    def take_in(self, other: Harvest) -> None:
        """Add what was seen of the same project under another name."""
        for name in ("insights", "dashboards"):
            held: dict[int, JSONObject] = getattr(self, name)
            for number, document in getattr(other, name).items():
                held[number] = {**held.get(number, {}), **document}
        for name in ("results", "sharing", "alerts", "activities", "variables", "viewed", "mine"):
            getattr(self, name).update(getattr(other, name))
        for query in other.queries:
            self.add_query(query)
        self.timezone = other.timezone or self.timezone
        self.project = {**self.project, **other.project}


def entries_of(body: JSON) -> list[JSONObject]:
    """The objects of an answer: those of a page or a list, or the one that it is."""
    results = body.get("results") if isinstance(body, dict) and ({"count", "next"} & set(body)) else body
    listed = results if isinstance(results, list) else [body]
    return [each for each in listed if isinstance(each, dict)]


def insights_on(dashboard: Mapping[str, JSON]) -> Iterable[JSONObject]:
    """The insights on a dashboard's tiles."""
    tiles = dashboard.get("tiles")
    for tile in tiles if isinstance(tiles, list) else ():
        insight = tile.get("insight") if isinstance(tile, dict) else None
        if isinstance(insight, dict):
            yield insight


def id_of(document: Mapping[str, JSON]) -> int | None:
    """The number that a document is called by."""
    number = document.get("id")
    return number if isinstance(number, int) and not isinstance(number, bool) else None
