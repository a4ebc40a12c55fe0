"""A proxy on a socket in this process, and what stands behind it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx

from mockserver.proxy.app import ProxyApp
from mockserver.proxy.options import ProxyOptions, read_upstream
from mockserver.proxy.running import proxy_server
from mockserver.traffic import TrafficChecker


@dataclass(slots=True)
class Proxied:
    """A proxy that runs: its app, and a client that calls it."""

    app: ProxyApp
    port: int
    http: httpx.Client

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def counts(self) -> dict[str, Any]:
        """The counts, once everything that has passed was looked at."""
        self.app.desk.settle()
        return self.http.get("/_mock/proxy/counts").raise_for_status().json()

    def violations(self) -> list[dict[str, Any]]:
        """What is wrong, once everything that has passed was looked at."""
        self.app.desk.settle()
        return self.http.get("/_mock/proxy/violations").raise_for_status().json()


@cache
def checker() -> TrafficChecker:
    """One checker for all proxies: its schemas are compiled once."""
    return TrafficChecker.load()


@contextmanager
def proxying(upstream: str, **options: Any) -> Iterator[Proxied]:
    """A proxy in front of a server; `app` are further arguments of the app, the rest its options."""
    arguments = options.pop("app", {})
    chosen = ProxyOptions(read_upstream(upstream), **{"timeout": 5.0, **options})
    app = ProxyApp(chosen, checker=checker(), **arguments)
    with serving(app) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}") as http:
        yield Proxied(app, port, http)


@contextmanager
def serving(app: ProxyApp) -> Iterator[int]:
    """An app on a free port, in a thread; the port."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    web = proxy_server(app)
    thread = threading.Thread(target=web.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        app.state.is_ending = True
        web.should_exit = True
        thread.join()
        app.close()
