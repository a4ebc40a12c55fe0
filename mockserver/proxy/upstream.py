"""Asking the server behind the proxy: kept connections, bodies as they come, nothing added or taken away."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.request import getproxies, proxy_bypass

from ..errors import StartError
from .headers import Pair
from .options import ProxyOptions

if TYPE_CHECKING:
    import aiohttp

LONGEST_LINE: Final = 64 * 1024
KEPT_SECONDS: Final = 4.0
"""Less than the five seconds after which uvicorn and Node.js close an idle connection."""

ADDED: Final = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


class UpstreamClient:
    """Connections to one server; opened and closed in the loop that uses it."""

    def __init__(self, options: ProxyOptions) -> None:
        self._options = options
        self._trust = _trust(options)
        self._session: aiohttp.ClientSession | None = None
        self._proxy = _proxy_for(options)

    def request(
        self, method: str, target: str, headers: Sequence[Pair], body: AsyncIterator[bytes] | None
    ) -> Any:
        """The answer to a request, as a context that closes it; `target` is path and query as they came."""
        from multidict import CIMultiDict
        from yarl import URL

        upstream = self._options.upstream
        path, has_query, query = target.partition("?")
        url = URL.build(
            scheme=upstream.scheme,
            host=upstream.host,
            port=upstream.port,
            path=upstream.prefix + path,
            query_string=query if has_query else "",
            encoded=True,
        )
        return self._opened().request(
            method,
            url,
            headers=CIMultiDict([(name.decode("latin-1"), _text(value)) for name, value in headers]),
            data=body,
            allow_redirects=False,
            proxy=self._proxy,
        )

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            import aiohttp

            options = self._options
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEPT_SECONDS, ssl=self._trust),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                skip_auto_headers=ADDED,
                max_line_size=LONGEST_LINE,
                max_field_size=LONGEST_LINE,
                timeout=aiohttp.ClientTimeout(
                    total=None, sock_connect=options.connect_timeout, sock_read=options.timeout
                ),
            )
        return self._session

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def _text(value: bytes) -> str:
    """A header's value so that the client library sends the same bytes, where they are UTF-8."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _trust(options: ProxyOptions) -> ssl.SSLContext | bool:
    if options.upstream.scheme != "https":
        return True
    try:
        return ssl.create_default_context(cafile=str(options.ca_file) if options.ca_file else None)
    except (OSError, ssl.SSLError) as error:
        raise StartError(f"cannot read certificates from {options.ca_file}: {error}") from None


def _proxy_for(options: ProxyOptions) -> str | None:
    """The proxy that the environment names for an upstream elsewhere, as `HTTPS_PROXY` does."""
    upstream = options.upstream
    if upstream.is_local or proxy_bypass(upstream.host):
        return None
    return getproxies().get(upstream.scheme)
