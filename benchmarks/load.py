"""Load from another process: autocannon, with a bounded time and number of connections."""

from __future__ import annotations

import json
import os
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
    cores: frozenset[int] = frozenset(),
) -> Rate:
    """Requests a second over `seconds` with `connections` at once, after one second of warming up.

    The load comes from `cores`, if some are given; `[<id>]` in a body is another word in each request.
    """
    command = [str(TOOLS / "autocannon"), "--json", "-c", str(connections), "-d", str(seconds), "-m", method]
    command += ["--warmup", f"[ -c {connections} -d 1 ]"]
    if body is not None:
        headers = {"Content-Type": "application/json", **headers}
        command += ["-b", json.dumps(body), "-I"]
    for name, value in headers.items():
        command += ["-H", f"{name}={value}"]
    process = subprocess.Popen([*command, url], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    if cores:
        os.sched_setaffinity(process.pid, cores)
    told, _ = process.communicate(timeout=seconds + 60)
    if process.returncode:
        raise RuntimeError(f"autocannon ended with exit status {process.returncode}")
    found = json.loads(told.strip().splitlines()[-1])
    total = found["requests"]["total"] or 1
    return Rate(
        per_second=found["requests"]["average"],
        p50_ms=found["latency"]["p50"],
        p99_ms=found["latency"]["p99"],
        bytes_each=found["throughput"]["total"] / total,
        not_2xx=found["non2xx"],
    )
