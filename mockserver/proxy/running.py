"""Running a proxy on a socket until it is told to stop."""

from __future__ import annotations

import logging
import signal
import socket
import sys
from types import FrameType
from typing import TYPE_CHECKING, Final

from ..http.transport import ExposingProtocol
from .app import ProxyApp

if TYPE_CHECKING:
    import uvicorn

SWITCH_SECONDS: Final = 0.0005
"""How long a check may keep the thread that passes calls on from going on; Python's usual is 5 ms."""

FILES_WANTED: Final = 8192
CLIENT_KEPT_SECONDS: Final = 75
GRACE_SECONDS: Final = 5


def run_proxy(app: ProxyApp, listener: socket.socket) -> int:
    """Serve until SIGINT or SIGTERM; how many calls there was no time to look at."""
    sys.setswitchinterval(SWITCH_SECONDS)
    allow_files()
    # an upgrade that is not wanted is no news: the proxy answers it, or goes on without it
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    web = proxy_server(app)
    end_on_signals(app, web)
    try:
        web.run(sockets=[listener])
    finally:
        left = app.close()
    return left


def proxy_server(app: ProxyApp) -> uvicorn.Server:
    """What answers on a socket for a proxy, ready to run."""
    import uvicorn

    class EndingServer(uvicorn.Server):
        """Tells streams of events to end first, which would otherwise keep it from ending."""

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            app.state.is_ending = True
            super().handle_exit(sig, frame)

    config = uvicorn.Config(
        app,
        http=ExposingProtocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=CLIENT_KEPT_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        lifespan="on",
    )
    return EndingServer(config)


def end_on_signals(app: ProxyApp, web: uvicorn.Server) -> None:
    """Let SIGTERM and SIGINT end a proxy that is not listening yet, or is done, without ending the process.

    uvicorn takes them over while it runs, and raises the one that stopped it again when it is done; what
    comes after must still run.
    """

    def end(_number: int, _frame: object) -> None:
        app.state.is_ending = True
        web.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)


def allow_files() -> None:
    """Let the process open as many connections as the system permits: each call needs two."""
    try:
        import resource
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES_WANTED if hard == resource.RLIM_INFINITY else min(FILES_WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
