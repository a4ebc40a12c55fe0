"""The story that only reads: what a server says of what it holds."""

from __future__ import annotations

from typing import Final

from .step import Party, Step

NO_SUCH_ID: Final = 2_000_000_000
PAGE: Final = {"limit": 5, "order": "id"}
ONE: Final = "insights/{insight}"

READ_ONLY: Final = (
    Step("the project", "GET", "/api/projects/{project}", keeps={"project": "/id"}),
    Step("the caller", "GET", "/api/users/@me"),
    Step("the caller's key", "GET", "/api/personal_api_keys/@current"),
    Step("all projects", "GET", "/api/projects"),
    Step("the organization", "GET", "/api/organizations/@current"),
    Step(
        "a page",
        "GET",
        "insights",
        PAGE,
        keeps={"insight": "/results/0/id", "short": "/results/0/short_id", "name": "/results/0/name"},
    ),
    Step("a long page of basic rows", "GET", "insights", {"limit": 100, "order": "id", "basic": "true"}),
    Step("a page past the end", "GET", "insights", {"limit": 5, "offset": NO_SUCH_ID, "basic": "true"}),
    Step("an unknown order", "GET", "insights", {"order": "nothing"}),
    Step("a search", "GET", "insights", {**PAGE, "basic": "true", "search": "{name}"}),
    Step("a search for nothing there is", "GET", "insights", {"basic": "true", "search": "zqxjkvwzqxj"}),
    Step("a search that is too long", "GET", "insights", {"basic": "true", "search": "x" * 201}),
    Step("insights of one creator", "GET", "insights", {**PAGE, "basic": "true", "created_by": "1"}),
    Step("insights of a list of creators", "GET", "insights", {**PAGE, "basic": "true", "created_by": "[1]"}),
    Step("tags that are no JSON", "GET", "insights", {"tags": "{nothing"}),
    Step("an insight", "GET", ONE),
    Step("an insight with its result", "GET", ONE, {"refresh": "blocking"}),
    Step("an insight that is computed later", "GET", ONE, {"refresh": "force_async"}),
    Step("an insight with other filters", "GET", ONE, {"filters_override": '{"date_from": "-30d"}'}),
    Step("an insight by its short id", "GET", "insights/{short}"),
    Step("an insight that is not there", "GET", f"insights/{NO_SUCH_ID}"),
    Step("the activity of an insight", "GET", f"{ONE}/activity"),
    Step("the activity of one that is not there", "GET", f"insights/{NO_SUCH_ID}/activity"),
    Step("all activity", "GET", "insights/activity", {"limit": 5}),
    Step("trending insights", "GET", "insights/trending"),
    Step("the alerts of an insight", "GET", f"{ONE}/thresholds"),
    Step("the sharing of an insight", "GET", f"{ONE}/sharing"),
    Step("insights as CSV", "GET", "insights", {"format": "csv", "limit": 1, "order": "id"}),
    Step("dashboards", "GET", "dashboards", {"limit": 5}, keeps={"dashboard": "/results/0/id"}),
    Step("a dashboard", "GET", "dashboards/{dashboard}"),
    Step("a dashboard that is not there", "GET", f"dashboards/{NO_SUCH_ID}"),
    Step("the sharing of a dashboard", "GET", "dashboards/{dashboard}/sharing"),
    Step("tags", "GET", "tags"),
    Step("variables", "GET", "insight_variables"),
    Step("the activity log", "GET", "activity_log", {"limit": 5}),
    Step("a query that is not there", "GET", "query/00000000-0000-4000-8000-000000000000"),
    Step("a page for nobody", "GET", "insights", party=Party.ANYONE),
    Step("dashboards for nobody", "GET", "dashboards", party=Party.ANYONE),
    Step("a link that is not there", "GET", "/shared/" + "x" * 30, party=Party.ANYONE),
    Step("whether it lives", "GET", "/_livez", party=Party.ANYONE),
)
