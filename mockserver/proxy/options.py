"""What a proxy is told at its start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from ..errors import StartError
from ..http.control_guard import is_loopback

PORTS: Final = {"http": 80, "https": 443}
MEBIBYTE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Upstream:
    """The server behind the proxy. `prefix` is what comes before every path, without a slash at its end."""

    scheme: str
    host: str
    port: int
    prefix: str = ""

    @property
    def authority(self) -> str:
        """Host and port as a `Host` header names them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The address as people write it."""
        return f"{self.scheme}://{self.authority}{self.prefix}"

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine."""
        return is_loopback(self.host)


def read_upstream(text: str) -> Upstream:
    """The server at an address such as `https://eu.posthog.com`; raises StartError saying what is wrong."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise StartError(f"--upstream cannot be {text!r}: {error}") from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise StartError(f"--upstream cannot be {text!r}; expected an address such as https://eu.posthog.com")
    if parts.username is not None or parts.password is not None:
        raise StartError("--upstream holds credentials; let the client send them, they are passed through")
    if parts.query or parts.fragment:
        raise StartError(f"--upstream cannot be {text!r}: an address ends before ? and #")
    return Upstream(parts.scheme, parts.hostname, port or PORTS[parts.scheme], parts.path.rstrip("/"))


@dataclass(frozen=True, slots=True)
class ProxyOptions:
    """How a proxy behaves.

    `keep_host` sends the client's `Host` on instead of the upstream's name. `body_limit` is how many bytes
    of a body are kept to be looked at, `memory_limit` how many of all bodies together, `most_waiting` how
    many calls may wait for being looked at. Times are in seconds.
    """

    upstream: Upstream
    enforce: bool = False
    read_only: bool = False
    keep_host: bool = False
    timeout: float = 300.0
    connect_timeout: float = 10.0
    body_limit: int = 8 * MEBIBYTE
    memory_limit: int = 256 * MEBIBYTE
    most_waiting: int = 2000
    ca_file: Path | None = None
    log_requests: bool = False
