"""A project of a running fake: who may use it, where it is, and what steers it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from .control import Control
from .steering import ClockHandle, FaultsHandle, RefreshHandle

OpenClient = Callable[[Mapping[str, str]], httpx.Client]


@dataclass(frozen=True, slots=True)
class Project:
    """A project with a user and a personal API key of scope `*`. Two projects share nothing."""

    id: int
    server_url: str
    api_key: str
    email: str
    password: str | None
    _control: Control = field(repr=False)
    _open: OpenClient = field(repr=False)

    @property
    def url(self) -> str:
        """The project's address, such as `http://127.0.0.1:8129/api/projects/2`."""
        return f"{self.server_url}/api/projects/{self.id}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables that PostHog's users keep these in."""
        return {
            "POSTHOG_HOST": self.server_url,
            "POSTHOG_PROJECT_ID": str(self.id),
            "POSTHOG_PERSONAL_API_KEY": self.api_key,
        }

    @property
    def clock(self) -> ClockHandle:
        """The project's own clock; until it is set the project follows the server's."""
        return ClockHandle(self._control, self._place)

    @property
    def refresh(self) -> RefreshHandle:
        """How the project's background queries run."""
        return RefreshHandle(self._control, self._place)

    @property
    def faults(self) -> FaultsHandle:
        """Failures on purpose in this project."""
        return FaultsHandle(self._control, self.id)

    @property
    def _place(self) -> str:
        return f"/projects/{self.id}"

    def client(self, **headers: str) -> httpx.Client:
        """A client whose paths are those of PostHog's docs; it sends the API key unless told otherwise."""
        return self._open({"Authorization": f"Bearer {self.api_key}", **headers})

    def requests(self, **filters: object) -> list[dict[str, Any]]:
        """The requests to this project, oldest first; filters as `operation_id`, `status`, `limit`."""
        found = self._control.call("GET", "/requests", project_id=self.id, **filters)
        return sorted(found, key=lambda entry: int(entry["id"]))

    def verify(self, match: Mapping[str, object], **expected: int) -> dict[str, Any]:
        """How many requests match, and whether that is as expected: `count`, `at_least`, `at_most`."""
        body = {"match": {"project_id": self.id, **match}, **expected}
        return dict(self._control.call("POST", "/requests/verify", body))

    def jobs(self, state: str | None = None) -> list[dict[str, Any]]:
        """The background queries of this project, in a state where one is given."""
        return list(self._control.call("GET", "/jobs", project_id=self.id, state=state))

    def move_job(self, job_id: int, to: str, **details: object) -> dict[str, Any]:
        """Move a background query along its state machine, such as `move_job(3, "complete")`."""
        return dict(self._control.call("POST", f"/jobs/{job_id}/transition", {"to": to, **details}))

    def send_events(
        self, events: Iterable[Mapping[str, object]], persons: Iterable[Mapping[str, object]] = ()
    ) -> dict[str, int]:
        """Take in people and events, as PostHog's capture does; how many of each."""
        body = {"persons": list(persons), "events": list(events)}
        return dict(self._control.call("POST", f"{self._place}/events", body))

    def create_key(self, *scopes: str) -> str:
        """Another personal API key, with these scopes, such as `insight:read`."""
        return str(self._control.call("POST", f"{self._place}/keys", {"scopes": list(scopes)})["value"])

    def reset(self) -> None:
        """Put it back to what it began with; its id and keys stay valid."""
        self._control.call("POST", f"{self._place}/reset")

    def delete(self) -> None:
        """Drop it with all that it holds."""
        self._control.call("DELETE", self._place)
