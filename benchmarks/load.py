"""Load from another process: autocannon, with a bounded time and number of connections."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

from .servers import TOOLS


@dataclass(frozen=True, slots=True)
class Rate:
    """What one run measured. `bytes_each` tells how large the answers were, which differs by server."""

    per_second: float
    p50_ms: float
    p99_ms: float
    bytes_each: float
    not_2xx: int


def measure(
    url: str,
    headers: Mapping[str, str],
    *,
    method: str = "GET",
    body: object = None,
    seconds: int = 5,
    connections: int = 8,
) -> Rate:
    """Requests a second over `seconds` with `connections` at once, after one second of warming up."""
    command = [str(TOOLS / "autocannon"), "--json", "-c", str(connections), "-d", str(seconds), "-m", method]
    command += ["--warmup", f"[ -c {connections} -d 1 ]"]
    for name, value in headers.items():
        command += ["-H", f"{name}={value}"]
    if body is not None:
        command += ["-H", "Content-Type=application/json", "-b", json.dumps(body)]
    run = subprocess.run([*command, url], capture_output=True, text=True, timeout=seconds + 60, check=True)
    found = json.loads(run.stdout.strip().splitlines()[-1])
    total = found["requests"]["total"] or 1
    return Rate(
        per_second=found["requests"]["average"],
        p50_ms=found["latency"]["p50"],
        p99_ms=found["latency"]["p99"],
        bytes_each=found["throughput"]["total"] / total,
        not_2xx=found["non2xx"],
    )
