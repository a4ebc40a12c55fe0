"""What can go wrong behind the proxy, as the answers that a client gets for it (RFC 9110, 15.6)."""

from __future__ import annotations

import os
import ssl
from typing import TYPE_CHECKING

from ..control.problems import Problem
from .options import Upstream

if TYPE_CHECKING:
    import aiohttp


def failure_of(error: BaseException, upstream: Upstream) -> Problem:
    """An error of the client library, a timeout or a broken connection as a problem."""
    import aiohttp

    address = f"{upstream.host}:{upstream.port}"
    match error:
        case aiohttp.ClientConnectorCertificateError():
            reason = getattr(error.certificate_error, "verify_message", "") or str(error.certificate_error)
            return Problem("upstream_untrusted", f"The certificate of {address} was refused: {reason}.")
        case aiohttp.ClientSSLError():
            return Problem("upstream_untrusted", f"No TLS with {address}: {_reason(error)}.")
        case aiohttp.ConnectionTimeoutError():
            return Problem("upstream_timeout", f"{address} took no connection in time.")
        case TimeoutError():
            return Problem("upstream_timeout", f"{address} did not go on answering in time.")
        case aiohttp.ClientConnectorError():
            return Problem("upstream_unreachable", f"No connection to {address}: {_reason(error)}.")
        case aiohttp.ServerDisconnectedError():
            return Problem("upstream_broken", f"{address} closed the connection without an answer.")
        case aiohttp.ClientPayloadError():
            return Problem("upstream_broken", f"{address} ended in the middle of a body.")
        case aiohttp.ClientResponseError():
            return Problem(
                "upstream_broken", f"{address} answered with what is no HTTP: {_first(error.message)}."
            )
        case OSError():
            return Problem("upstream_broken", f"The connection to {address} broke: {_reason(error)}.")
    return Problem(
        "upstream_broken", f"{address} could not be asked: {_first(str(error) or type(error).__name__)}."
    )


def _reason(error: OSError | aiohttp.ClientConnectorError) -> str:
    """What the system says."""
    inner = getattr(error, "os_error", error)
    if isinstance(inner, ssl.SSLError):
        return (inner.reason or str(inner)).lower().replace("_", " ")
    if isinstance(inner.errno, int) and inner.errno > 0:
        # the event loop puts words of its own into strerror
        return os.strerror(inner.errno)
    return str(inner.strerror or inner).rstrip(".")


def _first(text: str) -> str:
    return (text.strip().splitlines() or [""])[0].strip(" :").rstrip(".")[:120]
