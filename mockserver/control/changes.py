"""What a move of the clock changes: jobs that move on, results, sessions and tokens that grow old."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, cast

from ..refresh.jobs import view
from ..refresh.staleness import freshness
from ..store import JSON, JSONObject, from_stored
from ..store.documents import JobDocument
from .forecast import insights_by_key

if TYPE_CHECKING:
    from ..services import Services


class Standing(NamedTuple):
    """One thing that depends on time, as it stands."""

    kind: str
    id: int
    project_id: int | None
    state: str
    more: Mapping[str, JSON]


def standings(services: Services, project_ids: Iterable[int], *, sessions: bool) -> list[Standing]:
    """All that depends on the clocks of some projects; sessions belong to the server's clock."""
    found: list[Standing] = []
    for project_id in project_ids:
        now = services.clock_of(project_id).now()
        found += _of_project(services, project_id, now)
    if sessions:
        now = services.clock.now()
        found += [
            Standing("session", one["id"], None, _alive(one["expires_at"], now), {})
            for one in services.store.sessions.documents().values()
        ]
    return found


def _of_project(services: Services, project_id: int, now: datetime) -> list[Standing]:
    store = services.store
    minutes = services.profile_of(store.projects.fetch(project_id)).job_minutes
    found = [
        Standing("job", job["id"], project_id, str(view(job, now, minutes).state), _job_facts(job))
        for job in store.jobs.find("project", project_id)
    ]
    found += [
        Standing("cached_result", one["id"], project_id, str(freshness(one, now)), {"key": one["key"]})
        for one in store.cached_results.find("project", project_id)
    ]
    found += [
        Standing(
            "sharing_token",
            one["id"],
            project_id,
            _alive(old["expires_at"], now),
            {"insight_id": one["insight_id"]},
        )
        for one in store.sharing.find("project", project_id)
        for old in one["previous_tokens"]
    ]
    return found


def _job_facts(job: JobDocument) -> dict[str, JSON]:
    return {"key": job["query_id"], "insight_id": job["insight_id"]}


def _alive(expires_at: str, now: datetime) -> str:
    return "valid" if now < from_stored(expires_at) else "expired"


def changes(services: Services, before: Iterable[Standing], after: Iterable[Standing]) -> list[JSONObject]:
    """What stands otherwise than it did, in order; a cached result names the insights that it is of."""
    found: list[JSONObject] = []
    for one, other in zip(before, after, strict=True):
        if one.state != other.state:
            found.append(
                {
                    "kind": one.kind,
                    "id": one.id,
                    "project_id": one.project_id,
                    "from": one.state,
                    "to": other.state,
                    **one.more,
                }
            )
    results = [one for one in found if one["kind"] == "cached_result"]
    askers = {
        project_id: insights_by_key(services, project_id)
        for project_id in {cast("int", one["project_id"]) for one in results}
    }
    for result in results:
        by_key = askers[cast("int", result["project_id"])]
        result["insight_ids"] = [*by_key.get(cast("str", result["key"]), [])]
    return found
