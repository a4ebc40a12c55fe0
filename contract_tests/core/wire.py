"""Sending one request under limits, so that no answer can hang or drown the run."""

from __future__ import annotations

import ssl
import time
from collections.abc import Mapping
from typing import Final

import httpx

from ..errors import WriteRefused
from ..target import Mode, Target
from .exchange import Exchange
from .guard import ReadOnlyGuard
from .pace import Pace, asks_to_wait

SLOW: Final = "no answer within {seconds:g} s"
ENDLESS: Final = "the answer was still arriving after {seconds:g} s"
LARGE: Final = "the answer is larger than {size} MB"
CHUNK: Final = 65_536


class Wire:
    """The connection to a target; safe to use from several threads."""

    def __init__(self, target: Target) -> None:
        inner = target.transport() if target.transport else _open(target)
        self._transport = ReadOnlyGuard(inner) if target.mode is Mode.READ_ONLY else inner
        self._target = target
        self._pace = Pace(target.requests_a_minute)
        self.slowed = 0

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Exchange:
        """Send a request, again where the server asks to wait; raises WriteRefused in a read-only run."""
        exchange = self._once(method, url, headers, body)
        for _ in range(self._target.retries):
            seconds = asks_to_wait(exchange.status, exchange.headers)
            if seconds is None:
                break
            self.slowed += 1
            time.sleep(seconds)
            exchange = self._once(method, url, headers, body)
        return exchange

    def _once(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Exchange:
        self._pace.wait()
        timeout = httpx.Timeout(self._target.timeout).as_dict()
        request = httpx.Request(
            method, url, headers=dict(headers), content=body, extensions={"timeout": timeout}
        )
        sent = {name: request.headers[name] for name in request.headers}
        started = time.monotonic()
        try:
            response = self._transport.handle_request(request)
            try:
                received, failure = self._read(response, started)
            finally:
                response.close()
        except WriteRefused:
            raise
        except httpx.TimeoutException:
            waited = time.monotonic() - started
            return Exchange(method, str(request.url), sent, body, seconds=waited, failure=self._slow())
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
            waited = time.monotonic() - started
            reason = f"{type(error).__name__}: {error}".rstrip(": ")
            return Exchange(method, str(request.url), sent, body, seconds=waited, failure=reason)
        return Exchange(
            method,
            str(request.url),
            sent,
            body,
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=received,
            seconds=time.monotonic() - started,
            failure=failure,
        )

    def _slow(self) -> str:
        return SLOW.format(seconds=self._target.timeout)

    def _read(self, response: httpx.Response, started: float) -> tuple[bytes, str | None]:
        chunks: list[bytes] = []
        size = 0
        for chunk in response.iter_bytes():
            chunks.append(chunk)
            size += len(chunk)
            if size > self._target.answer_size:
                return b"".join(chunks)[:CHUNK], LARGE.format(size=self._target.answer_size // 1_048_576)
            if time.monotonic() - started > self._target.answer_time:
                return b"".join(chunks)[:CHUNK], ENDLESS.format(seconds=self._target.answer_time)
        return b"".join(chunks), None


def _open(target: Target) -> httpx.BaseTransport:
    verify: ssl.SSLContext | bool = (
        ssl.create_default_context(cafile=target.verify) if isinstance(target.verify, str) else target.verify
    )
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=32)
    return httpx.HTTPTransport(verify=verify, cert=target.certificate, limits=limits, trust_env=False)
