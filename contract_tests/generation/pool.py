"""The objects that generated requests may touch: made for the run, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from ..core.events import Notice
from ..core.exchange import JSON
from ..core.tape import Tape
from ..core.wire import Wire
from ..errors import Skip
from ..ledger import Ledger
from ..queries import funnel, lifecycle, paths, retention, sql, stickiness, trends
from ..target import Mode
from ..world import TAG, World

if TYPE_CHECKING:
    from ..engine import Engine, RunReport

UNKNOWN: Final = 2_000_000_000
SAFE: Final = frozenset(("GET", "HEAD", "OPTIONS"))
OBJECT: Final = re.compile(r"/(insights|dashboards)/([^/]+)")
ACTIONS: Final = re.compile(
    r"^(activity|cancel|my_last_viewed|viewed|trending|bulk_\w+|generate_metadata|timing)$"
)
ID_LISTS: Final = ("ids", "insight_ids", "dashboards")
QUERY_PREFIX: Final = "ctquery"


@dataclass
class Pool:
    """Ids by kind; what generated creates make is added."""

    project: str
    insights: list[int] = field(default_factory=list)
    short_ids: list[str] = field(default_factory=list)
    dashboards: list[int] = field(default_factory=list)
    passwords: list[int] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)

    def allows(self, method: str, path: str, body: JSON) -> bool:
        """Whether a request reads only, or changes nothing but what the run has made."""
        if method.upper() in SAFE:
            return True
        if not self._is_own_path(path):
            return False
        return not isinstance(body, dict) or self._is_own_body(body)

    def _is_own_path(self, path: str) -> bool:
        project = re.match(r"/api/(?:projects|environments)/([^/]+)", path)
        if project and project[1] not in (self.project, "@current"):
            return False
        query = re.search(r"/query/([^/]+)", path)
        if query and not query[1].startswith(QUERY_PREFIX):
            return False
        found = OBJECT.search(path)
        if found is None or ACTIONS.match(found[2]):
            return True
        known = self.insights if found[1] == "insights" else self.dashboards
        if found[1] == "insights" and found[2] in self.short_ids:
            return True
        return found[2].isdigit() and int(found[2]) in (*known, UNKNOWN)

    def _is_own_body(self, body: Mapping[str, Any]) -> bool:
        own = {*self.insights, *self.dashboards, UNKNOWN}
        for name in ID_LISTS:
            listed = body.get(name)
            if isinstance(listed, list) and any(isinstance(one, int) and one not in own for one in listed):
                return False
        query_id = body.get("client_query_id")
        return not isinstance(query_id, str) or not query_id or query_id.startswith(QUERY_PREFIX)


def sample_queries() -> list[dict[str, Any]]:
    """A query of each kind, small enough to be computed in no time."""
    month = {"date_from": "-30d"}
    browser = [{"key": "$browser", "value": ["Chrome"], "operator": "exact", "type": "event"}]
    breakdown = {"breakdown": "$browser", "breakdown_type": "event"}
    return [
        trends(),
        trends(None, interval="week", dateRange=month),
        trends("$pageview", properties=browser),
        trends("$pageview", breakdownFilter=breakdown, dateRange=month),
        trends("$pageview", trendsFilter={"display": "BoldNumber"}),
        trends("$pageview", compareFilter={"compare": True}),
        funnel("$pageview", "$autocapture"),
        retention(),
        lifecycle(),
        stickiness(),
        paths(),
        sql("select event, count() from events group by event order by event limit 10"),
    ]


def make_pool(engine: Engine, report: RunReport, wire: Wire, ledger: Ledger) -> Pool:
    """Make the objects that generated requests may touch; in a read-only run, find some."""
    import random

    caller = engine.caller(wire, Tape())
    if report.probe.project_id is not None:
        caller = caller.within(str(report.probe.project_id))
    pool = Pool(caller.project)
    if engine.target.mode is Mode.READ_ONLY:
        rows = caller.get("insights", limit=5, basic="true").rows()
        pool.insights = [row["id"] for row in rows]
        return pool
    made = random.Random(engine.options.seed)  # noqa: S311 - names of tests
    world = World(engine.target, report.probe, caller, ledger, f"{engine.label_of('generated')}", made)
    try:
        board = world.dashboard()
        pool.dashboards = [board["id"], world.dashboard()["id"]]
        for number in range(4):
            insight = world.insight(
                name=world.name(str(number)),
                query=trends(),
                tags=[TAG],
                dashboards=[board["id"]][: number % 2],
            )
            pool.insights.append(insight["id"])
            pool.short_ids.append(insight["short_id"])
        path = f"insights/{pool.insights[0]}/sharing"
        pool.tokens = [caller.patch(path, {"enabled": True}).object()["access_token"]]
    except Skip as skip:
        engine.tell(Notice(str(skip)))
    return pool
