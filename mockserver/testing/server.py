"""A handle to a running fake, wherever it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import httpx

from .control import Control
from .project import Project
from .steering import ClockHandle, FaultsHandle, RefreshHandle

TIMEOUT_SECONDS = 30.0


class Server:
    """A running fake: its address, its seeded project, and what steers it.

    `transport` makes what carries requests, where that is not a socket; `token` is the control token,
    needed where the server listens beyond loopback.
    """

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        transport: Callable[[], httpx.BaseTransport] | None = None,
        app: Any = None,
    ) -> None:
        self.url = url.rstrip("/")
        self.app = app
        self._transport = transport
        self._control = Control(self._open({"Authorization": f"Bearer {token}"} if token else {}))

    @property
    def info(self) -> dict[str, Any]:
        """Version, profile, seed, fixture, digest, clock, projects, addresses and credentials."""
        return dict(self._control.call("GET", "/info"))

    @property
    def project(self) -> Project:
        """The project that the server was seeded with."""
        held = self.info["credentials"]
        return self._project(held["project_id"], held["api_key"], held["email"], held["password"])

    @property
    def clock(self) -> ClockHandle:
        """The server's clock; projects without one of their own follow it."""
        return ClockHandle(self._control, "")

    @property
    def refresh(self) -> RefreshHandle:
        """How background queries run where a project says nothing else."""
        return RefreshHandle(self._control, "")

    @property
    def faults(self) -> FaultsHandle:
        """Failures on purpose, in any project."""
        return FaultsHandle(self._control)

    def create_project(self, *, fixture: str = "empty", **choices: object) -> Project:
        """A new project; choices as `POST /_mock/projects` takes them (`profile`, `timezone`, `seed`, ...).

        Raises ControlError for a choice that can't be.
        """
        made = self._control.call("POST", "/projects", {"fixture": fixture, **choices})
        user = made["user"]
        return self._project(made["id"], made["personal_api_key"], user["email"], user["password"])

    def client(self, **headers: str) -> httpx.Client:
        """A client without credentials."""
        return self._open(headers)

    def control(self, method: str, path: str, body: object = None, **parameters: object) -> Any:
        """Any call under `/_mock`, such as `control("POST", "/snapshots", {"name": "before"})`."""
        return self._control.call(method, path, body, **parameters)

    def reset(self, **choices: object) -> None:
        """Go back to the seed, or to another `fixture` or `seed`."""
        self._control.call("POST", "/reset", choices or None)

    def close(self) -> None:
        """Let go of the handle's own connections; the server goes on."""
        self._control.close()

    def _project(self, project_id: int, api_key: str, email: str, password: str | None) -> Project:
        return Project(project_id, self.url, api_key, email, password, self._control, self._open)

    def _open(self, headers: Mapping[str, str]) -> httpx.Client:
        transport = self._transport() if self._transport else None
        # the machine's proxies have no part in calls to a server of one's own
        return httpx.Client(
            base_url=self.url,
            headers=dict(headers),
            transport=transport,
            timeout=TIMEOUT_SECONDS,
            trust_env=False,
        )
