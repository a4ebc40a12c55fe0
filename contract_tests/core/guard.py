"""The wire of a read-only run: what could change the server cannot leave the process."""

from __future__ import annotations

from typing import Final

import httpx

from ..errors import WriteRefused

SAFE_METHODS: Final = frozenset(("GET", "HEAD", "OPTIONS"))


def refuse_write(method: str, url: str) -> None:
    """Raise WriteRefused for a method that RFC 9110 (9.2.1) does not call safe."""
    if method.upper() not in SAFE_METHODS:
        raise WriteRefused(f"a read-only run does not send {method.upper()} {url}")


class ReadOnlyGuard(httpx.BaseTransport):
    """A transport around another one that lets only safe methods through."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a safe request; raises WriteRefused for any other."""
        refuse_write(request.method, str(request.url))
        return self._inner.handle_request(request)

    def close(self) -> None:
        """Close the transport inside."""
        self._inner.close()
