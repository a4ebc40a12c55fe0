"""`python -m benchmarks.proxy`: what a proxy adds to a call, many streams at once, and the suite through it.

Fake, proxy and caller are processes of their own. A call goes straight and through the proxy by turns, so
that whatever else the machine does meets both.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .servers import Contender, Running, free_port, started
from .suite_runs import SUITE, demo_key

OURS = (sys.executable, "-m", "mockserver")
FAKE = Contender("mockserver", (*OURS, "serve", "--log-requests", "false", "--port", "{port}"))
PATHS = (
    ("one insight", "/api/projects/1/insights/1"),
    ("page of 10", "/api/projects/1/insights?limit=10"),
    ("page of 100", "/api/projects/1/insights?limit=100"),
)
CHUNKS = 20
PAUSE = 0.1


def main() -> int:
    """Measure what is asked for; exit status 1 where the suite says other things through the proxy."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.proxy")
    parser.add_argument("what", nargs="*", default=["latency", "streams"], metavar="latency|streams|suite")
    parser.add_argument("--calls", type=int, default=1000, help="calls of each kind, straight and proxied")
    parser.add_argument("--streams", type=int, default=500, help="how many at once")
    parser.add_argument("--depth", choices=("quick", "full"), default="quick", help="of the suite")
    parser.add_argument("--profile", choices=("docs", "current"), default="docs")
    options = parser.parse_args()
    status = 0
    if "latency" in options.what:
        latency(options.calls)
    if "streams" in options.what:
        streams(options.streams)
    if "suite" in options.what:
        status = suite(options.depth, options.profile)
    return status


@contextmanager
def proxied(upstream: str, *flags: str) -> Iterator[Running]:
    """A proxy before a server."""
    command = (*OURS, "proxy", "--upstream", upstream, "--port", "{port}", *flags)
    with started(Contender("proxy", command), "/_mock/proxy/health") as running:
        yield running


def latency(calls: int) -> None:
    """Medians of the same calls, straight and through the proxy."""
    headers = {"Authorization": f"Bearer {demo_key('docs')}"}
    print("| | straight | proxied | added | added, 95 of 100 |\n| --- | --- | --- | --- | --- |")
    with started(FAKE, "/_livez") as fake, proxied(fake.url) as proxy:
        for name, path in PATHS:
            ways = [http.client.HTTPConnection("127.0.0.1", each.port) for each in (fake, proxy)]
            taken: list[list[float]] = [[], []]
            for turn in range(calls + 50):
                for way, seconds in zip(ways, taken, strict=True):
                    begun = time.perf_counter()
                    way.request("GET", path, headers=headers)
                    answer = way.getresponse()
                    answer.read()
                    if answer.status != 200:
                        raise RuntimeError(f"{path} answers {answer.status}")
                    if turn >= 50:
                        seconds.append(time.perf_counter() - begun)
            straight, through = (statistics.median(each) * 1000 for each in taken)
            slow = [statistics.quantiles(each, n=20)[-1] * 1000 for each in taken]
            print(
                f"| {name} | {straight:.2f} | {through:.2f} | {through - straight:.2f} "
                f"| {slow[1] - slow[0]:.2f} |",
                flush=True,
            )
    print("\nmilliseconds, medians")


def streams(number: int) -> None:
    """So many answers at once that take two seconds each, chunk by chunk."""
    port = free_port()
    server = subprocess.Popen([sys.executable, "-c", STREAMING, str(port), str(CHUNKS), str(PAUSE)])
    upstream = f"http://127.0.0.1:{port}"
    try:
        with proxied(upstream) as proxy:
            for name, at in (("straight", port), ("proxied", proxy.port)):
                lags, seconds, whole = asyncio.run(_all_streams(at, number))
                shown = statistics.quantiles(lags, n=100)
                print(
                    f"{number} streams {name}: {whole} whole, {seconds:.1f} s; a chunk is late by "
                    f"{shown[49] * 1000:.0f} ms (median), {shown[98] * 1000:.0f} ms (99 of 100)",
                    flush=True,
                )
            print(f"memory of the proxy: {proxy.memory_mib():.0f} MiB")
    finally:
        server.terminate()
        server.wait(10)


STREAMING = """
import asyncio, sys, time
port, chunks, pause = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
async def answer(reader, writer):
    await reader.readuntil(b"\\r\\n\\r\\n")
    head = b"HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nTransfer-Encoding: chunked\\r\\n"
    writer.write(head + b"Connection: close\\r\\n\\r\\n")
    for number in range(chunks):
        text = b"%.6f\\n" % time.time()
        writer.write(b"%x\\r\\n%s\\r\\n" % (len(text), text))
        await writer.drain()
        await asyncio.sleep(pause)
    writer.write(b"0\\r\\n\\r\\n")
    await writer.drain()
    writer.close()
async def main():
    server = await asyncio.start_server(answer, "127.0.0.1", port, backlog=4096)
    await server.serve_forever()
asyncio.run(main())
"""


async def _all_streams(port: int, number: int) -> tuple[list[float], float, int]:
    """How late each chunk was, in seconds; how long all took; and how many streams were whole."""
    begun = time.perf_counter()
    found = await asyncio.gather(*(_stream(port) for _ in range(number)))
    lags = [lag for stream in found for lag in stream]
    return lags, time.perf_counter() - begun, sum(len(stream) == CHUNKS for stream in found)


async def _stream(port: int) -> list[float]:
    for _ in range(100):
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            break
        except ConnectionRefusedError:
            await asyncio.sleep(0.1)
    writer.write(b"GET /api/projects/1/insights HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    await reader.readuntil(b"\r\n\r\n")
    lags: list[float] = []
    while line := await reader.readline():
        text = line.strip()
        if b"." in text:
            lags.append(time.time() - float(text))
        elif text == b"0":
            break
    writer.close()
    return lags


def suite(depth: str, profile: str) -> int:
    """The contract suite against a fresh fake, straight and then through a proxy; 1 where verdicts differ."""
    fake = Contender(FAKE.name, (*FAKE.command, "--profile", profile))
    verdicts: list[dict[str, str]] = []
    for through in (False, True):
        with started(fake, "/_livez") as server:
            if not through:
                verdicts.append(_verdicts(server.url, depth, profile))
                continue
            with proxied(server.url) as proxy:
                verdicts.append(_verdicts(proxy.url, depth, profile))
    straight, other = verdicts
    differ = [name for name in sorted({*straight, *other}) if straight.get(name) != other.get(name)]
    for name in differ:
        print(f"{name}: straight {straight.get(name)}, proxied {other.get(name)}")
    print(f"{profile} {depth}: {len(straight)} rules, {len(differ)} with another verdict through the proxy")
    return 1 if differ else 0


def _verdicts(url: str, depth: str, profile: str) -> dict[str, str]:
    """The outcome of each rule, and which findings it had."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command: Sequence[str] = (SUITE, "run", url, "--project", "1", "--depth", depth, "--seed", "1")
        done = subprocess.run(
            [*command, "--workers", "2", "--json", str(report)],
            env={**os.environ, "CONTRACT_API_KEY": demo_key(profile)},
            capture_output=True,
            text=True,
            check=False,
        )
        if not report.exists():
            raise RuntimeError(done.stdout + done.stderr)
        told = json.loads(report.read_text("utf-8"))
    print(f"{url}: status {done.returncode}, {told['requests']} calls, {told['seconds']:.0f} s", flush=True)
    return {each["rule"]: " ".join([each["outcome"], *each["findings"]]) for each in told["rules"]}


if __name__ == "__main__":
    sys.exit(main())
