"""The screens that are pictured in the documentation and held against the rules of accessibility."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from .serving import Served, proxy_before, serve

DRAWN = ".canvas[data-drawn], .number-face, .cohorts, .picture table"


@dataclass(frozen=True, slots=True)
class Screen:
    """A page: its name, its address, what must be there before it is done, and its size.

    The address names what differs from run to run: the tokens of links, and where the proxy is.
    """

    name: str
    path: str
    ready: str
    height: int = 900


SCREENS = (
    Screen("overview", "/_mock/", "#conformance-mark .mark.good", 1010),
    Screen("insights", "/_mock/ui/insights", "#list table"),
    Screen("dashboards", "/_mock/ui/dashboards", "#page .panel"),
    Screen("dashboard", "/_mock/ui/dashboards/1", ".layout:not(:has(.waiting)) .canvas[data-drawn]", 1480),
    Screen("queries", "/_mock/ui/queries", "#jobs table"),
    Screen("clock", "/_mock/ui/clock", "#set:valid"),
    Screen("faults", "/_mock/ui/faults", "#builder form"),
    Screen("requests", "/_mock/ui/requests#3", "#why h3"),
    Screen("state", "/_mock/ui/state", "#scopes table"),
    Screen("trends", "/_mock/ui/insights/12", DRAWN),
    Screen("area", "/_mock/ui/insights/6", DRAWN),
    Screen("comparison", "/_mock/ui/insights/2", DRAWN),
    Screen("cumulative", "/_mock/ui/insights/5", DRAWN),
    Screen("table", "/_mock/ui/insights/11", DRAWN),
    Screen("side-by-side", "/_mock/ui/insights/13", DRAWN),
    Screen("number", "/_mock/ui/insights/7", DRAWN),
    Screen("pie", "/_mock/ui/insights/8", DRAWN),
    Screen("bars", "/_mock/ui/insights/9", DRAWN),
    Screen("world-map", "/_mock/ui/insights/10", DRAWN),
    Screen("funnel", "/_mock/ui/insights/24", DRAWN),
    Screen("funnel-by-device", "/_mock/ui/insights/25", DRAWN),
    Screen("time-to-convert", "/_mock/ui/insights/26", DRAWN),
    Screen("funnel-over-time", "/_mock/ui/insights/27", DRAWN),
    Screen("retention", "/_mock/ui/insights/30", DRAWN),
    Screen("stickiness", "/_mock/ui/insights/32", DRAWN),
    Screen("lifecycle", "/_mock/ui/insights/34", DRAWN),
    Screen("paths", "/_mock/ui/insights/36", DRAWN),
    Screen("sql", "/_mock/ui/insights/39", DRAWN),
    Screen("events", "/_mock/ui/insights/41", DRAWN),
    Screen("shared-insight", "/shared/{insight}", ".canvas[data-drawn]", 700),
    Screen(
        "shared-dashboard", "/shared/{dashboard}", ".layout:not(:has(.waiting)) .canvas[data-drawn]", 1300
    ),
    Screen("unlock", "/shared/{locked}", "#password", 700),
    Screen("not-found", "/shared/nowhere", "h1", 700),
    Screen("sign-in", "/_mock/sign-in", "#token", 700),
    Screen("proxy", "{proxy}/_mock/proxy", "#operations tbody tr + tr + tr", 820),
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A server in the state that the screens show, with a proxy before it."""

    served: Served
    places: dict[str, str]

    def address(self, screen: Screen) -> str:
        """Where a screen is."""
        path = screen.path.format(**self.places)
        return path if path.startswith("http") else self.served.url + path


@contextmanager
def prepared_server() -> Iterator[Prepared]:
    """Start a server and a proxy, and bring both to the state that the screens show."""
    with serve() as served, proxy_before(served) as proxy:
        tokens = prepare(served)
        pass_by(served, proxy)
        yield Prepared(served, {**tokens, "proxy": proxy})


def pass_by(served: Served, proxy: str) -> None:
    """Call the second project, which no screen shows, through the proxy; some calls break the contract."""
    key = served.mock("POST", "projects/2/keys", {"scopes": ["*"]})["value"]
    broken = {"project_id": 2, "operation_id": "insights_retrieve"}
    fault = served.mock("POST", "faults", {"match": broken, "effect": {"contract": "id_as_text"}})
    insights = f"{proxy}/api/projects/2/insights"
    one = served.mock("POST", "projects/2/read", {"operation_id": "insights_list", "query": {"limit": "1"}})
    number = one["body"]["results"][0]["id"]
    for method, address, body in (
        ("GET", f"{insights}?limit=2&basic=true", None),
        ("GET", f"{insights}?limit=2&colour=red", None),
        ("POST", insights, {"name": 3}),
        ("GET", f"{insights}/{number}", None),
        ("GET", f"{insights}/{number}", None),
        ("GET", f"{insights}/98765", None),
        ("GET", f"{proxy}/api/projects/2/dashboards", None),
        ("GET", f"{proxy}/elsewhere", None),
    ):
        served.http.request(method, address, json=body, headers={"Authorization": f"Bearer {key}"})
    served.mock("DELETE", f"faults/{fault['id']}")


def prepare(served: Served) -> dict[str, str]:
    """Bring the server to the state that the screens show: requests, results, jobs, a fault, links.

    Gives the tokens of the links, by name.
    """
    served.api("GET", "insights?limit=2&basic=true")
    served.api("GET", "insights/98765")
    bad = {"kind": "InsightVizNode", "source": {"kind": "TrendsQuery", "series": [{"kind": "EventNode"}]}}
    served.api("POST", "insights", {"name": 3, "query": bad})
    for screen in SCREENS:
        if screen.path.startswith("/_mock/ui/insights/"):
            read(served, screen.path.rsplit("/", 1)[1], "blocking")
    for insight in ("1", "3", "4"):
        read(served, insight, "blocking")
    for insight in ("1", "4", "12"):
        read(served, insight, "force_async")
    served.mock("POST", "jobs/2/transition", {"to": "cancelled"})
    served.mock("POST", "clock/advance", {"seconds": 2})
    match = {"project_id": served.project_id, "operation_id": "insights_create"}
    served.mock("POST", "faults", {"match": match, "effect": {"status": 500}, "probability": 0.2})
    served.mock("POST", "snapshots", {"name": "before-the-change"})
    served.mock("PUT", "clock", {"frozen": True})
    settings = {"legend": True, "detailed": True}
    tokens = {
        "insight": served.share("insights/12", settings=settings),
        "dashboard": served.share("dashboards/1", settings={"legend": True}),
        "locked": served.share("insights/24", password_required=True),
    }
    served.api("POST", "insights/24/sharing/passwords", {"raw_password": "open sesame"})
    return tokens


def read(served: Served, insight: str, refresh: str) -> Any:
    """Read an insight from inside, so that the journal stays as the screens show it."""
    body = {"operation_id": "insights_retrieve", "path": {"id": insight}, "query": {"refresh": refresh}}
    return served.mock("POST", f"projects/{served.project_id}/read", body)
