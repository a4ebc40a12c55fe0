"""`python -m benchmarks.traffic`: how long 10,000 recorded calls take, and how much memory a large file.

Times are of the processor, so that what else the machine does does not count.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from mockserver.testing import MockServer, Project

# the kernel's `ru_maxrss` counts what the parent held when it forked, so the child reads its own
CHILD = """
import re, sys
from contract_tests.cli import main
status = main(["traffic", sys.argv[1]])
print(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
sys.exit(status)
"""


def main() -> int:
    """Record, look, and print one line for each measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.traffic")
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument(
        "--copies", type=int, default=1, help="how often the recording is repeated in the file"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "calls.har")
        record(path, options.calls, options.copies)
        megabytes = path.stat().st_size / 1_048_576
        command = [sys.executable, "-c", CHILD, str(path)]
        started = time.monotonic()
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        seconds = time.monotonic() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    *_, said, _, memory = ran.stdout.splitlines()
    print(said)
    print(f"file               {megabytes:.0f} MiB, {options.calls * options.copies} calls")
    print(f"processor time     {used.ru_utime + used.ru_stime:.1f} s ({seconds:.1f} s on the clock)")
    print(f"memory at its most {int(memory) / 1024:.0f} MiB")
    return ran.returncode


def record(path: Path, number: int, copies: int) -> None:
    """A HAR file of calls that the fake has answered."""
    with MockServer(in_process=True) as server, path.open("w", encoding="utf-8") as file:
        entries = [json.dumps(entry) for entry in recorded(server.project, number)]
        file.write('{"log": {"version": "1.2", "entries": [')
        for copy in range(copies):
            file.write(("," if copy else "") + ",".join(entries))
        file.write("]}}")


def recorded(project: Project, number: int) -> Iterator[dict[str, object]]:
    """Calls of the kinds that an app makes, each with other parameters."""
    client = project.client()
    rows = client.get(f"{project.url}/insights?basic=true&limit=50").json()["results"]
    ids = [row["id"] for row in rows]
    made = 0
    while made < number:
        one = f"{project.url}/insights/{ids[made % len(ids)]}"
        question = {"query": {"kind": "HogQLQuery", "query": f"select {made}"}}
        for answer in (
            client.get(f"{project.url}/insights?limit={1 + made % 7}&offset={made % 40}&order=id"),
            client.get(f"{one}?refresh={'blocking' if made < 400 else 'force_cache'}"),
            client.get(f"{project.url}/insights?basic=true&limit={1 + made % 20}"),
            client.patch(one, json={"name": f"Name {made}"}),
            client.get(f"{one}/activity"),
            client.get(f"{project.url}/dashboards"),
            client.post(f"{project.url}/query", json=question),
            client.get(f"{project.server_url}/api/users/@me"),
        ):
            if made < number:
                yield entry(answer)
                made += 1


def entry(answer: httpx.Response) -> dict[str, object]:
    """A call as an entry of a HAR file."""
    request = answer.request
    sent = request.content.decode()
    posted = {"mimeType": request.headers["content-type"], "text": sent} if sent else None
    return {
        "time": 1,
        "request": {
            "method": request.method,
            "url": str(request.url),
            "headers": named(request.headers),
            "bodySize": len(sent),
            "postData": posted,
        },
        "response": {
            "status": answer.status_code,
            "headers": named(answer.headers),
            "content": {"size": len(answer.content), "text": answer.text},
        },
    }


def named(headers: httpx.Headers) -> list[dict[str, str]]:
    """Headers as HAR has them."""
    return [{"name": name, "value": value} for name, value in headers.multi_items()]


if __name__ == "__main__":
    sys.exit(main())
