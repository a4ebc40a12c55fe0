"""Running every insight of a fixture once."""

from __future__ import annotations

from pathlib import Path
from typing import Final, cast

from ..resources.legacy_filters import query_of_filters
from ..resources.query_reading import source_of
from ..settings import Settings
from ..store import JSON, JSONObject

COUNTS: Final = ("data", "count", "aggregated_value", "value", "values", "bins")


def calculate_all(path: Path) -> tuple[list[str], list[str]]:
    """Which insights of a fixture cannot be calculated, and which show nothing, each as a line.

    Raises StartError where the fixture cannot be laid out at all.
    """
    from ..analytics.model import QueryError
    from ..app import create_services
    from ..clock import Clock

    failed: list[str] = []
    empty: list[str] = []
    services = create_services(Settings(fixture=str(path)), Clock())
    try:
        project = next(iter(services.store.projects.documents().values()))
        for insight in services.store.insights.find("project", project["id"]):
            source = source_of(insight["query"] or query_of_filters(insight["filters"]))
            if source is None or insight["deleted"]:
                continue
            called = f"insight {insight['name'] or insight['id']!r}"
            try:
                with services.store.locked():
                    found = services.refresh.calculator.run(
                        cast("JSONObject", source), project, services.clock.now()
                    )
            except QueryError as error:
                failed.append(f"{called}: {error}")
                continue
            if not _shows_something(cast("JSON", found.results)):
                empty.append(f"{called} shows nothing")
    finally:
        services.close()
    return failed, empty


def _shows_something(value: JSON) -> bool:
    """Whether a result holds a row of a table, or a count other than 0."""
    if isinstance(value, list):
        return any(_shows_something(each) if isinstance(each, dict | list) else True for each in value)
    if not isinstance(value, dict):
        return False
    return any(_counts(value.get(name)) for name in COUNTS)


def _counts(value: JSON) -> bool:
    if isinstance(value, dict):
        return any(map(_counts, value.values()))
    if isinstance(value, list):
        return any(map(_counts, value))
    return isinstance(value, int | float) and value != 0
