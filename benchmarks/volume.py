"""`python -m benchmarks.volume`: a folder with many insights over some projects, loaded from disk."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any, cast

import httpx

from contract_tests.mutants.in_process import LOCAL, InProcess
from mockserver.app import create_app
from mockserver.settings import Settings

from .cost import fill
from .machine import describe
from .servers import Contender, ask, started


def main() -> int:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="volume")
    parser.add_argument("--sizes", default="100,1000,10000,100000", help="how many insights")
    parser.add_argument("--projects", type=int, default=50)
    options = parser.parse_args()
    print("| insights | on disk MiB | start to first answer s | memory MiB | KiB an insight |")
    print("| --- | --- | --- | --- | --- |")
    smallest: tuple[int, float] | None = None
    for size in map(int, options.sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            key = prepare(Path(folder), size, options.projects)
            disk = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1024**2
            seconds, memory = load(Path(folder), key, size // options.projects * options.projects)
        smallest = smallest or (size, memory)
        more = size - smallest[0]
        each = f"{(memory - smallest[1]) * 1024 / more:.1f}" if more else ""
        print(f"| {size:,} | {disk:.0f} | {seconds:.2f} | {memory:.0f} | {each} |", flush=True)
    print(f"\n{options.projects} projects; {describe()}")
    return 0


def prepare(folder: Path, size: int, projects: int) -> str:
    """Lay out a folder with so many insights, spread evenly; an API key for the first project."""
    server = create_app(Settings(fixture="empty", log_requests=False, data=str(folder)))
    try:
        store: Any = server.services.store
        seed = cast("dict[str, Any]", store.meta.find_one("name", "seed"))
        headers = {"Authorization": f"Bearer {seed['api_key']}"}
        client = httpx.Client(base_url=LOCAL, transport=InProcess(server.asgi), headers=headers)
        places = [(int(seed["project_id"]), client)]
        for _ in range(1, projects):
            made = client.post("/_mock/projects", json={"fixture": "empty"}).json()
            own = {"Authorization": f"Bearer {made['personal_api_key']}"}
            places.append(
                (made["id"], httpx.Client(base_url=LOCAL, transport=InProcess(server.asgi), headers=own))
            )
        for project, its_client in places:
            fill(store, its_client, f"/api/projects/{project}/insights", size // projects)
        return str(seed["api_key"])
    finally:
        server.close()


def load(folder: Path, key: str, size: int) -> tuple[float, float]:
    """Seconds from the start to the first answer, and MiB of memory then, with `size` insights at least."""
    command = [sys.executable, "-m", "mockserver", "serve", "--log-requests", "false", "--fixture", "empty"]
    contender = Contender("mockserver", (*command, "--data", str(folder), "--port", "{port}"))
    with started(contender, "/api/projects/1/insights?limit=1") as running:
        count = ask(f"{running.url}/_mock/info", {})
        if count["counts"]["insights"] < size:
            raise SystemExit(f"{count['counts']['insights']} insights came back of {size}")
        ask(f"{running.url}/api/projects/1/insights?limit=100", {"Authorization": f"Bearer {key}"})
        return running.seconds_to_first_answer, running.memory_mib()


if __name__ == "__main__":
    sys.exit(main())
