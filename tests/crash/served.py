"""A real server on a data folder, in a process of its own that tests may kill."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx


@dataclass(slots=True)
class Served:
    """A running server and a client that signs in by API key."""

    process: subprocess.Popen[str]
    http: httpx.Client
    insights: str

    def kill(self) -> None:
        """End it as the kernel's OOM killer would."""
        self.process.kill()
        self.process.wait(20)

    def create(self, **fields: Any) -> httpx.Response:
        """Try to make an insight."""
        return self.http.post(self.insights, json={"query": None, "filters": {}, **fields})


@contextmanager
def served(folder: Path, *flags: str) -> Iterator[Served]:
    """Start `mockserver` on a free port over `folder`; ended in order afterwards, if it still runs."""
    command = [sys.executable, "-m", "mockserver", "--port", "0", "--log-format", "json"]
    command += ["--log-requests", "false", "--fixture", "empty", "--data", str(folder), *flags]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, "the server did not start"
        told = json.loads(line)
        headers = {"Authorization": f"Bearer {told['api_key']}"}
        with httpx.Client(base_url=told["url"], headers=headers, timeout=60) as http:
            yield Served(process, http, f"/api/projects/{told['project_id']}/insights")
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()
