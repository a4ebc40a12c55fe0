"""The part of the full story that makes and changes objects of its own; the ledger takes them away."""

from __future__ import annotations

from typing import Any, Final

from ..world import TAG
from .step import Party, Step

PASSWORD: Final = "correct horse battery"  # noqa: S105
TRENDS: Final = {"kind": "TrendsQuery", "series": [{"kind": "EventsNode", "event": "$pageview"}]}
SHOWN: Final = {"kind": "InsightVizNode", "source": TRENDS}
ONE_STEP: Final = {"kind": "FunnelsQuery", "series": TRENDS["series"]}
FAILING: Final = {
    "kind": "DataVisualizationNode",
    "source": {"kind": "HogQLQuery", "query": "select nothing from nowhere"},
}
LEGACY: Final = {"insight": "TRENDS", "events": [{"id": "$pageview"}]}
ONE: Final = "insights/{own}"
PROPERTY: Final = '[{"key": "plan", "value": "pro", "operator": "exact", "type": "event"}]'
NO_SUCH_ID: Final = 2_000_000_000


def _new(text: str, **fields: Any) -> dict[str, Any]:
    return {"name": f"{TAG} {{label}} {text}", "tags": [TAG], **fields}


def _insight(name: str, keeps: dict[str, str] | None = None, **fields: Any) -> Step:
    body = _new(name, **fields)
    return Step(
        f"creating {name}", "POST", "insights", body=body, keeps=keeps or {}, is_own=True, makes="insights"
    )


def _own(name: str, method: str, path: str, **fields: Any) -> Step:
    return Step(name, method, path, is_own=True, **fields)


INSIGHTS: Final = (
    _insight(
        "an insight",
        {"own": "/id", "own_short": "/short_id", "modified": "/last_modified_at"},
        query=SHOWN,
    ),
    _insight("an insight that is not saved", {"unsaved": "/id"}, query=SHOWN, saved=False),
    _insight("an insight of a bare query", query=TRENDS),
    _insight("an insight without a query", {"bare": "/id"}),
    _insight("an insight of legacy filters", {"legacy": "/id"}, filters=LEGACY),
    _insight("a funnel of one step", query=ONE_STEP),
    _insight("an insight that fails", {"failing": "/id"}, query=FAILING),
    _insight("an insight on no dashboard", query=SHOWN, dashboards=[NO_SUCH_ID]),
    _own("the views of a new insight", "GET", "insights", query={"short_id": "{own_short}", "basic": "true"}),
    _own("a new insight by its short id", "GET", "insights/{own_short}"),
    _own("the new insight for a session", "GET", ONE, party=Party.SESSION),
    _own("an insight of legacy filters again", "GET", "insights/{legacy}"),
    _own("a failing insight", "GET", "insights/{failing}", query={"refresh": "blocking"}),
    _own("changing an insight that is not saved", "PATCH", "insights/{unsaved}", body={"description": "x"}),
    _own("changing a query", "PATCH", ONE, body={"query": {**SHOWN, "full": True}}),
    _own("changing a name", "PATCH", ONE, body={"name": f"{TAG} {{label}} renamed"}),
    _own("emptying a query", "PATCH", "insights/{unsaved}", body={"query": None}),
    _own(
        "filters of a dashboard under those of a tile",
        "GET",
        ONE,
        query={
            "filters_override": f'{{"properties": {PROPERTY}}}',
            "tile_filters_override": '{"date_from": "-30d"}',
        },
    ),
    _own("an interval of a dashboard", "GET", ONE, query={"filters_override": '{"interval": "week"}'}),
    _own(
        "a search for a like word",
        "GET",
        "insights",
        query={"basic": "true", "search": f"{TAG} {{label}} renamde"},
    ),
    _own("the activity of a new insight", "GET", f"{ONE}/activity"),
    Step("viewing", "POST", "insights/viewed", body={"insight_ids": ["{own}"]}),
    Step("viewing what has no number", "POST", "insights/viewed", body={"insight_ids": ["first"]}),
    Step("deleting for good", "DELETE", ONE),
)

QUERIES: Final = (
    _own("a query", "POST", "query", body={"query": {"kind": "HogQLQuery", "query": "select 1 as one"}}),
    _own(
        "a query in the background",
        "POST",
        "query",
        body={
            "query": {"kind": "HogQLQuery", "query": "select 2 as two"},
            "client_query_id": "{label}",
            "refresh": "force_async",
        },
    ),
    _own("following a query", "GET", "query/{label}"),
    Step("cancelling by key", "POST", "insights/cancel", body={"client_query_id": "{label}"}),
    Step(
        "cancelling by session",
        "POST",
        "insights/cancel",
        body={"client_query_id": "{label}"},
        party=Party.SESSION,
    ),
    Step("cancelling nothing", "POST", "insights/cancel", body={"name": "x"}, party=Party.SESSION),
)

SHARING: Final = (
    _own("sharing", "PATCH", f"{ONE}/sharing", body={"enabled": True}, keeps={"token": "/access_token"}),
    _own("a theme of a shared page", "PATCH", f"{ONE}/sharing", body={"settings": {"theme": "dark"}}),
    _own("a shared page", "GET", "/shared/{token}.json", party=Party.ANYONE),
    _own("no longer sharing", "PATCH", f"{ONE}/sharing", body={"enabled": False}),
    _own(
        "sharing again", "PATCH", f"{ONE}/sharing", body={"enabled": True}, keeps={"token": "/access_token"}
    ),
    _own("asking for a password", "PATCH", f"{ONE}/sharing", body={"password_required": True}),
    _own(
        "a password that also protects",
        "POST",
        "insights/{unsaved}/sharing/passwords",
        body={"enabled": True, "password_required": True, "raw_password": PASSWORD},
    ),
    _own("a password of a link", "POST", f"{ONE}/sharing/passwords", body={"raw_password": PASSWORD}),
    _own(
        "unlocking with wrong passwords",
        "POST",
        "/shared/{token}",
        body={"password": "wrong"},
        party=Party.ANYONE,
        times=11,
    ),
    Step(
        "creating an insight without plan features",
        "POST",
        "insights",
        body=_new("without features", query=SHOWN),
        keeps={"bare_plan": "/id"},
        party=Party.BARE_PLAN,
        is_own=True,
    ),
    Step(
        "a password without plan features",
        "PATCH",
        "insights/{bare_plan}/sharing",
        body={"enabled": True, "password_required": True},
        party=Party.BARE_PLAN,
        is_own=True,
    ),
)

DASHBOARDS: Final = (
    Step(
        "creating a dashboard",
        "POST",
        "dashboards",
        body=_new("board"),
        keeps={"board": "/id"},
        is_own=True,
        makes="dashboards",
    ),
    _own("putting an insight on a dashboard", "PATCH", ONE, body={"dashboards": ["{board}"]}),
    _own("a dashboard of one's own", "GET", "dashboards/{board}"),
    _own("an insight of a dashboard", "GET", ONE, query={"from_dashboard": "{board}"}),
    Step("deleting a dashboard", "PATCH", "dashboards/{board}", body={"deleted": True}),
    _own("deleting an insight", "PATCH", ONE, body={"deleted": True}),
    _own("a deleted insight", "GET", ONE),
)

WRITING: Final = (*INSIGHTS, *QUERIES, *SHARING, *DASHBOARDS)
