"""The console's pages: which there are, and what each is drawn with before its script runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from ..seeding.reading import fixture_names
from ..store import JSON, JSONObject
from ..store.documents import ProjectDocument
from .handlers.server import info
from .tallies import tallies

if TYPE_CHECKING:
    from .call import ControlCall


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its name in addresses, its title and what it is for.

    `has_objects` says that it shows one object too, at an address below its own. A page is drawn by
    `static/pages/NAME.js`; only one with something to say before that has a template of its own name.
    """

    name: str
    title: str
    purpose: str
    has_objects: bool = False

    @property
    def templates(self) -> tuple[str, str]:
        """Where its HTML may be; the first that exists is used."""
        return f"console/{self.name}.html", "console/page.html"


PAGES: Final = (
    Page("overview", "Overview", "What is being served, and who is asking."),
    Page("insights", "Insights", "Every insight of the project, drawn as viewers see it.", has_objects=True),
    Page("dashboards", "Dashboards", "Tiles by their layouts, refreshed together.", has_objects=True),
    Page("queries", "Queries", "Background queries, and the policy that times them."),
    Page("clock", "Clock", "The time that the fake believes in."),
    Page("faults", "Faults", "Failures on purpose."),
    Page("requests", "Requests", "What clients asked, what they were told, and why."),
    Page("state", "State", "Snapshots, differences, keys and scopes."),
)

# What the first page counts: a table, how people call what is in it, and the page that shows it
TALLIES: Final = (
    ("insights", "insights", "insights"),
    ("dashboards", "dashboards", "dashboards"),
    ("sharing", "shared links", None),
    ("cohorts", "cohorts", None),
    ("cached_results", "cached results", None),
    ("jobs", "queries", "queries"),
)


def page_called(name: str) -> Page | None:
    """A page by its name in addresses."""
    return next((page for page in PAGES if page.name == name), None)


def shown_project(call: ControlCall) -> ProjectDocument | None:
    """The project that the query string asks for, or else the seeded one, or else the first."""
    projects = call.services.store.projects
    asked = call.query.get("project_id")
    seeded = cast("JSONObject", info(call)["credentials"])["project_id"]
    for wanted in (asked, seeded):
        found = projects.fetch(wanted) if isinstance(wanted, int) else None
        if found is not None:
            return found
    return next((projects.documents()[each] for each in sorted(projects.documents())), None)


def page_values(call: ControlCall, page: Page, object_id: str | None) -> dict[str, object]:
    """All that a page's template names."""
    facts = info(call)
    project = shown_project(call)
    credentials = cast("JSONObject", facts["credentials"])
    project_id = project["id"] if project else None
    key = credentials["api_key"] if project_id == credentials["project_id"] else None
    start: JSON = {
        "page": page.name,
        "objectId": object_id,
        "projectId": project_id,
        "seeded": credentials["project_id"],
        "apiKey": key,
        "baseUrl": call.base_url,
        "timezone": project["timezone"] if project else "UTC",
        "fixtures": [*fixture_names()],
    }
    return {
        "page": page,
        "pages": PAGES,
        "object_id": object_id,
        "info": facts,
        "project": project,
        "base_url": call.base_url,
        "api_key": key,
        "start": start,
        "counts": _counts(call, project),
        "tallies": TALLIES,
    }


def _counts(call: ControlCall, project: ProjectDocument | None) -> dict[str, int]:
    if project is None:
        return {}
    return tallies(call.services.store, project["id"], (name for name, _, _ in TALLIES))
