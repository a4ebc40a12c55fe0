"""Everything in a project, in the order in which its parts refer to each other."""

from __future__ import annotations

from .activity import add_activities
from .dashboards import add_dashboards
from .definitions import add_definitions
from .ground import Ground
from .insights import add_insights, reserve_dashboards
from .recorded_results import add_results
from .shapes import PopulationEntry


def add_content(
    ground: Ground, population: PopulationEntry | None, seed: int | str, recorded: str | None = None
) -> None:
    """Make definitions, insights, dashboards, their history and results; its people are there already.

    `recorded` is when the results were recorded.
    """
    add_definitions(ground, population, seed)
    reserve_dashboards(ground)
    add_insights(ground)
    add_dashboards(ground)
    add_activities(ground)
    add_results(ground, recorded)
