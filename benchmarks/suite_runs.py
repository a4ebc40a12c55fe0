"""`python -m benchmarks.suite_runs`: the contract suite against the fake, each run with another seed."""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from .servers import Contender, demo_key, started

SUITE = str(Path(sys.executable).parent / "contract-tests")


def main() -> int:
    """Run it; exit status 1 where any run had a finding."""
    parser = argparse.ArgumentParser(prog="suite_runs")
    parser.add_argument("--runs", type=int, default=20, help="runs a profile")
    parser.add_argument("--depth", choices=("quick", "full"), default="quick")
    parser.add_argument("--profile", choices=("docs", "current"), action="append")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    failed = False
    for profile in options.profile or ("docs", "current"):
        taken: list[float] = []
        for seed in range(1, options.runs + 1):
            seconds, status = run(profile, options.depth, seed, options.workers)
            taken.append(seconds)
            print(f"{profile} {options.depth} seed {seed}: status {status}, {seconds:.0f} s", flush=True)
            failed |= status != 0
        print(f"{profile}: median {statistics.median(taken):.0f} s, longest {max(taken):.0f} s", flush=True)
    return 1 if failed else 0


def run(profile: str, depth: str, seed: int, workers: int) -> tuple[float, int]:
    """One run against a fresh fake: how long it took, and the suite's exit status."""
    ours = (sys.executable, "-m", "mockserver", "serve", "--log-requests", "false", "--profile", profile)
    contender = Contender("mockserver", (*ours, "--port", "{port}"))
    with started(contender, "/_livez") as running:
        key = demo_key(profile)
        begun = time.perf_counter()
        command = [SUITE, "run", running.url, "--project", "1", "--depth", depth, "--seed", str(seed)]
        done = subprocess.run(
            [*command, "--workers", str(workers)],
            env={**os.environ, "CONTRACT_API_KEY": key},
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.perf_counter() - begun
    if done.returncode:
        print(done.stdout[-4000:], done.stderr[-2000:], flush=True)
    return seconds, done.returncode


if __name__ == "__main__":
    sys.exit(main())
