"""What a fixture needs of a project, read through the API."""

from __future__ import annotations

from itertools import islice
from typing import Final
from urllib.parse import quote

from ..seeding.harvest import Harvest
from .read_only import ReadOnlyApi

MOST_INSIGHTS: Final = 1000
MOST_DASHBOARDS: Final = 200


def read_project(
    api: ReadOnlyApi, project: str, *, insights: int = MOST_INSIGHTS, dashboards: int = MOST_DASHBOARDS
) -> Harvest:
    """A project's saved insights and its dashboards in the server's order, as many as are wanted at most.

    Raises ReadError. Nothing is calculated for it: results are not asked for.
    """
    harvest = Harvest()
    base = f"/api/projects/{quote(project, safe='@')}"
    for entry in islice(api.pages(f"{base}/insights/", saved="true", basic="true"), insights):
        harvest.add_insight(entry)
    for entry in islice(api.pages(f"{base}/dashboards/"), dashboards):
        harvest.add_dashboard(entry)
    for number in list(harvest.dashboards):
        harvest.add_dashboard(api.get(f"{base}/dashboards/{number}/"))
    if harvest.insights:
        harvest.add_insight(api.get(f"{base}/insights/{next(iter(harvest.insights))}/"))
    return harvest
