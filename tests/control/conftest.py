"""A server steered through `/_mock`, put back to its seed after each test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.conftest import Running, start_server, trends

MOMENT = "2026-06-17T12:00:00Z"


@dataclass(slots=True)
class Steered:
    """A running server, and short ways to its control plane."""

    running: Running

    @property
    def http(self) -> TestClient:
        """A client without credentials: the control plane needs none here."""
        return self.running.anonymous

    @property
    def project_id(self) -> int:
        """The seeded project."""
        return self.running.project_id

    def call(self, method: str, path: str, expect: int = 200, **kwargs: Any) -> Any:
        """Call `/_mock/...` and give the JSON of an answer that must have the expected status."""
        answer = self.http.request(method, f"/_mock/{path}", **kwargs)
        assert answer.status_code == expect, answer.text
        return answer.json() if answer.content else None

    def get(self, path: str, **params: Any) -> Any:
        """Read something."""
        return self.call("GET", path, params=params or None)

    def post(self, path: str, body: Any = None, expect: int = 200) -> Any:
        """Do something."""
        return self.call("POST", path, expect, json=body if body is not None else {})

    def put(self, path: str, body: Any, expect: int = 200) -> Any:
        """Set something."""
        return self.call("PUT", path, expect, json=body)

    def delete(self, path: str, expect: int = 200, **params: Any) -> Any:
        """Let go of something."""
        return self.call("DELETE", path, expect, params=params or None)

    def project(self, **fields: Any) -> Tenant:
        """A new project and a client with its key."""
        made = self.post("projects", fields, 201)
        key = {"Authorization": f"Bearer {made['personal_api_key']}"}
        return Tenant(made, self.running.client(**key))


@dataclass(slots=True)
class Tenant:
    """A project of one's own."""

    made: dict[str, Any]
    http: TestClient

    @property
    def id(self) -> int:
        """Its id."""
        number: int = self.made["id"]
        return number

    @property
    def url(self) -> str:
        """Its address."""
        return f"/api/projects/{self.id}"

    def insight(self, **fields: Any) -> dict[str, Any]:
        """A new insight of it."""
        fields.setdefault("query", trends())
        answer = self.http.post(f"{self.url}/insights", json=fields)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def queue(self, query_id: str, **headers: str) -> None:
        """Queue a query of its own."""
        body = {
            "query": trends(f"event {query_id}")["source"],
            "refresh": "force_async",
            "client_query_id": query_id,
        }
        answer = self.http.post(f"{self.url}/query", json=body, headers=headers)
        assert answer.status_code in (200, 202), answer.text

    def status(self, query_id: str, expect: int) -> dict[str, Any]:
        """The status of a query, whose answer must have the expected HTTP status."""
        answer = self.http.get(f"{self.url}/query/{query_id}", params={"show_progress": "true"})
        assert answer.status_code == expect, answer.text
        found: dict[str, Any] = answer.json().get("query_status", {})
        return found


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    """One server for a module's tests."""
    running = start_server()
    yield running
    running.server.close()


@pytest.fixture
def mock(server: Running) -> Iterator[Steered]:
    """The server, put back to its seed afterwards."""
    steered = Steered(server)
    yield steered
    steered.post("reset")
    for snapshot in steered.get("snapshots"):
        steered.delete(f"snapshots/{snapshot['name']}", 204)
