"""CORS for the vendor's paths: a frontend under development runs on another origin."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, Final

from starlette.middleware.cors import CORSMiddleware

from .capture_bodies import CAPTURE_PATHS, CAPTURE_PREFIXES

OPEN_PATHS: Final = ("/api/", "/shared/", "/embedded/", *CAPTURE_PREFIXES, "/openapi.")
METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
EXPOSED: Final = ("Retry-After", "X-Request-Id", "X-Mock-Operation", "X-Mock-Explain")


class VendorCors:
    """CORS headers on `/api` and shared pages, never on the control plane.

    With `*` any origin may call, without cookies; named origins may send their session too.
    """

    def __init__(self, app: Any, *, origins: str) -> None:
        self._app = app
        names = [name.strip() for name in origins.split(",") if name.strip()]
        self._cors = None
        if names and names != ["off"]:
            self._cors = CORSMiddleware(
                app,
                allow_origins=names,
                allow_methods=METHODS,
                allow_headers=["*"],
                allow_credentials="*" not in names,
                expose_headers=EXPOSED,
                max_age=600,
            )

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Answer a preflight, or pass on and add the headers."""
        if self._cors is not None and scope["type"] == "http" and _is_open(scope["path"]):
            await self._cors(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _is_open(path: str) -> bool:
    return path.startswith(OPEN_PATHS) or path in CAPTURE_PATHS
