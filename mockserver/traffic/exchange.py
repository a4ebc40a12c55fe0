"""A call and its answer, as a recording or a proxy has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Request:
    """What was sent. `url` is absolute, or a path; a body of None was not recorded, `b""` is an empty one."""

    method: str
    url: str
    headers: Headers = field(default_factory=dict)
    body: bytes | None = b""

    @property
    def path(self) -> str:
        """The path of the URL, still percent-encoded."""
        return urlsplit(self.url).path or "/"

    @property
    def query(self) -> dict[str, str]:
        """The query parameters; the last value of a repeated one, as Django reads them."""
        return dict(parse_qsl(urlsplit(self.url).query, keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class Response:
    """What was answered; a body of None was not recorded."""

    status: int
    headers: Headers = field(default_factory=dict)
    body: bytes | None = b""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A call. `response` is None where none came; `seconds` is the time from the call to the whole answer."""

    request: Request
    response: Response | None = None
    seconds: float | None = None


def lower_headers(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Headers by lower-case name; values of a repeated one joined by a comma (RFC 9110, 5.3).

    `Set-Cookie` is joined by a line feed: a comma may stand in its value. HTTP/2's `:method` and the like
    are no headers.
    """
    found: dict[str, str] = {}
    for name, value in pairs:
        key = name.lower()
        if key.startswith(":"):
            continue
        joint = "\n" if key == "set-cookie" else ", "
        found[key] = f"{found[key]}{joint}{value}" if key in found else value
    return found
