"""A fake of one's own in this process: over a socket, or without one."""

from __future__ import annotations

import threading
from dataclasses import fields
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ..settings import Settings, load_settings
from .server import Server

if TYPE_CHECKING:
    import uvicorn

    from ..app import MockServer as App
    from .transport import EventLoop

IN_PROCESS_URL = "http://127.0.0.1"


def settings_of(choices: dict[str, object]) -> Settings:
    """Settings from keyword arguments; the environment has no say. Raises StartError, TypeError."""
    known = {field.name for field in fields(Settings)}
    for name in choices:
        if name not in known:
            raise TypeError(f"no setting is called {name!r}; choose from {', '.join(sorted(known))}")
    return load_settings({"port": 0, "log_requests": False, **choices}, environment={})


def asgi_app(**settings: object) -> Any:
    """A fake as an ASGI app, for any ASGI server or client. Raises StartError, TypeError."""
    from ..app import create_app

    return create_app(settings_of(settings)).asgi


class MockServer:
    """A fake for a `with` block, or between `start()` and `stop()`.

    Settings are those of the command line, in their spelling with underscores; the port is free by itself.
    With `in_process=True` there is no socket: only clients made by the server's `client()` reach it.
    Raises StartError where it can't start and TypeError for a setting that is not one.
    """

    def __init__(self, *, in_process: bool = False, **settings: object) -> None:
        self._settings = settings_of(settings)
        self._in_process = in_process
        self._app: App | None = None
        self._server: Server | None = None
        self._web: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._loop: EventLoop | None = None

    def __enter__(self) -> Server:
        """Start it."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        self.stop()

    def start(self) -> Server:
        """Start and answer the handle to it; a second call answers the same."""
        if self._server is None:
            self._server = self._start_in_process() if self._in_process else self._start_socket()
        return self._server

    def stop(self) -> None:
        """Stop and let go of all; a second call does nothing."""
        if self._server is not None:
            self._server.close()
        if self._web is not None and self._thread is not None:
            if self._app is not None:
                self._app.services.control.is_ending = True
            self._web.should_exit = True
            self._thread.join()
        if self._loop is not None:
            self._loop.close()
        if self._app is not None:
            self._app.close()
        self._app = self._server = self._web = self._thread = self._loop = None

    def _start_in_process(self) -> Server:
        from ..app import create_app
        from .transport import EventLoop, InProcessTransport

        app = self._app = create_app(self._settings)
        loop = self._loop = EventLoop()
        return Server(
            IN_PROCESS_URL,
            token=app.services.control.token,
            transport=lambda: InProcessTransport(app.asgi, loop),
            app=app.asgi,
        )

    def _start_socket(self) -> Server:
        from ..app import create_app
        from ..serving import open_socket, shown_host, web_server

        listener = open_socket(self._settings)
        try:
            app = self._app = create_app(self._settings)
        except BaseException:
            listener.close()
            raise
        web = self._web = web_server(app)
        self._thread = threading.Thread(
            target=web.run, kwargs={"sockets": [listener]}, name="mockserver", daemon=True
        )
        self._thread.start()
        url = f"http://{shown_host(self._settings.host)}:{listener.getsockname()[1]}"
        return Server(url, token=app.services.control.token, app=app.asgi)
