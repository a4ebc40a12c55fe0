"""Who may call the control plane.

On a loopback address anyone local may, but no page of another site and no name that only resolves here
(DNS rebinding). Elsewhere a token is asked for.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import MutableMapping
from typing import Any, Final
from urllib.parse import quote, urlsplit

from ..api.cookies import read_cookies
from ..control.problems import MEDIA_TYPE, Problem
from ..control.sign_in import COOKIE, proves
from .control_answers import is_control, problem_body
from .exchange import Exchange, exchange_of

SIGN_IN: Final = "/_mock/sign-in"
OPEN: Final = frozenset(("/_mock/health", SIGN_IN))
FILES: Final = "/_mock/static/"
PAGES: Final = ("/_mock/ui/", "/_mock/")


class ControlGuard:
    """ASGI middleware before everything under `/_mock`; `token` is None where none is asked for."""

    def __init__(self, app: Any, *, token: str | None) -> None:
        self._app = app
        self._token = token

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] == "http" and is_control(scope["path"]):
            problem = self._problem(exchange_of(scope))
            if problem is not None and problem.status == 401 and wants_page(exchange_of(scope)):
                await send_to_sign_in(send, exchange_of(scope))
                return
            if problem is not None:
                await send_problem(send, problem, scope["path"])
                return
        await self._app(scope, receive, send)

    def _problem(self, exchange: Exchange) -> Problem | None:
        if exchange.path in OPEN or exchange.path.startswith(FILES):
            return None
        if self._token is not None:
            return self._token_problem(exchange, self._token)
        host = host_name(exchange.host)
        if not is_loopback(host):
            return Problem(
                "foreign_host", f"{host!r} is not a name of this machine's loopback.", field="Host"
            )
        origin = exchange.headers.get("origin")
        if origin is not None and not is_loopback(host_name(urlsplit(origin).netloc)):
            return Problem("foreign_origin", f"A page of {origin} may not steer this server.", field="Origin")
        return None

    def _token_problem(self, exchange: Exchange, token: str) -> Problem | None:
        words = exchange.headers.get("authorization", "").split()
        if not words and self._is_signed_in(exchange, token):
            return None
        if len(words) != 2 or words[0].lower() != "bearer":
            return Problem("token_required", "Send `Authorization: Bearer <control token>`.")
        if not hmac.compare_digest(words[1].encode(), token.encode()):
            return Problem("token_invalid", "This is not the control token.")
        return None

    @staticmethod
    def _is_signed_in(exchange: Exchange, token: str) -> bool:
        """Whether the browser has shown the token before; a page of another origin can't make use of it."""
        origin = exchange.headers.get("origin")
        own = origin is None or urlsplit(origin).netloc == exchange.host
        return own and proves(read_cookies(exchange.headers.get("cookie", "")).get(COOKIE), token)


def wants_page(exchange: Exchange) -> bool:
    """Whether a browser asks for a page of the console."""
    is_page = exchange.path == PAGES[1] or exchange.path.startswith(PAGES[0])
    return is_page and exchange.method == "GET" and "text/html" in exchange.headers.get("accept", "")


async def send_to_sign_in(send: Any, exchange: Exchange) -> None:
    """Answer a browser with the page where the token is entered."""
    address = f"{SIGN_IN}?next={quote(exchange.raw_path)}"
    headers = [(b"location", address.encode()), (b"content-length", b"0"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 303, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def host_name(host: str) -> str:
    """The name in a Host header, without its port and brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if host.count(":") == 1 else host


def is_loopback(name: str) -> bool:
    """Whether a name or address can only mean this machine."""
    lowered = name.lower().rstrip(".")
    if lowered == "localhost" or lowered.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(lowered).is_loopback
    except ValueError:
        return False


async def send_problem(send: Any, problem: Problem, path: str) -> None:
    """Answer with a problem from outside the framework."""
    body = problem_body(problem, path)
    headers = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", str(len(body)).encode())]
    if problem.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    headers += [(name.lower().encode(), value.encode()) for name, value in problem.headers.items()]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
