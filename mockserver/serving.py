"""Serving an app over HTTP: the socket, the banner, the log."""

from __future__ import annotations

import json
import logging
import signal
import socket
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import FrameType
from typing import TYPE_CHECKING, Final, cast

from .errors import StartError
from .randomness import unpredictable_token
from .settings import Settings, is_loopback

if TYPE_CHECKING:
    import uvicorn

    from .app import MockServer

BANNER: Final = """
  PostHog Insights, mocked        profile {profile}

  Base URL    {url}
  Project     {project_id}
  API key     {api_key}
  Login       {email} / {password}
  Fixture     {fixture}, seed {seed}, digest {digest}
  API docs    {url}/docs/
  Console     {url}/_mock/
  Control     {url}/_mock/docs/
{token_line}
  Try it:

  curl -H "Authorization: Bearer {api_key}" "{url}/api/projects/{project_id}/insights?limit=1&basic=true"
"""


TOKEN_LINE: Final = "  Token       {token}   (for /_mock; shown this once)\n"  # noqa: S105


FIRST_ANSWERS: Final = 0.5
"""Seconds after the start in which nothing but answers takes the processor."""


class JsonLines(logging.Formatter):
    """A log record as one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, object] = {"level": record.levelname.lower(), "logger": record.name}
        request = getattr(record, "request", None)
        line.update(request if isinstance(request, dict) else {"message": record.getMessage()})
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)


def set_up_logging(settings: Settings) -> None:
    """Send the program's log to stderr, in the format that was asked for."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        JsonLines() if settings.log_format == "json" else logging.Formatter("%(levelname)s %(message)s")
    )
    logger = logging.getLogger("mockserver")
    logger.handlers[:] = [handler]
    logger.setLevel(logging.INFO)
    logger.propagate = False


def open_socket(settings: Settings) -> socket.socket:
    """The socket to listen on; raises StartError where the address can't be used."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
        listener.listen(2048)
    except (OSError, OverflowError) as error:
        listener.close()
        reason = getattr(error, "strerror", None) or str(error)
        raise StartError(f"cannot listen on {settings.host}:{settings.port}: {reason}") from None
    listener.set_inheritable(True)
    return listener


def shown_host(host: str) -> str:
    """The name by which a client on this machine reaches a server that listens on `host`."""
    if host in ("0.0.0.0", "::"):  # noqa: S104
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def banner(settings: Settings, port: int, seed: dict[str, object]) -> str:
    """What a person reads at the start; as one JSON line for scripts."""
    values = {
        "profile": settings.profile,
        "url": f"http://{shown_host(settings.host)}:{port}",
        "port": port,
        **{name: seed[name] for name in ("project_id", "api_key", "email", "password", "fixture", "seed")},
        "digest": str(seed["digest"]),
    }
    token = seed.get("control_token")
    if settings.log_format == "json":
        made = {"control_token": token} if token else {}
        return json.dumps({"event": "started", **values, **made}) + "\n"
    line = TOKEN_LINE.format(token=token) if token else ""
    return BANNER.format(**{**values, "digest": str(seed["digest"])[:16], "token_line": line})


def serve(settings: Settings) -> int:
    """Serve until told to stop; raises StartError where that can't begin."""
    listener = open_socket(settings)
    try:
        set_up_logging(settings)
        if settings.workers > 1:
            return serve_by_workers(settings, listener)
        from .app import create_app

        server = create_app(settings)
    except BaseException:
        listener.close()
        raise
    # before the banner, which is where a script knows that it may send one
    end_on_signals(server)
    tell(settings, listener, seed_shown(server))
    try:
        answer(server, listener)
    finally:
        server.close()
    return 0


