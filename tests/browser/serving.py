"""A server of its own process, as people start it, and a browser before it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

MOMENT = "2026-06-17T12:00:00Z"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
)


@dataclass(slots=True)
class Served:
    """A running server: where it is, and ways to its two APIs."""

    url: str
    http: httpx.Client
    project_id: int
    api_key: str

    def mock(self, method: str, path: str, body: Any = None) -> Any:
        """Call the control plane; gives the JSON of an answer that must not be an error."""
        answer = self.http.request(method, f"{self.url}/_mock/{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def api(self, method: str, path: str, body: Any = None) -> Any:
        """Call PostHog's API below the project, with the seeded key."""
        headers = {"Authorization": f"Bearer {self.api_key}"}
        address = f"{self.url}/api/projects/{self.project_id}/{path}"
        answer = self.http.request(method, address, json=body, headers=headers)
        return answer.json() if answer.content else None

    def share(self, what: str, **fields: Any) -> str:
        """Share an insight or dashboard; gives its token."""
        token: str = self.api("PATCH", f"{what}/sharing", {"enabled": True, **fields})["access_token"]
        return token


@contextmanager
def serve(*options: str) -> Iterator[Served]:
    """Start the server with the demo fixture and a clock that stands still."""
    command = [sys.executable, "-m", "mockserver", "serve", "--port", "0", "--log-format", "json"]
    command += ["--log-requests", "false", "--now", MOMENT, "--frozen", "true", "--strict", "true", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        started = json.loads(process.stdout.readline())
        with httpx.Client(timeout=120) as http:
            url = f"http://127.0.0.1:{started['port']}"
            yield Served(url, http, started["project_id"], started["api_key"])
    finally:
        process.terminate()
        process.wait(timeout=120)


@contextmanager
def proxy_before(served: Served) -> Iterator[str]:
    """Start the proxy before a server; gives its address."""
    command = [sys.executable, "-m", "mockserver", "proxy", "--upstream", served.url, "--port", "0"]
    process = subprocess.Popen([*command, "--log-format", "json"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        address: str = json.loads(process.stdout.readline())["url"]
        yield address
    finally:
        process.terminate()
        process.wait(timeout=120)


def found_chromium() -> str:
    """Where Chromium is; raises FileNotFoundError."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if found is None:
        raise FileNotFoundError("no Chromium is installed; on Debian: apt-get install chromium")
    return found


@contextmanager
def browse() -> Iterator[Any]:
    """Chromium, with a profile that is new and empty."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found_chromium(), args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()
