"""`python -m benchmarks.soak`: minutes of mixed traffic, with memory, threads and files looked at all along.

Rounds of `schemathesis run` go on beside clients that work as an app does. Between two rounds the server is
reset, as between two suites; what grows over rounds is a leak.
"""

from __future__ import annotations

import argparse
import itertools
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from .conformance import schemathesis_command
from .servers import Contender, Running, demo_key, started

QUERY = {
    "kind": "InsightVizNode",
    "source": {"kind": "TrendsQuery", "series": [{"kind": "EventsNode", "event": "$pageview"}]},
}
PHASES = "examples,fuzzing,stateful"
EVERY = 1.0
# what a round may need above the highest of the rounds before, which is chance: other requests, other garbage
ALLOWED = 1.10
# until then caches fill, and what is imported late is
WARM_ROUNDS = 2


class Gone(Exception):
    """A reset took away what a client had just made."""


@dataclass(slots=True)
class Round:
    """The most that was seen in one."""

    number: int
    memory_mib: float = 0.0
    file_mib: float = 0.0
    threads: int = 0
    files: int = 0
    requests: int = 0
    schemathesis: str = "cut short"


@dataclass(slots=True)
class Clients:
    """Threads that send what apps send; `statuses` counts the answers and `errors` tells what must not be."""

    url: str
    key: str
    statuses: Counter[int] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    ending: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def at_work(self, count: int) -> Iterator[None]:
        """Let so many work meanwhile."""
        threads = [threading.Thread(target=self._work, args=(number,)) for number in range(count)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.ending.set()
            for thread in threads:
                thread.join()

    def _work(self, number: int) -> None:
        draw = random.Random(number)
        headers = {"Authorization": f"Bearer {self.key}"}
        with httpx.Client(base_url=f"{self.url}/api/projects/1", headers=headers, timeout=60) as http:
            while not self.ending.is_set():
                try:
                    self._story(http, draw)
                except Gone:
                    continue
                except httpx.HTTPError as error:
                    self.errors.append(f"{type(error).__name__}: {error}")

    def _ask(self, http: httpx.Client, method: str, path: str, **sent: Any) -> Any:
        answer = http.request(method, path, **sent)
        self.statuses[answer.status_code] += 1
        if answer.status_code == 404:
            raise Gone
        if answer.status_code >= 400:
            self.errors.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        return answer.json()

    def _story(self, http: httpx.Client, draw: random.Random) -> None:
        """An insight is made, looked at, renamed, computed, listed, put on a dashboard, and deleted."""
        made = self._ask(http, "POST", "/insights", json={"name": "soak", "query": QUERY, "tags": ["soak"]})
        path = f"/insights/{made['id']}"
        for turn in range(draw.randint(1, 6)):
            self._ask(http, "PATCH", path, json={"name": f"soak {turn}"})
            self._ask(http, "GET", path)
        self._ask(http, "GET", f"{path}?refresh={draw.choice(['blocking', 'async', 'force_cache'])}")
        self._ask(http, "GET", f"/insights?limit={draw.choice([10, 100])}&search=soak")
        self._ask(http, "GET", f"{path}/activity")
        self._ask(http, "POST", "/query", json={"query": QUERY["source"], "refresh": "force_blocking"})
        if draw.random() < 0.3:
            board = self._ask(http, "POST", "/dashboards", json={"name": "soak"})
            self._ask(http, "PATCH", path, json={"dashboards": [board["id"]]})
            self._ask(http, "GET", f"/dashboards/{board['id']}")
            self._ask(http, "PATCH", f"/dashboards/{board['id']}", json={"deleted": True})
        self._ask(http, "PATCH", path, json={"deleted": True})


def main() -> int:
    """Run it; exit status 1 for an error, or for what grew."""
    parser = argparse.ArgumentParser(prog="soak")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--clients", type=int, default=3)
    parser.add_argument("--examples", type=int, default=5, help="Schemathesis' examples an operation")
    parser.add_argument("--round-seconds", type=float, default=45, help="the longest that a round takes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as data:
        ours = (sys.executable, "-m", "mockserver", "serve", "--log-requests", "false", "--strict", "true")
        contender = Contender("mockserver", (*ours, "--data", data, "--port", "{port}"))
        with started(contender, "/_livez") as running:
            clients = Clients(running.url, demo_key("docs"))
            with clients.at_work(options.clients):
                rounds = list(_rounds(options, running, clients, Path(data)))
    show(rounds, clients)
    found = clients.errors + grown(rounds)
    for line in found[:20]:
        print(line, file=sys.stderr)
    return 1 if found or any("failed" in each.schemathesis for each in rounds) else 0


def _rounds(options: argparse.Namespace, running: Running, clients: Clients, data: Path) -> Iterator[Round]:
    deadline = time.monotonic() + options.minutes * 60
    for number in itertools.count(1):
        left = min(options.round_seconds, deadline - time.monotonic())
        if left < 1:
            return
        yield one_round(number, left, options.examples, running, clients, data)
        httpx.post(f"{running.url}/_mock/reset", timeout=60).raise_for_status()


def one_round(
    number: int, seconds: float, examples: int, running: Running, clients: Clients, data: Path
) -> Round:
    """Let Schemathesis run, for so long at most, and look at the server meanwhile."""
    seen = Round(number)
    before = sum(clients.statuses.values())
    command = schemathesis_command(running.url, clients.key, PHASES, examples, number)
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            look(seen, running, data)
            try:
                status = process.wait(EVERY)
            except subprocess.TimeoutExpired:
                continue
            seen.schemathesis = "passed" if status == 0 else "failed"
            break
        process.kill()
        process.wait()
        if seen.schemathesis == "failed":
            output.seek(0)
            sys.stderr.write(output.read().decode()[-6000:])
    look(seen, running, data)
    seen.requests = sum(clients.statuses.values()) - before
    print(seen, file=sys.stderr, flush=True)
    return seen


def look(seen: Round, running: Running, data: Path) -> None:
    """Keep the most of what there is now."""
    seen.memory_mib = max(seen.memory_mib, running.memory_mib())
    kept = sum(file.stat().st_size for file in data.iterdir()) / 1024 / 1024
    seen.file_mib = max(seen.file_mib, kept)
    seen.threads = max(seen.threads, running.threads())
    seen.files = max(seen.files, running.open_files())


def grown(rounds: list[Round]) -> list[str]:
    """What was larger in the last third than ever before it, once the server was warm."""
    warm = rounds[WARM_ROUNDS:]
    early, late = warm[: -(len(warm) // 3) or None], warm[-(len(warm) // 3) :]
    if len(warm) < 3:
        return []
    found = []
    for name in ("memory_mib", "file_mib", "threads", "files"):
        most = max(getattr(each, name) for each in early)
        last = max(getattr(each, name) for each in late)
        if last > most * ALLOWED:
            found.append(f"{name} grew from {most:.0f} to {last:.0f}")
    return found


def show(rounds: list[Round], clients: Clients) -> None:
    """A row a round, as Markdown; all are the most that was seen."""
    print("| round | memory MiB | files MiB | threads | open files | clients' requests | Schemathesis |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for each in rounds:
        print(
            f"| {each.number} | {each.memory_mib:.0f} | {each.file_mib:.1f} | {each.threads} | {each.files} "
            f"| {each.requests:,} | {each.schemathesis} |"
        )
    counted = ", ".join(f"{status}: {count:,}" for status, count in sorted(clients.statuses.items()))
    print(f"\nclients' answers by status: {counted}; errors: {len(clients.errors)}")


if __name__ == "__main__":
    sys.exit(main())
