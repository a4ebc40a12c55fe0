"""Where the suite looks, with which credentials, and what it may do there."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

import httpx

from .errors import Misuse

LOOPBACK_NAMES: Final = ("localhost", "testserver")


class Mode(StrEnum):
    """What a run may do: only read, or also make and change objects of its own."""

    READ_ONLY = "read-only"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Login:
    """An account for what needs a session."""

    email: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Target:
    """One server as a run sees it. Times are seconds, sizes are bytes.

    `timeout` is the longest silence, `answer_time` the longest time for a whole answer, `requests_a_minute`
    a limit of one's own. `transport` makes the wire, for a server in the same process.
    """

    base_url: str
    project: str
    api_key: str = field(repr=False)
    bare_key: str | None = field(default=None, repr=False)
    second_project: str | None = None
    login: Login | None = None
    mode: Mode = Mode.READ_ONLY
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    timeout: float = 20.0
    answer_time: float = 60.0
    answer_size: int = 16 * 1024 * 1024
    requests_a_minute: float | None = None
    retries: int = 4
    verify: bool | str = True
    certificate: str | None = None
    control_token: str | None = field(default=None, repr=False)
    transport: Callable[[], httpx.BaseTransport] | None = field(default=None, repr=False)

    @property
    def is_local(self) -> bool:
        """Whether the host is this machine."""
        return is_loopback(self.base_url)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Texts that no report may show."""
        password = self.login.password if self.login else None
        held = (self.api_key, self.bare_key, password, self.control_token, *self.headers.values())
        return tuple(sorted({text for text in held if text and len(text) > 5}, key=len, reverse=True))


def is_loopback(url: str) -> bool:
    """Whether a URL's host is a loopback name or address."""
    host = urlsplit(url).hostname or ""
    if host in LOOPBACK_NAMES or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_url(url: str) -> str:
    """A base URL without its trailing slash; raises Misuse for what is none."""
    try:
        parts = urlsplit(url)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError as error:
        raise Misuse(f"{url!r} is not a URL: {error}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_fine:
        raise Misuse(f"{url!r} is not a URL of a server; write it like http://127.0.0.1:8129")
    if parts.query or parts.fragment:
        raise Misuse(f"{url!r} must not have a query or a fragment")
    if parts.username or parts.password:
        raise Misuse("the URL must not carry credentials; use --api-key or CONTRACT_API_KEY")
    return url.rstrip("/")


def choose_mode(asked: str | None, url: str, *, owned: bool) -> Mode:
    """The mode of a run: full on this machine, read-only elsewhere, unless asked otherwise.

    Raises Misuse for a full run against another host without the owner's word.
    """
    if asked is None:
        return Mode.FULL if is_loopback(url) or owned else Mode.READ_ONLY
    mode = Mode(asked)
    if mode is Mode.FULL and not is_loopback(url) and not owned:
        host = urlsplit(url).hostname
        raise Misuse(
            f"--mode full makes and deletes objects on {host}; add --i-own-this-project to allow that"
        )
    return mode
