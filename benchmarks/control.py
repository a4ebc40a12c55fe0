"""`python -m benchmarks.control`: what steering costs, over HTTP, against a running fake."""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Callable

import httpx

from .servers import Contender, started

TRENDS = {"kind": "TrendsQuery", "series": [{"kind": "EventsNode", "event": "$pageview"}]}
DELAYED = 1000
DELAY_SECONDS = 2


def main() -> int:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="control")
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    ours = (sys.executable, "-m", "mockserver", "serve", "--log-requests", "false", "--port", "{port}")
    with started(Contender("mockserver", ours), "/_livez") as running:
        with httpx.Client(base_url=f"{running.url}/_mock", timeout=60) as mock:
            rows = [
                ("a project with `empty`", timed(options.rounds, lambda: make(mock, "empty"))),
                ("a project with `demo`", timed(5, lambda: make(mock, "demo"))),
                ("the story, first time", timed(1, lambda: story(mock, running.url))),
                ("the story, again", timed(options.rounds, lambda: story(mock, running.url))),
            ]
        rows.append((f"{DELAYED} requests delayed by {DELAY_SECONDS} s", asyncio.run(delayed(running.port))))
        threads = running.threads()
    print("| what | milliseconds |\n| --- | --- |")
    for name, seconds in rows:
        print(f"| {name} | {seconds * 1000:,.0f} |")
    print(f"\nthreads of the server after it: {threads}")
    return 0


def timed(rounds: int, act: Callable[[], object]) -> float:
    """The median of some rounds, in seconds."""
    found = []
    for _ in range(rounds):
        begun = time.perf_counter()
        act()
        found.append(time.perf_counter() - begun)
    return statistics.median(found)


def make(mock: httpx.Client, fixture: str) -> dict[str, object]:
    """A new project."""
    answer = mock.post("/projects", json={"fixture": fixture})
    answer.raise_for_status()
    made: dict[str, object] = answer.json()
    return made


def story(mock: httpx.Client, url: str) -> None:
    """A query that is queued, runs, completes, grows stale; others fail, are cancelled, expire."""
    made = make(mock, "empty")
    place = f"/projects/{made['id']}"
    key = {"Authorization": f"Bearer {made['personal_api_key']}"}
    mock.put(f"{place}/clock", json={"now": "2026-06-17T12:00:00Z", "frozen": True})
    with httpx.Client(base_url=f"{url}/api{place}", headers=key, timeout=60) as api:
        query = {"kind": "InsightVizNode", "source": TRENDS}
        insight = api.post("/insights", json={"query": query}).json()["id"]
        query_id = api.get(f"/insights/{insight}?refresh=async").json()["query_status"]["id"]
        expect(api, query_id, 202)
        advance(mock, place, 1)
        expect(api, query_id, 202)
        advance(mock, place, 3)
        expect(api, query_id, 200)
        api.get(f"/insights/{insight}")
        advance(mock, place, 7 * 3600)
        api.get(f"/insights/{insight}?refresh=lazy_async")
        advance(mock, place, 6 * 3600)
        api.get(f"/insights/{insight}?refresh=lazy_async")
        mock.put(f"{place}/refresh", json={"mode": "manual"})
        for name in ("failing", "cancelled", "expiring"):
            asked = {"query": TRENDS, "refresh": "force_async", "client_query_id": f"{name}-{made['id']}"}
            api.post("/query", json=asked)
        for to in ("running", "error"):
            mock.post(f"/jobs/failing-{made['id']}/transition", json={"to": to}).raise_for_status()
        expect(api, f"failing-{made['id']}", 400, 500)
        mock.post(f"/jobs/cancelled-{made['id']}/transition", json={"to": "cancelled"}).raise_for_status()
        advance(mock, place, 3600)
        expect(api, f"expiring-{made['id']}", 404)


def advance(mock: httpx.Client, place: str, seconds: float) -> None:
    """Move the project's clock."""
    mock.post(f"{place}/clock/advance", json={"seconds": seconds}).raise_for_status()


def expect(api: httpx.Client, query_id: str, *statuses: int) -> None:
    """Look at a query, whose answer must have one of the statuses."""
    found = api.get(f"/query/{query_id}").status_code
    if found not in statuses:
        raise SystemExit(f"query {query_id}: {found} where {statuses} was expected")


async def delayed(port: int) -> float:
    """How long a thousand requests take that each wait two seconds, all sent at once over plain sockets."""

    async def ask() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"GET /_livez HTTP/1.1\r\nHost: localhost\r\nX-Mock-Delay: {DELAY_SECONDS * 1000}\r\n"
        writer.write(f"{head}Connection: close\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        return answer

    begun = time.perf_counter()
    answers = await asyncio.gather(*(ask() for _ in range(DELAYED)))
    taken = time.perf_counter() - begun
    if not all(answer.startswith(b"HTTP/1.1 200") for answer in answers):
        raise SystemExit("a delayed request was not answered as it should be")
    return taken


if __name__ == "__main__":
    sys.exit(main())
