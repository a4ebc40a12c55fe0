"""Load on a server that closes each connection, which autocannon opens anew only once a second."""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from .load import Rate


@dataclass(slots=True)
class Crowd:
    """Clients that each open a connection a request; `[<id>]` in it is another word each time."""

    host: str
    port: int
    request: str
    until: float = 0.0
    latencies: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    not_2xx: int = 0

    async def run(self, connections: int, seconds: float) -> None:
        """Let them all ask until the time is over."""
        self.latencies.clear()
        self.sizes.clear()
        self.not_2xx = 0
        self.until = time.perf_counter() + seconds
        await asyncio.gather(*(self._one() for _ in range(connections)))

    async def _one(self) -> None:
        while time.perf_counter() < self.until:
            begun = time.perf_counter()
            reader, writer = await asyncio.open_connection(self.host, self.port)
            writer.write(self.request.replace("[<id>]", uuid.uuid4().hex[:6]).encode())
            answer = await reader.read(-1)
            writer.close()
            self.latencies.append(time.perf_counter() - begun)
            self.sizes.append(len(answer))
            self.not_2xx += not answer.split(b" ", 2)[1].startswith(b"2")


def measure_closing(
    url: str,
    headers: Mapping[str, str],
    *,
    method: str = "GET",
    body: object = None,
    seconds: int = 5,
    connections: int = 8,
    cores: frozenset[int] = frozenset(),
) -> Rate:
    """As `load.measure` does, by a connection a request, from this process."""
    place = urlsplit(url)
    data = "" if body is None else json.dumps(body)
    lines = {"Content-Type": "application/json", **headers, "Content-Length": str(len(data))}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    path = f"{place.path}?{place.query}" if place.query else place.path
    request = f"{method} {path} HTTP/1.1\r\nHost: {place.netloc}\r\nConnection: close\r\n{head}\r\n{data}"
    crowd = Crowd(str(place.hostname), int(place.port or 80), request)
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores or before)
    try:
        asyncio.run(crowd.run(connections, 1))
        asyncio.run(crowd.run(connections, seconds))
    finally:
        os.sched_setaffinity(0, before)
    cuts = statistics.quantiles(crowd.latencies, n=100)
    return Rate(
        per_second=len(crowd.latencies) / seconds,
        p50_ms=cuts[49] * 1000,
        p99_ms=cuts[98] * 1000,
        bytes_each=statistics.fmean(crowd.sizes),
        not_2xx=crowd.not_2xx,
    )
