"""What was seen of a project through the API: the ground that a fixture is written from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..store import JSON, JSONObject


@dataclass(slots=True)
class Harvest:
    """Insights and dashboards as the API answers them, by id; later sights of one replace what was known.

    `queries` are those that were asked without being saved. Nothing in here is anonymised yet.
    """

    insights: dict[int, JSONObject] = field(default_factory=dict)
    dashboards: dict[int, JSONObject] = field(default_factory=dict)
    queries: list[JSONObject] = field(default_factory=list)
    timezone: str | None = None

    def add_insight(self, document: Mapping[str, JSON]) -> bool:
        """Keep an insight; a basic one does not take away what a full one said. False where it is none."""
        number = _id(document)
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
        number = _id(document)
        if number is None or "restriction_level" not in document:
            return False
        self.dashboards[number] = {**self.dashboards.get(number, {}), **document}
        tiles = document.get("tiles")
        for tile in tiles if isinstance(tiles, list) else ():
            insight = tile.get("insight") if isinstance(tile, dict) else None
            if isinstance(insight, dict) and _id(insight) not in self.insights:
                self.add_insight(insight)
        return True

    def add_answer(self, body: JSON) -> int:
        """Keep whatever an answer of the API holds: one insight or dashboard, or a page of them; how many."""
        if not isinstance(body, dict):
            return 0
        results = body.get("results")
        listed = results if isinstance(results, list) and "count" in body else [body]
        return sum(
            self.add_dashboard(each) or self.add_insight(each) for each in listed if isinstance(each, dict)
        )

    def names(self) -> Iterator[str]:
        """First and last names of everybody who has made or changed something."""
        for document in (*self.insights.values(), *self.dashboards.values()):
            for role in ("created_by", "last_modified_by"):
                user = document.get(role)
                if isinstance(user, dict):
                    yield from (str(user.get(name) or "") for name in ("first_name", "last_name"))

    def add_query(self, query: Mapping[str, JSON]) -> None:
        """Keep a query, so that the population sends the events that it asks for."""
        if isinstance(query.get("kind"), str) and dict(query) not in self.queries:
            self.queries.append(dict(query))


def _id(document: Mapping[str, JSON]) -> int | None:
    number = document.get("id")
    return number if isinstance(number, int) and not isinstance(number, bool) else None
