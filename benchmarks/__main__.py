"""`make bench`: start, memory and requests a second, side by side in one run."""

from __future__ import annotations

import argparse
import platform
import statistics
import sys

from .load import Rate, measure
from .servers import Contender, Running, ask, contenders, install_peers, started

QUERY = {
    "kind": "InsightVizNode",
    "source": {"kind": "TrendsQuery", "series": [{"kind": "EventsNode", "event": "$pageview"}]},
}


def main() -> int:
    """Run the comparison and print it as a table."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--seconds", type=int, default=5, help="length of each run")
    parser.add_argument("--starts", type=int, default=5, help="how often each server is started")
    parser.add_argument("--only", help="measure only the servers whose name contains this")
    options = parser.parse_args()
    install_peers()
    from mockserver.app import create_services
    from mockserver.clock import Clock
    from mockserver.settings import Settings

    services = create_services(Settings(), Clock())
    seed = services.store.meta.find_one("name", "seed") or {}
    services.close()
    project, key = seed["project_id"], str(seed["api_key"])
    rows = [
        compare(contender, f"/api/projects/{project}/insights", options.seconds, options.starts)
        for contender in contenders(key)
        if not options.only or options.only.lower() in contender.name.lower()
    ]
    print_table(rows)
    return 0


def compare(contender: Contender, insights: str, seconds: int, starts: int) -> dict[str, str]:
    """One server's row."""
    print(f"measuring {contender.name} ...", file=sys.stderr)
    begun = []
    for _ in range(starts):
        with started(contender, f"{insights}?limit=1") as running:
            begun.append(running.seconds_to_first_answer)
    with started(contender, f"{insights}?limit=1") as running:
        row = {"server": contender.name, "start s": f"{statistics.median(begun):.2f}"}
        insight_id = prepare(running, insights)
        for name, path, method, body in (
            ("retrieve", f"{insights}/{insight_id}", "GET", None),
            ("list 10", f"{insights}?limit=10", "GET", None),
            ("list 100", f"{insights}?limit=100", "GET", None),
            ("create", insights, "POST", {"name": "made", "query": QUERY}),
            ("patch", f"{insights}/{insight_id}", "PATCH", {"name": "patched"}),
        ):
            rate = measure(running.url + path, contender.headers, method=method, body=body, seconds=seconds)
            row[name] = show(rate)
        row["memory MiB"] = f"{running.memory_mib():.0f}"
        return row


def prepare(running: Running, insights: str) -> int:
    """An insight to ask for, and enough of them for a page of 100; a static mock has what it has."""
    if running.contender.name != "mockserver":
        return 1
    first = None
    for number in range(100):
        made = ask(
            running.url + insights,
            running.contender.headers,
            body={"name": f"Insight {number}", "query": QUERY},
            method="POST",
        )
        first = first or made
    return int(first["id"])  # type: ignore[index]


def show(rate: Rate) -> str:
    """A rate with its 99th percentile and size, so that unlike answers are seen to be unlike."""
    failed = f", {rate.not_2xx} not 2xx" if rate.not_2xx else ""
    return f"{rate.per_second:.0f}/s, p99 {rate.p99_ms:.0f} ms, {rate.bytes_each / 1000:.1f} kB{failed}"


def print_table(rows: list[dict[str, str]]) -> None:
    """The table, as Markdown."""
    columns = list(rows[0])
    print(f"\n{platform.platform()}, Python {platform.python_version()}, 8 connections\n")
    print("| " + " | ".join(columns) + " |")
    print("|" + " --- |" * len(columns))
    for row in rows:
        print("| " + " | ".join(row[column] for column in columns) + " |")


if __name__ == "__main__":
    sys.exit(main())