def serve_by_workers(settings: Settings, listener: socket.socket) -> int:
    """Serve by several processes until told to stop; raises StartError where that can't begin."""
    from .store.opening import check_sharing
    from .workers import Workers

    check_sharing(settings)
    made = None if is_loopback(settings.host) else settings.control_token or unpredictable_token()
    workers = Workers(replace(settings, control_token=made), listener)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, workers.end_soon)
    try:
        shown = workers.start()
        if made is not None and settings.control_token is None:
            shown["control_token"] = made
        if not workers.is_ending:
            tell(settings, listener, shown)
        workers.watch()
    finally:
        workers.end()
        listener.close()
    return 0


def seed_shown(server: MockServer) -> dict[str, object]:
    """What the banner shows of a server's seed, and its token where it made one."""
    shown = dict(server.services.store.meta.find_one("name", "seed") or {})
    if server.services.control.token is not None and server.services.settings.control_token is None:
        shown["control_token"] = server.services.control.token
    return shown


def tell(settings: Settings, listener: socket.socket, shown: dict[str, object]) -> None:
    """Print the banner."""
    sys.stdout.write(banner(settings, listener.getsockname()[1], shown))
    sys.stdout.flush()


def allow_connections() -> None:
    """Let this process hold as many connections as the system lets it; the usual limit is 1024 files."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    except (OSError, ValueError) as error:
        # macOS has a lower limit of its own than the one that it names
        logging.getLogger("mockserver").info("the limit on open files stays as it is: %s", error)


def answer(server: MockServer, listener: socket.socket) -> None:
    """Answer requests until told to stop."""
    allow_connections()
    web = web_server(server)
    end_on_signals(server, web)
    web.should_exit = server.services.control.is_ending
    ended = threading.Event()
    threading.Thread(target=_prepare, args=(ended,), daemon=True).start()
    try:
        web.run(sockets=[listener])
    finally:
        ended.set()


def _prepare(ended: threading.Event) -> None:
    """Get ready for the first query, once whoever waited for the start has been answered."""
    if not ended.wait(FIRST_ANSWERS):
        from .analytics.engine import load_runners

        load_runners()


def end_on_signals(server: MockServer, web: uvicorn.Server | None = None) -> None:
    """Let SIGTERM and SIGINT end a server that is not listening yet, or is done, without ending the process.

    uvicorn takes them over while it runs, and raises the one that stopped it again when it is done; what
    comes after must still run.
    """

    def end(_number: int, _frame: object) -> None:
        server.services.control.is_ending = True
        if web is not None:
            web.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)


def web_server(server: MockServer) -> uvicorn.Server:
    """What answers on a socket for an app, ready to run."""
    import uvicorn

    from .http.transport import ExposingProtocol

    class EndingServer(uvicorn.Server):
        """Tells streams of events to end first, which would otherwise keep it from ending."""

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            server.services.control.is_ending = True
            super().handle_exit(sig, frame)

    config = uvicorn.Config(
        server.asgi,
        http=ExposingProtocol,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
        lifespan="on",
    )
    return EndingServer(config)


@dataclass(frozen=True, slots=True)
class Started:
    """A server that runs beside the caller, and how to reach it."""

    url: str
    credentials: Mapping[str, object]
    api_token: str
    control_token: str | None


@contextmanager
def serve_meanwhile(settings: Settings) -> Iterator[Started]:
    """Serve in a thread while the caller does something else; raises StartError where that can't begin."""
    listener = open_socket(settings)
    try:
        set_up_logging(settings)
        from .app import create_app

        server = create_app(settings)
    except BaseException:
        listener.close()
        raise
    web = web_server(server)
    thread = threading.Thread(target=web.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield _started(server, settings, listener.getsockname()[1])
    finally:
        server.services.control.is_ending = True
        web.should_exit = True
        thread.join()
        server.close()


def _started(server: MockServer, settings: Settings, port: int) -> Started:
    store = server.services.store
    held = store.meta.find_one("name", "seed") or {}
    project = store.projects.fetch(cast("int", held["project_id"]))
    return Started(
        url=f"http://{shown_host(settings.host)}:{port}",
        credentials=held,
        api_token=project["api_token"] if project else "",
        control_token=server.services.control.token,
    )
