"""`make bench`: start, memory and requests a second, side by side in one run; a table and a chart."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .chart import draw
from .closing_load import measure_closing
from .contenders import Compared, compared, install_peers, write_json_server_file
from .load import measure
from .machine import describe, two_sides
from .servers import ROOT, demo_key, started

OPERATIONS = ("retrieve", "list 10", "list 100", "create", "patch")
Results = dict[str, Any]


def main() -> int:
    """Run the comparison, print it as a table, and keep table, chart and figures in a folder."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--seconds", type=int, default=5, help="length of each run")
    parser.add_argument("--starts", type=int, default=5, help="how often each server is started")
    parser.add_argument(
        "--only", help="measure only servers whose name begins so; the others' figures stay as they are"
    )
    parser.add_argument(
        "--out", type=Path, default=ROOT / "benchmarks" / "results", help="folder for the results"
    )
    options = parser.parse_args()
    install_peers()
    figures = options.out / "comparison.json"
    results: Results = {}
    if options.only and figures.exists():
        results = json.loads(figures.read_text())
    with tempfile.TemporaryDirectory() as folder:
        everybody = compared(demo_key("docs"), Path(folder))
        write_json_server_file(Path(folder))
        for server in everybody:
            if not options.only or server.name.lower().startswith(options.only.lower()):
                results[server.name] = compare(server, options.seconds, options.starts)
        results = {server.name: results[server.name] for server in everybody if server.name in results}
    options.out.mkdir(parents=True, exist_ok=True)
    figures.write_text(json.dumps(results, indent=1) + "\n")
    (options.out / "comparison.md").write_text(table(results))
    rates = {
        name: {operation: row["calls"][operation]["per_second"] for operation in OPERATIONS}
        for name, row in results.items()
    }
    (options.out / "comparison.svg").write_text(draw(rates, OPERATIONS))
    print(table(results))
    print(f"kept in {options.out}", file=sys.stderr)
    return 0


def compare(server: Compared, seconds: int, starts: int) -> Results:
    """One server's figures."""
    print(f"measuring {server.name} ...", file=sys.stderr)
    its_core, other_cores = two_sides()
    machine = describe()
    begun = []
    for _ in range(starts):
        with started(server.contender, server.first) as running:
            begun.append(running.seconds_to_first_answer)
            memory = running.memory_mib()
    with started(server.contender, server.first, cores=its_core) as running:
        calls = {}
        for call in server.calls(running):
            headers = {**server.contender.headers, **call.headers}
            rate = (measure_closing if server.closes else measure)(
                running.url + call.path,
                headers,
                method=call.method,
                body=call.body,
                seconds=seconds,
                cores=other_cores,
            )
            calls[call.name] = asdict(rate)
        return {
            "what": server.note,
            "at": datetime.now(UTC).date().isoformat(),
            "machine": machine,
            "start_seconds": statistics.median(begun),
            "memory_mib": memory,
            "memory_after_mib": running.memory_mib(),
            "calls": calls,
        }


def table(results: Results) -> str:
    """The results as Markdown: requests a second, 99th percentile and size of the answers."""
    lines = [
        "| server | what answers | start | " + " | ".join(OPERATIONS) + " | memory |",
        "| --- " * (len(OPERATIONS) + 4) + "|",
    ]
    for name, row in results.items():
        cells = [_show(row["calls"][operation]) for operation in OPERATIONS]
        memory = f"{row['memory_mib']:.0f}, after it {row['memory_after_mib']:.0f} MiB"
        start = f"{row['start_seconds']:.2f} s"
        lines.append(f"| {name} | {row['what']} | {start} | {' | '.join(cells)} | {memory} |")
    days = sorted({row["at"] for row in results.values()})
    machines = list(dict.fromkeys(row["machine"].rsplit(", load", 1)[0] for row in results.values()))
    busy = sorted(float(row["machine"].split("load average ")[1].split()[0]) for row in results.values())
    lines += [
        "",
        f"{' and '.join(days)}; {'; '.join(machines)}, load average {busy[0]:.1f} to {busy[-1]:.1f}. "
        "8 connections, the server on one core and the load on the others.",
    ]
    return "\n".join(lines) + "\n"


def _show(rate: dict[str, float]) -> str:
    failed = f", {rate['not_2xx']:,.0f} not 2xx" if rate["not_2xx"] else ""
    size = f"{rate['bytes_each'] / 1000:.1f} kB"
    return f"{rate['per_second']:,.0f}/s, p99 {rate['p99_ms']:,.0f} ms, {size}{failed}"


if __name__ == "__main__":
    sys.exit(main())
