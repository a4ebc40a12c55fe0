"""`python -m benchmarks.analytics`: loading, and each kind of query over 100,000 and 1,000,000 events."""

from __future__ import annotations

import argparse
import statistics
import time
from array import array
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from mockserver.analytics.columns import Coded, EventColumns, PersonColumns
from mockserver.analytics.engine import run_query
from mockserver.analytics.events import EventStore
from mockserver.analytics.model import JSONObject, QueryContext
from mockserver.randomness import Randomness

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
DAYS = 30
EVENTS_A_PERSON = 20

# To be reached on two cores over a million events, in milliseconds.
TARGETS = {"load": 5000.0, "trends, daily, one breakdown": 150.0, "funnel of three steps": 400.0}


def draw(size: int, random: Randomness) -> tuple[PersonColumns, EventColumns]:
    """People and events of a plausible shape: fifteen properties, sessions, thirty days."""
    crowd = max(10, size // EVENTS_A_PERSON)
    who = array("I", [random.below(crowd) for _ in range(size)])
    begin = NOW - timedelta(days=DAYS)
    origin, span = int(begin.timestamp() * 1_000_000), DAYS * 86_400_000_000

    def column(values: Sequence[str | float | bool | None]) -> Coded:
        return Coded(values, array("B", [random.below(len(values)) for _ in range(size)]))

    persons = PersonColumns(
        distinct_ids=[[f"user-{place}"] for place in range(crowd)],
        uuids=[f"00000000-0000-4000-8000-{place:012x}" for place in range(crowd)],
        created_at=[origin] * crowd,
        properties={"email": [f"user{place}@example.com" for place in range(crowd)]},
    )
    words = {f"extra_{place}": column(["one", "two", None]) for place in range(6)}
    events = EventColumns(
        event=column(["$pageview", "$pageview", "$autocapture", "signed up", "paid"]),
        timestamp=array("q", [origin + int(random.random() * span) for _ in range(size)]),
        person=who,
        properties={
            "$browser": column(["Chrome", "Safari", "Firefox", "Edge"]),
            "$os": column(["Mac OS X", "Windows", "Linux"]),
            "$current_url": column([f"https://app.example.com/page/{place}" for place in range(60)]),
            "$geoip_country_code": column(["US", "GB", "DE", None]),
            "$session_id": [f"session-{one}-{place % 4}" for place, one in enumerate(who)],
            "amount": column([None, None, 9.5, 20.0, 99.0]),
            "paying": column([True, False]),
            **words,
        },
    )
    return persons, events


def series(*names: str) -> list[JSONObject]:
    """Series on events."""
    return [{"kind": "EventsNode", "event": name} for name in names]


def queries() -> dict[str, JSONObject]:
    """What is measured, by its name."""
    month: JSONObject = {"date_from": f"-{DAYS}d"}
    steps = series("$pageview", "signed up", "paid")
    by_browser: JSONObject = {"breakdown": "$browser"}
    active: JSONObject = {"kind": "EventsNode", "event": "$pageview", "math": "weekly_active"}
    hogql = "select properties.$browser, count(), uniq(person_id) from events group by 1"
    return {
        "trends, daily": {"kind": "TrendsQuery", "series": series("$pageview"), "dateRange": month},
        "trends, daily, one breakdown": {
            "kind": "TrendsQuery",
            "series": series("$pageview"),
            "dateRange": month,
            "breakdownFilter": by_browser,
        },
        "trends, weekly active": {"kind": "TrendsQuery", "series": [active], "dateRange": month},
        "funnel of three steps": {"kind": "FunnelsQuery", "series": steps, "dateRange": month},
        "funnel by first touch": {
            "kind": "FunnelsQuery", "series": steps, "dateRange": month, "breakdownFilter": by_browser,
        },
        "retention": {"kind": "RetentionQuery", "retentionFilter": {"totalIntervals": 11}},
        "stickiness": {"kind": "StickinessQuery", "series": series("$pageview"), "dateRange": month},
        "lifecycle": {"kind": "LifecycleQuery", "series": series("$pageview"), "dateRange": month},
        "paths": {
            "kind": "PathsQuery", "pathsFilter": {"includeEventTypes": ["$pageview"]}, "dateRange": month,
        },
        "hogql, grouped": {"kind": "HogQLQuery", "query": hogql},
        "events, a page": {"kind": "EventsQuery", "select": ["*", "person"], "after": "all"},
    }  # fmt: skip


def milliseconds(run: Sequence[float]) -> float:
    """The middle of some readings in seconds."""
    return statistics.median(run) * 1000


def main() -> int:
    """Print a table; exit status 1 when a target is missed at a million events."""
    parser = argparse.ArgumentParser(prog="benchmarks.analytics")
    parser.add_argument("--sizes", type=int, nargs="*", default=[100_000, 1_000_000])
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    context = QueryContext(1, "Europe/Berlin", 1, NOW)
    missed = 0
    print(f"{'':34}" + "".join(f"{size:>14,}" for size in options.sizes) + f"{'target':>10}")
    table: dict[str, list[float]] = {}
    for size in options.sizes:
        persons, events = draw(size, Randomness(1))
        store = EventStore()
        store.counts()
        begin = time.perf_counter()
        store.load_columns(persons, events)
        table.setdefault("load", []).append((time.perf_counter() - begin) * 1000)
        for name, query in queries().items():
            readings = []
            for _ in range(options.repeat):
                begin = time.perf_counter()
                run_query(query, store, context)
                readings.append(time.perf_counter() - begin)
            table.setdefault(name, []).append(milliseconds(readings))
        store.close()
    for name, row in table.items():
        target = TARGETS.get(name)
        late = target is not None and options.sizes[-1] == 1_000_000 and row[-1] > target
        missed += late
        shown = f"{target:>7.0f} ms" if target is not None else ""
        print(
            f"{name:34}"
            + "".join(f"{value:>11.1f} ms" for value in row)
            + shown
            + (" missed" if late else "")
        )
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
