"""The servers that are compared: each is started, waited for, measured and stopped by its process id."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / "benchmarks" / "peers"
TOOLS = PEERS / "node_modules" / ".bin"


@dataclass(frozen=True, slots=True)
class Contender:
    """A server to measure: how it is started on a port, and what a request to it must carry."""

    name: str
    command: tuple[str, ...]
    headers: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Running:
    """A server that answers: its address, how long that took, and its process."""

    contender: Contender
    port: int
    seconds_to_first_answer: float
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def memory_mib(self) -> float:
        """Resident memory of the process and its children, in MiB."""
        return sum(_resident_kib(pid) for pid in _family(self.process.pid)) / 1024

    def open_files(self) -> int:
        """Files and sockets that the process holds open."""
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def threads(self) -> int:
        """Threads of the process."""
        return len(list(Path(f"/proc/{self.process.pid}/task").iterdir()))


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(
    contender: Contender, path: str, *, give_up_after: float = 60.0, cores: frozenset[int] = frozenset()
) -> Iterator[Running]:
    """Run a server until the block ends; the time to its first answer (of any status) is measured.

    In its command `{port}` is a free port and `{fresh}` an empty folder. It stays on `cores`, if some are
    given.
    """
    port = free_port()
    fresh = tempfile.mkdtemp(prefix="benchmark-")
    command = [part.format(port=port, fresh=fresh) for part in contender.command]
    environment = {**os.environ, **contender.environment}
    begun = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, start_new_session=True
    )
    if cores:
        os.sched_setaffinity(process.pid, cores)
    try:
        yield Running(contender, port, _wait(contender, port, path, begun, give_up_after, process), process)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
        shutil.rmtree(fresh, ignore_errors=True)


def _wait(
    contender: Contender,
    port: int,
    path: str,
    begun: float,
    give_up_after: float,
    process: subprocess.Popen[bytes],
) -> float:
    while time.perf_counter() - begun < give_up_after:
        if process.poll() is not None:
            raise RuntimeError(f"{contender.name} stopped with exit status {process.returncode}")
        try:
            request = urllib.request.Request(
                f"http://127.0.0.1:{port}{path}", headers=dict(contender.headers)
            )
            with urllib.request.urlopen(request, timeout=10) as answer:
                answer.read()
        except urllib.error.HTTPError:
            pass
        except OSError:
            time.sleep(0.005)
            continue
        return time.perf_counter() - begun
    raise RuntimeError(f"{contender.name} did not answer within {give_up_after} s")


def _family(pid: int) -> list[int]:
    found = [pid]
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return found
    for child in children:
        found += _family(int(child))
    return found


def _resident_kib(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


def demo_key(profile: str) -> str:
    """The API key of the demo fixture, which is the same on every machine."""
    from mockserver.app import create_services
    from mockserver.clock import Clock
    from mockserver.settings import Settings

    services = create_services(Settings(profile=profile), Clock())
    held = services.store.meta.find_one("name", "seed") or {}
    services.close()
    return str(held["api_key"])


def ask(url: str, headers: Mapping[str, str], *, body: object = None, method: str = "GET") -> Any:
    """One request; the JSON of the answer."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        url, data=data, method=method, headers={"Content-Type": "application/json", **headers}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        found: Any = json.loads(answer.read() or b"null")
        return found
