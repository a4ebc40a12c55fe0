"""`python -m benchmarks.cost`: processor time a request, whole stack in process, by number of insights."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from contract_tests.mutants.in_process import LOCAL, InProcess
from mockserver.app import create_app
from mockserver.settings import Settings

from .machine import describe

QUERY = {
    "kind": "InsightVizNode",
    "source": {"kind": "TrendsQuery", "series": [{"kind": "EventsNode", "event": "$pageview"}]},
}
ROUNDS = 5


def main() -> int:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="cost")
    parser.add_argument("--sizes", default="100,1000,10000,100000", help="how many insights")
    parser.add_argument("--requests", type=int, default=300)
    options = parser.parse_args()
    print("| insights | retrieve | list 10 | list 100 | create | patch | patch, journaled |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    found = []
    for size in map(int, options.sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            held = measure(size, options.requests, None)
            held["patch, journaled"] = measure(size, options.requests, Path(folder))["patch"]
        found.append(held)
        print(
            f"| {size:,} | " + " | ".join(f"{each * 1e6:,.0f}" for each in held.values()) + " |", flush=True
        )
    ratios = [
        f"{last / first:.2f}" for first, last in zip(found[0].values(), found[-1].values(), strict=True)
    ]
    print(f"| the last for one of the first | {' | '.join(ratios)} |")
    print(f"\nmicroseconds of processor time, the best of {ROUNDS} rounds; {describe()}")
    return 0


def measure(size: int, requests: int, data: Path | None) -> dict[str, float]:
    """Seconds of processor time a request, with so many insights."""
    server = create_app(Settings(fixture="empty", log_requests=False, data=data))
    try:
        seed: Any = server.services.store.meta.find_one("name", "seed")
        headers = {"Authorization": f"Bearer {seed['api_key']}"}
        client = httpx.Client(base_url=LOCAL, transport=InProcess(server.asgi), headers=headers)
        insights = f"/api/projects/{seed['project_id']}/insights"
        fill(server.services.store, client, insights, size)
        numbers = iter(range(10**9))
        middle = size // 2 + 1
        acts: dict[str, Callable[[], httpx.Response]] = {
            "retrieve": lambda: client.get(f"{insights}/{middle}"),
            "list 10": lambda: client.get(f"{insights}?limit=10"),
            "list 100": lambda: client.get(f"{insights}?limit=100"),
            "create": lambda: client.post(insights, json={"name": "made", "query": QUERY}),
            "patch": lambda: client.patch(f"{insights}/{middle}", json={"name": f"{next(numbers)}"}),
        }
        return {name: best(act, requests) for name, act in acts.items()}
    finally:
        server.close()


def fill(store: Any, client: httpx.Client, insights: str, size: int) -> None:
    """Make one insight by the API, and the others as copies of its document."""
    first = client.post(insights, json={"name": "Insight 0", "query": QUERY}).json()["id"]
    pattern = store.insights.fetch(first)
    with store.transaction():
        for number in range(1, size):
            made = store.insights.new_id()
            store.insights.add(
                {**pattern, "id": made, "short_id": f"c{number:07}", "name": f"Insight {number}"}
            )


def best(act: Callable[[], httpx.Response], requests: int) -> float:
    """Processor time of one, in the best of some rounds."""
    found = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        for _ in range(requests):
            if act().status_code >= 400:
                raise SystemExit("a request failed")
        found.append((time.process_time() - begun) / requests)
    return min(found)


if __name__ == "__main__":
    sys.exit(main())
