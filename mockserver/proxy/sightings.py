"""What a call and its answer tell of a project: the entities in it, by operation of the contract."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, cast

from ..profiles import PROFILES
from ..resources.context import Overrides
from ..resources.dashboard_filters import apply as apply_overrides
from ..resources.query_reading import source_of
from ..seeding.harvest import Harvest, entries_of, id_of, insights_on
from ..store import JSON, JSONObject

OVERRIDING: Final = frozenset(
    ("filters_override", "variables_override", "tile_filters_override", "from_dashboard")
)
"""Parameters under which an insight is shown otherwise than it is saved."""


@dataclass(slots=True)
class Sight:
    """One call that was answered well: its parts as JSON, and the harvest of its project.

    `asked` are sources by the id of the query that calculates them, which later calls poll.
    """

    harvest: Harvest
    path: Mapping[str, str]
    query: Mapping[str, str]
    sent: JSONObject
    body: JSON
    asked: dict[str, JSONObject] = field(default_factory=dict)

    @property
    def answer(self) -> JSONObject:
        """The answer, if it is an object."""
        return self.body if isinstance(self.body, dict) else {}

    @property
    def is_plain(self) -> bool:
        """Whether insights are shown as they are saved."""
        return not OVERRIDING & set(self.query)


Reader = Callable[[Sight], None]


def _insights(sight: Sight) -> None:
    """One insight, or a page of them."""
    for insight in entries_of(sight.body):
        _insight(sight, insight)


def _insight(sight: Sight, insight: JSONObject) -> None:
    harvest = sight.harvest
    number = id_of(insight)
    if number is None:
        return
    if sight.is_plain:
        harvest.add_insight({name: value for name, value in insight.items() if name != "result"})
    _result_of(sight, insight)
    for alert in _objects(insight.get("alerts")):
        harvest.alerts[str(alert.get("id"))] = alert
    if isinstance(insight.get("last_viewed_at"), str):
        harvest.viewed[number] = {**harvest.viewed.get(number, {}), **_view(insight)}


def _result_of(sight: Sight, insight: JSONObject) -> None:
    """The result of an insight, or which query it waits for."""
    sight.harvest.add_result_of(insight)
    status, query = insight.get("query_status"), insight.get("query")
    source = source_of(query) if isinstance(query, dict) else None
    if isinstance(status, dict) and status.get("id") and source is not None:
        sight.asked[str(status["id"])] = dict(source)


def _view(insight: JSONObject) -> JSONObject:
    return {name: insight[name] for name in ("last_viewed_at", "viewers", "view_count") if name in insight}


def _my_insights(sight: Sight) -> None:
    """What the caller has seen last."""
    for insight in entries_of(sight.body):
        number = id_of(insight)
        if number is not None and isinstance(insight.get("last_viewed_at"), str):
            sight.harvest.mine[number] = str(insight["last_viewed_at"])
        sight.harvest.add_insight(insight)


def _dashboards(sight: Sight) -> None:
    """One dashboard with its tiles, or a page without."""
    for dashboard in entries_of(sight.body):
        if sight.is_plain:
            sight.harvest.add_dashboard(_without_results(dashboard))
        for insight in insights_on(dashboard):
            _result_of(sight, insight)
            for alert in _objects(insight.get("alerts")):
                sight.harvest.alerts[str(alert.get("id"))] = alert


def _without_results(dashboard: JSONObject) -> JSONObject:
    """A dashboard whose insights do not hold what is kept as a result of their queries."""
    tiles = dashboard.get("tiles")
    if not isinstance(tiles, list):
        return dashboard
    kept: list[JSON] = []
    for tile in tiles:
        insight = tile.get("insight") if isinstance(tile, dict) else None
        if isinstance(tile, dict) and isinstance(insight, dict):
            bare = {name: value for name, value in insight.items() if name != "result"}
            kept.append({**tile, "insight": bare})
        else:
            kept.append(tile)
    return {**dashboard, "tiles": kept}


def _query(sight: Sight) -> None:
    """A query that is not saved: answered at once, or to be polled."""
    given = sight.sent.get("query")
    if not isinstance(given, dict):
        return
    filters, variables = sight.sent.get("filters_override"), sight.sent.get("variables_override")
    if filters or variables:
        overrides = Overrides(
            filters=cast("JSONObject | None", filters), variables=cast("JSONObject | None", variables)
        )
        given = apply_overrides(given, overrides, PROFILES["current"])
    source = source_of(given)
    if source is None:
        return
    sight.harvest.add_query(source)
    sight.harvest.add_result(source, sight.answer)
    status = sight.answer.get("query_status")
    if isinstance(status, dict) and status.get("id"):
        sight.asked[str(status["id"])] = dict(source)
        _status(sight, status)


def _polled(sight: Sight) -> None:
    """The status of a query, with its results once it is complete."""
    status = sight.answer.get("query_status")
    if isinstance(status, dict):
        _status(sight, status)


def _status(sight: Sight, status: JSONObject) -> None:
    source, results = sight.asked.get(str(status.get("id"))), status.get("results")
    if source is not None and isinstance(results, dict) and status.get("complete") is True:
        sight.harvest.add_result(source, results)


def _sharing(kind: str, parameter: str) -> Reader:
    def read(sight: Sight) -> None:
        if "enabled" in sight.answer:
            number = sight.path[parameter]
            if number.isdecimal():
                sight.harvest.sharing[kind, int(number)] = sight.answer

    return read


def _activity(sight: Sight) -> None:
    for entry in entries_of(sight.body):
        held = sight.harvest.activities.get(str(entry.get("id")), {})
        # one of the two logs shows less of the user than the other
        user = {**_object(held.get("user")), **_object(entry.get("user"))}
        sight.harvest.activities[str(entry.get("id"))] = {**entry, "user": user or None}


def _alerts(sight: Sight) -> None:
    for entry in entries_of(sight.body):
        for alert in _objects(entry.get("alerts")) if "alerts" in entry else [entry]:
            sight.harvest.alerts[str(alert.get("id"))] = alert


def _variables(sight: Sight) -> None:
    for entry in entries_of(sight.body):
        sight.harvest.variables[str(entry.get("id"))] = entry


def _project(sight: Sight) -> None:
    sight.harvest.project = {**sight.harvest.project, **sight.answer}


def _deleted(sight: Sight) -> None:
    for entry in _objects(sight.answer.get("deleted")):
        _mark(sight, id_of(entry), deleted=True)


def _restored(sight: Sight) -> None:
    for entry in _objects(sight.answer.get("restored")):
        _mark(sight, id_of(entry), deleted=False)


def _mark(sight: Sight, number: int | None, *, deleted: bool) -> None:
    if number in sight.harvest.insights:
        sight.harvest.insights[number] = {**sight.harvest.insights[number], "deleted": deleted}


def _tagged(sight: Sight) -> None:
    for entry in _objects(sight.answer.get("updated")):
        number = id_of(entry)
        if number in sight.harvest.insights:
            sight.harvest.insights[number] = {**sight.harvest.insights[number], "tags": entry.get("tags")}


def _shared(sight: Sight) -> None:
    """What somebody with a link sees: results, and insights that are not known otherwise."""
    insight = _object(sight.answer.get("insight"))
    dashboard = _object(sight.answer.get("dashboard"))
    for each in (insight, *insights_on(dashboard)):
        _result_of(sight, each)


READERS: Final[Mapping[str, Reader]] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "insights_list",
                "insights_create",
                "insights_retrieve",
                "insights_update",
                "insights_partial_update",
                "insights_trending_retrieve",
            ),
            _insights,
        ),
        "insights_my_last_viewed_retrieve": _my_insights,
        "insights_bulk_delete_create": _deleted,
        "insights_bulk_restore_create": _restored,
        "insights_bulk_update_tags_create": _tagged,
        **dict.fromkeys(
            ("dashboards_list", "dashboards_create", "dashboards_retrieve", "dashboards_partial_update"),
            _dashboards,
        ),
        "query_create": _query,
        "query_retrieve": _polled,
        **dict.fromkeys(
            (
                "insights_sharing_retrieve",
                "insights_sharing_partial_update",
                "insights_sharing_refresh_create",
            ),
            _sharing("insight", "insight_id"),
        ),
        **dict.fromkeys(
            (
                "dashboards_sharing_retrieve",
                "dashboards_sharing_partial_update",
                "dashboards_sharing_refresh_create",
            ),
            _sharing("dashboard", "dashboard_id"),
        ),
        **dict.fromkeys(
            ("insights_activity_retrieve", "insights_all_activity_retrieve", "activity_log_list"), _activity
        ),
        **dict.fromkeys(("alerts_list", "insights_thresholds_list"), _alerts),
        "insight_variables_list": _variables,
        "projects_retrieve": _project,
        "shared_json_retrieve": _shared,
    }
)
"""What is read of the answer of each operation that tells of a project."""


def _object(value: JSON) -> JSONObject:
    return value if isinstance(value, dict) else {}


def _objects(value: JSON) -> list[JSONObject]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
