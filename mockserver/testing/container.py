"""The fake in a container, for tests that have a Docker engine at hand: `[containers]`, by testcontainers."""

from __future__ import annotations

import secrets
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Final

import httpx

from ..clock import SystemTime, real_pause
from ..errors import StartError
from ..settings import Settings, load_settings
from .server import Server

try:
    from testcontainers.core.container import DockerContainer
except ImportError:
    raise ImportError(
        "MockServerContainer needs testcontainers: pip install 'posthog-insights-mock[containers]'"
    ) from None

PORT: Final = 8129
FIXTURES: Final = "/fixtures"
PATIENCE: Final = timedelta(seconds=60)
PAUSE_SECONDS: Final = 0.1


class MockServerContainer(DockerContainer):
    """A container of the fake's image, for a `with` block or between `start()` and `stop()`.

    Settings are those of the command line, in their spelling with underscores. A `fixture` that is a file
    here is mounted under `/fixtures`, with the folder that it is in. Raises TypeError for a setting that is
    not one and StartError for a value that can't be.
    """

    def __init__(self, image: str = "insights-mock", *, token: str | None = None, **settings: object) -> None:
        super().__init__(image)
        known = {field.name for field in fields(Settings)} - {"host", "port", "control_token"}
        for name in settings:
            if name not in known:
                raise TypeError(f"no setting is called {name!r}; choose from {', '.join(sorted(known))}")
        self._token = token or secrets.token_urlsafe(18)
        self._server: Server | None = None
        self.with_exposed_ports(PORT)
        self.with_env("MOCKSERVER_CONTROL_TOKEN", self._token)
        for name, value in {**settings, **self._mounted(settings.get("fixture"))}.items():
            text = str(value).lower() if isinstance(value, bool) else str(value)
            load_settings({name: text}, environment={})
            self.with_env(f"MOCKSERVER_{name.upper()}", text)

    @property
    def server(self) -> Server:
        """The handle to the fake, the same as that of `MockServer`; raises StartError before the start."""
        if self._server is None:
            raise StartError("the container is not running; start it first")
        return self._server

    @property
    def url(self) -> str:
        """Where this machine reaches the fake."""
        return f"http://{self.get_container_host_ip()}:{self.get_exposed_port(PORT)}"

    def start(self) -> MockServerContainer:
        """Start it, and wait until it answers. Raises StartError, with the log, where it never does."""
        super().start()
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise
        self._server = Server(self.url, token=self._token)
        return self

    def stop(self, force: bool = True, delete_volume: bool = True) -> None:
        """Stop it and let go of all; a second call does nothing."""
        if self._server is not None:
            self._server.close()
            self._server = None
        super().stop(force, delete_volume)
        self._container = None

    def _mounted(self, fixture: object) -> dict[str, object]:
        path = Path(str(fixture)) if fixture is not None else None
        if path is None or not path.is_file():
            return {}
        self.with_volume_mapping(str(path.resolve().parent), FIXTURES, "ro")
        return {"fixture": f"{FIXTURES}/{path.name}"}

    def _wait(self) -> None:
        url, time = f"{self.url}/_mock/health", SystemTime()
        end = time.now() + PATIENCE
        with httpx.Client(trust_env=False, timeout=5.0) as client:
            while time.now() < end:
                try:
                    if client.get(url).status_code == httpx.codes.OK:
                        return
                except httpx.TransportError:
                    pass
                if self._is_gone():
                    break
                real_pause(PAUSE_SECONDS)
        log = b"".join(self.get_logs()).decode("utf-8", "replace").strip()
        raise StartError(f"the container does not answer at {url}; its log says:\n{log or '(nothing)'}")

    def _is_gone(self) -> bool:
        container = self.get_wrapped_container()
        container.reload()
        return str(container.status) in ("exited", "dead")
