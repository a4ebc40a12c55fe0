"""One real app per module and profile, over ASGI, with a clock that stands still."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings
from starlette.testclient import TestClient

from mockserver.app import MockServer, create_app
from mockserver.clock import Clock
from mockserver.settings import Settings
from tests.postgres.cluster import cluster
from tests.system_time import only_the_clock_reads_system_time

# how long an example takes says nothing of the code on a machine that others use too
hypothesis_settings.register_profile("suite", deadline=None)
hypothesis_settings.load_profile("suite")

NOW = datetime(2026, 6, 17, 12, 0, 0, tzinfo=UTC)
PROFILES = ("docs", "current")

__all__ = ["cluster", "only_the_clock_reads_system_time"]

# with --on-postgres: gives each server under test an empty database
new_database: Callable[[], str] | None = None


def pytest_addoption(parser: pytest.Parser) -> None:
    """One more way to run the tests of handlers."""
    parser.addoption(
        "--on-postgres", action="store_true", help="servers under test keep their state in PostgreSQL"
    )


@pytest.fixture(scope="session", autouse=True)
def servers_on_postgres(request: pytest.FixtureRequest) -> None:
    """With --on-postgres, let `start_server` use a cluster of the tests' own."""
    global new_database  # noqa: PLW0603
    if request.config.getoption("--on-postgres"):
        new_database = request.getfixturevalue("cluster").new_database


@pytest.fixture
def program_log(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> pytest.LogCaptureFixture:
    """The program's log, each line once, whether or not an earlier test sent that log to a terminal."""
    logger = logging.getLogger("mockserver")
    monkeypatch.setattr(logger, "handlers", [])
    monkeypatch.setattr(logger, "propagate", True)
    caplog.set_level(logging.INFO, "mockserver")
    return caplog


class StillTime:
    """A time source that a test moves by hand; real time plays no part."""

    def __init__(self, moment: datetime = NOW) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


@dataclass(slots=True)
class Running:
    """A server under test: `http` sends an API key of scope `*`, `anonymous` sends nothing."""

    server: MockServer
    clock: Clock
    http: TestClient
    anonymous: TestClient
    project_id: int
    api_key: str
    email: str
    password: str

    @property
    def url(self) -> str:
        """The address of the project."""
        return f"/api/projects/{self.project_id}"

    @property
    def insights(self) -> str:
        """The address of its insights."""
        return f"{self.url}/insights"

    @property
    def store(self) -> Any:
        """The store behind it."""
        return self.server.services.store

    def client(self, **headers: str) -> TestClient:
        """Another client, with headers of its own."""
        return TestClient(self.server.asgi, headers=headers, base_url="http://127.0.0.1:8129")

    def session(self) -> TestClient:
        """A client that has logged in and sends its CSRF token."""
        client = self.client()
        answer = client.post("/api/login", json={"email": self.email, "password": self.password})
        assert answer.status_code == 200, answer.text
        client.headers["X-CSRFToken"] = client.cookies["posthog_csrftoken"]
        return client

    def create(self, **fields: Any) -> dict[str, Any]:
        """A new insight, with a query unless the fields say otherwise."""
        fields.setdefault("query", trends())
        answer = self.http.post(self.insights, json=fields)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made


def trends(event: str | None = "$pageview", **fields: Any) -> dict[str, Any]:
    """A trends insight's query."""
    source = {"kind": "TrendsQuery", "series": [{"kind": "EventsNode", "event": event}], **fields}
    return {"kind": "InsightVizNode", "source": source}


StartServer = Callable[..., Running]


@pytest.fixture
def start() -> Iterator[StartServer]:
    """Start servers with settings of one's own; all are closed after the test."""
    started: list[Running] = []

    def begin(**settings: Any) -> Running:
        running = start_server(**settings)
        started.append(running)
        return running

    yield begin
    for running in started:
        running.server.close()


def start_server(*, now: datetime = NOW, **settings: Any) -> Running:
    """A server whose answers must keep to the contract: a breach is a 500."""
    settings.setdefault("fixture", "empty")
    settings.setdefault("strict", True)
    settings.setdefault("log_requests", False)
    if new_database is not None and "data" not in settings:
        settings.setdefault("store", new_database())
    clock = Clock(StillTime(now))
    server = create_app(Settings(**settings), clock=clock)
    seed = server.services.store.meta.find_one("name", "seed")
    base = "http://127.0.0.1:8129"
    return Running(
        server,
        clock,
        TestClient(server.asgi, headers={"Authorization": f"Bearer {seed['api_key']}"}, base_url=base),
        TestClient(server.asgi, base_url=base),
        seed["project_id"],
        seed["api_key"],
        seed["email"],
        seed["password"],
    )


@pytest.fixture(scope="module", params=PROFILES)
def running(request: pytest.FixtureRequest) -> Iterator[Running]:
    """A server in each profile, with an empty project; shared by a module's tests."""
    server = start_server(profile=request.param)
    yield server
    server.server.close()


@pytest.fixture(scope="module")
def docs() -> Iterator[Running]:
    """A server in the docs profile, with an empty project; shared by a module's tests."""
    server = start_server(profile="docs")
    yield server
    server.server.close()


@pytest.fixture(scope="module")
def current() -> Iterator[Running]:
    """A server in the current profile, with an empty project; shared by a module's tests."""
    server = start_server(profile="current")
    yield server
    server.server.close()
