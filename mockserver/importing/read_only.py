"""A PostHog server that is only read from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http.client import HTTPException
from typing import Final, cast
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qsl, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from ..clock import real_pause
from ..settings import is_loopback
from ..store import JSON, JSONObject

TIMEOUT_SECONDS: Final = 60
MOST_BYTES: Final = 256 * 1024 * 1024
PAGE: Final = 100
TRIES: Final = 6
LONGEST_WAIT: Final = 120.0
NEEDED: Final = "insight:read and dashboard:read"


class ReadError(Exception):
    """The server was not there or did not give what was asked of it; one line for a person."""


class _Staying(HTTPRedirectHandler):
    """Follows no redirect: the key is for one server."""

    def redirect_request(self, req: Request, *answer: object) -> None:
        """Refuse; the new address comes last."""
        site = urlsplit(str(answer[-1]))
        raise ReadError(f"{req.full_url} is at {site.scheme}://{site.netloc} now; name that address")


class ReadOnlyApi:
    """The API of one server; `GET` is the only method that there is.

    `wait` is how seconds pass where the server asks for patience. Raises ReadError for an address over which
    a key must not travel.
    """

    def __init__(self, url: str, key: str, *, wait: Callable[[float], None] = real_pause) -> None:
        site = urlsplit(url)
        if site.scheme not in ("http", "https") or not site.hostname:
            raise ReadError(f"{url} is no address of a server; it looks like https://eu.posthog.com")
        if site.scheme == "http" and not is_loopback(site.hostname):
            raise ReadError(f"{url} would send the key unencrypted; use https")
        self._base = f"{site.scheme}://{site.netloc}{site.path.rstrip('/')}"
        self._key = key
        self._wait = wait
        # the machine's proxies have no part in calls to the machine itself
        near = (ProxyHandler({}),) if is_loopback(site.hostname) else ()
        self._opener = build_opener(_Staying, *near)

    def get(self, path: str, **parameters: object) -> JSONObject:
        """The JSON object at a path that begins after the server's address; raises ReadError."""
        asked = f"?{urlencode(parameters)}" if parameters else ""
        for tried in range(1, TRIES + 1):
            try:
                return _as_object(self._read(f"{self._base}{path}{asked}"), f"{self._base}{path}")
            except HTTPError as error:
                if error.code not in (429, 502, 503, 504) or tried == TRIES:
                    raise ReadError(self._refusal(error, path)) from None
                self._wait(_patience(error, tried))
        raise AssertionError

    def pages(self, path: str, **parameters: object) -> Iterator[JSONObject]:
        """Each entry of a list, page after page; what a server gives as the next page is asked of itself."""
        asked: dict[str, object] = {**parameters, "limit": PAGE}
        while True:
            page = self.get(path, **asked)
            results = page.get("results")
            for entry in results if isinstance(results, list) else ():
                if isinstance(entry, dict):
                    yield entry
            following = page.get("next")
            if not isinstance(following, str) or not results:
                return
            asked = dict(parse_qsl(urlsplit(following).query))

    def _read(self, address: str) -> bytes:
        request = Request(  # noqa: S310
            address,
            headers={
                "Authorization": f"Bearer {self._key}",
                "Accept": "application/json",
                "User-Agent": "posthog-insights-mock",
            },
            method="GET",
        )
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                content: bytes = answer.read(MOST_BYTES + 1)
        except HTTPError:
            raise
        except (URLError, HTTPException, OSError) as error:
            raise ReadError(f"no server answers at {self._base}: {getattr(error, 'reason', error)}") from None
        if len(content) > MOST_BYTES:
            raise ReadError(f"{address} answers more than {MOST_BYTES // 1024 // 1024} MB")
        return content

    def _refusal(self, error: HTTPError, path: str) -> str:
        body = _envelope(error.read(100_000))
        said = f" ({body['detail']})" if body.get("detail") else ""
        if error.code == 401 or body.get("code") == "authentication_failed":
            return f"{self._base} does not know the key{said}"
        if error.code == 403:
            return f"the key may not read {path}{said}; it needs {NEEDED} of the project"
        if error.code == 404:
            return f"{self._base} has no {path}, or the key cannot see it{said}"
        return f"{self._base}{path} answers {error.code}{said}"


def _patience(error: HTTPError, tried: int) -> float:
    """As many seconds as the server says; else longer each time."""
    said = error.headers.get("Retry-After", "")
    return min(float(said) if said.isdigit() else 2.0**tried, LONGEST_WAIT)


def _envelope(content: bytes) -> JSONObject:
    """PostHog's body of an error, empty for anything else."""
    try:
        body = json.loads(content)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _as_object(content: bytes, address: str) -> JSONObject:
    try:
        body = cast("JSON", json.loads(content))
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise ReadError(f"{address} does not answer as PostHog's API does")
    return body
