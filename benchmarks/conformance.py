"""`schemathesis run`, all phases and default checks, against the running fake in each profile."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from .servers import ROOT, Contender, demo_key, started

PHASES = "examples,coverage,fuzzing,stateful"
# Their bodies hold a query: the coverage phase makes some 29,000 cases for each, minutes rather than seconds.
WIDE = (
    "insights_create",
    "insights_update",
    "insights_partial_update",
    "insights_generate_metadata_create",
    "query_create",
)


def main() -> int:
    """Run it; exit status 1 where any check of any profile fails."""
    parser = argparse.ArgumentParser(prog="conformance")
    parser.add_argument("--examples", type=int, default=200, help="examples an operation")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--phases", default=PHASES)
    parser.add_argument("--quick", action="store_true", help="leave the coverage phase of wide bodies out")
    parser.add_argument("--profile", choices=("docs", "current"), action="append")
    parser.add_argument("--only", action="append", default=[], help="an operation; may be repeated")
    options = parser.parse_args()
    chosen = [word for name in options.only for word in ("--include-operation-id", name)]
    failed = False
    for profile in options.profile or ("docs", "current"):
        if options.quick:
            without = [phase for phase in options.phases.split(",") if phase != "coverage"]
            excluded = [word for name in WIDE for word in ("--exclude-operation-id", name)]
            failed |= run(profile, options.examples, options.seed, ",".join(without)) != 0
            failed |= run(profile, options.examples, options.seed, "coverage", excluded) != 0
        else:
            failed |= run(profile, options.examples, options.seed, options.phases, chosen) != 0
    return 1 if failed else 0


def run(profile: str, examples: int, seed: int, phases: str, more: Sequence[str] = ()) -> int:
    """One run; schemathesis' own exit status."""
    command = (sys.executable, "-m", "mockserver", "serve", "--log-requests", "false", "--profile", profile)
    contender = Contender(f"mockserver {profile}", (*command, "--strict", "true", "--port", "{port}"))
    with started(contender, "/_livez") as running:
        print(f"-- {profile}", flush=True)
        asked = schemathesis_command(running.url, demo_key(profile), phases, examples, seed)
        return subprocess.run([*asked, *more], check=False).returncode


def schemathesis_command(url: str, key: str, phases: str, examples: int, seed: int) -> list[str]:
    """How Schemathesis is run against a server."""
    return [
        str(Path(sys.executable).parent / "schemathesis"),
        *("--config-file", str(ROOT / "benchmarks" / "schemathesis.toml")),
        "run",
        str(ROOT / "spec" / "openapi.yaml"),
        *("--url", url),
        *("-H", f"Authorization: Bearer {key}"),
        *("--phases", phases),
        *("-n", str(examples)),
        *("--seed", str(seed)),
        # with more, Hypothesis' own caches are raced for and a run ends in an error of theirs
        *("--workers", "1"),
        *("--request-timeout", "20"),
        *("--generation-database", "none"),
    ]


if __name__ == "__main__":
    sys.exit(main())
