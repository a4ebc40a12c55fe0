"""One project's data is not another's."""

from __future__ import annotations

from typing import Any

from ..core import expect
from ..rules import Cost, Need, rule
from ..world import World, as_json


@rule("insights_retrieve", "insights_partial_update", needs=(Need.SECOND_PROJECT,))
def insights_of_another_project_do_not_exist(world: World) -> None:
    """Under another project's address an insight is 404, for reading and for writing."""
    made = world.insight()
    path = f"insights/{made['id']}"
    other = world.second_project
    other.get(path).error(404, code="not_found")
    other.patch(path, {"name": "stolen"}).error(404, code="not_found")
    other.patch(path, {"deleted": True}).error(404, code="not_found")
    for part in ("activity", "sharing"):
        other.get(f"{path}/{part}").has_status(404)
    other.patch(f"{path}/sharing", {"enabled": True}).error(404, code="not_found")
    found = world.api.get(path).object()
    expect.equal((found["name"], found["deleted"]), (made["name"], False), "the insight after all that")


@rule("insights_list", needs=(Need.SECOND_PROJECT,))
def lists_hold_the_project_only(world: World) -> None:
    """No list of another project holds the insight, whatever the filter."""
    word = world.unique()
    made = world.insight(tags=[word], favorited=True, name=word)
    other = world.second_project
    queries: tuple[dict[str, Any], ...] = (
        {"tags": as_json([word])},
        {"search": word},
        {"short_id": made["short_id"]},
        {"favorited": "true"},
        {},
    )
    for query in queries:
        rows = other.get("insights", limit=500, basic="true", **query).rows()
        expect.that(made["id"] not in [row["id"] for row in rows], f"listed in another project with {query}")
    answer = other.get("insights/activity", limit=100).object()
    seen = {entry["item_id"] for entry in answer["results"]}
    expect.that(str(made["id"]) not in seen, "in the log of another project")


@rule("insights_create", "insights_partial_update", needs=(Need.SECOND_PROJECT,))
def dashboards_of_another_project_are_unknown(world: World) -> None:
    """An insight can't be put on another project's dashboard."""
    other = world.second_project
    board = world.dashboard(other)["id"]
    world.attempt_insight(dashboards=[board]).error(400, kind="validation_error", attr="dashboards")
    made = world.insight()
    reply = world.api.patch(f"insights/{made['id']}", {"dashboards": [board]})
    reply.error(400, kind="validation_error", attr="dashboards")


@rule("insights_viewed_create", "insights_list", needs=(Need.SECOND_PROJECT,), cost=Cost.FULL)
def views_stay_in_their_project(world: World) -> None:
    """Telling one project of another's insight changes nothing."""
    word = world.unique()
    made = world.insight(tags=[word])
    before = world.api.get("insights", tags=as_json([word])).rows()[0].get("last_viewed_at")
    world.second_project.post("insights/viewed", {"insight_ids": [made["id"]]}).has_status(200, 201)
    after = world.api.get("insights", tags=as_json([word])).rows()[0].get("last_viewed_at")
    expect.equal(after, before, "last_viewed_at after a view from another project")


@rule("query_retrieve", needs=(Need.SECOND_PROJECT,))
def queries_of_another_project_are_unknown(world: World) -> None:
    """The status of a query is not seen from another project."""
    source = {"kind": "TrendsQuery", "series": [{"kind": "EventsNode", "event": world.unique()}]}
    answer = world.api.post("query", {"query": source, "refresh": "force_async"}).object(202, 200)
    query_id = answer["query_status"]["id"]
    world.second_project.get(f"query/{query_id}").error(404, code="not_found")


@rule("insights_list", needs=(Need.OWN_PROJECT,))
def a_key_of_one_project_does_not_open_another(world: World) -> None:
    """The key of a project is refused in a project whose organization its user is not in."""
    other = world.second_project
    stranger = world.api.within(other.project)
    stranger.get("insights").error(403, kind="authentication_error", code="permission_denied")
    stranger.get("dashboards").error(403, kind="authentication_error", code="permission_denied")


@rule("insights_bulk_delete_create", needs=(Need.SECOND_PROJECT,), cost=Cost.FULL)
def bulk_actions_stay_in_their_project(world: World) -> None:
    """A bulk deletion skips another project's insights."""
    made = world.insight()
    answer = world.second_project.post("insights/bulk_delete", {"ids": [made["id"]]}).object()
    expect.equal(answer["deleted"], [], "deleted across projects")
    world.api.get(f"insights/{made['id']}").ok()
