"""`python -m benchmarks.console`: how soon the console is painted, and what it weighs, in Chromium.

Needs what `make test-browser` installs. Each round is a browser's first visit: nothing is in its cache.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from typing import TYPE_CHECKING, NamedTuple

import httpx

from .servers import Contender, started

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FRAME = "() => new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)))"
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
TRENDS = {"kind": "TrendsQuery", "series": [{"kind": "EventsNode", "event": "$pageview"}]}
MOST_PAINT_MS = 300
MOST_BYTES = 500_000
PAGES = (
    ("overview", "/_mock/", "#conformance-mark .mark:text('conforms')"),
    ("insights", "/_mock/ui/insights", "#list table"),
    ("an insight, world map", "/_mock/ui/insights/10", ".canvas[data-drawn]"),
    ("a dashboard, 7 tiles", "/_mock/ui/dashboards/1", ".layout:not(:has(.waiting)) .canvas[data-drawn]"),
)


class Visit(NamedTuple):
    """One first visit: milliseconds to the first paint of content and to the end, bytes as they were sent."""

    paint_ms: float
    done_ms: float
    sent: float


def main() -> int:
    """Measure and print a table; 1 where a page is slower or heavier than it may be."""
    parser = argparse.ArgumentParser(prog="console")
    parser.add_argument("--insights", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright

    from tests.browser.serving import FLAGS, found_chromium

    ours = (sys.executable, "-m", "mockserver", "serve", "--log-requests", "false", "--port", "{port}")
    rows: list[tuple[str, Visit]] = []
    with started(Contender("mockserver", ours), "/_livez") as running, sync_playwright() as playwright:
        fill(running.url, options.insights)
        browser = playwright.chromium.launch(executable_path=found_chromium(), args=list(FLAGS))
        for name, path, ready in PAGES:
            visits = [visit(browser, running.url + path, ready) for _ in range(options.rounds + 1)]
            # the first one makes the server read its files and calculate what the page shows
            rows.append((name, Visit(*map(statistics.median, zip(*visits[1:], strict=True)))))
        browser.close()
    print("| page | first paint | all there | sent |\n| --- | --- | --- | --- |")
    for name, found in rows:
        print(f"| {name} | {found.paint_ms:.0f} ms | {found.done_ms:.0f} ms | {found.sent / 1000:.0f} kB |")
    overview = rows[0][1]
    is_fine = overview.paint_ms < MOST_PAINT_MS and all(found.sent < MOST_BYTES for _, found in rows)
    return 0 if is_fine else 1


def fill(url: str, count: int) -> None:
    """Bring the seeded project to so many insights, and calculate the one that is looked at."""
    with httpx.Client(base_url=url, timeout=60) as http:
        credentials = http.get("/_mock/info").json()["credentials"]
        path = f"/api/projects/{credentials['project_id']}/insights"
        http.headers["Authorization"] = f"Bearer {credentials['api_key']}"
        held = http.get(path, params={"limit": "1", "basic": "true"}).json()["count"]
        for number in range(held, count):
            body = {"name": f"Insight {number}", "query": {"kind": "InsightVizNode", "source": TRENDS}}
            http.post(path, json=body).raise_for_status()
        http.get(f"{path}/10", params={"refresh": "blocking"}).raise_for_status()


def visit(browser: Browser, address: str, ready: str) -> Visit:
    """Open a page as a browser that has nothing of it yet."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address)
    page.wait_for_selector(ready)
    page.evaluate(FRAME)
    done = page.evaluate("performance.now()")
    paint = page.evaluate(PAINTED)
    page.wait_for_timeout(200)
    context.close()
    return Visit(paint, done, sum(sizes))


if __name__ == "__main__":
    raise SystemExit(main())
