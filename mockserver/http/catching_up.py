"""Brings in what other servers have changed, before a request is looked at."""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from typing import Any, Final

from ..errors import api_error
from ..services import Services
from ..store import StoreUnavailable
from .control_answers import as_problem, is_control
from .control_guard import send_problem
from .front import answer_error

# what tells of the process alone, and what tells itself that the store is gone
UNTOUCHED: Final = frozenset(("/_livez", "/_readyz"))

logger = logging.getLogger("mockserver")


class CatchingUp:
    """ASGI middleware of a server whose store others share."""

    def __init__(self, app: Any, *, services: Services) -> None:
        self._app = app
        self._services = services

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Pass the request on, on the newest state; a 500 where that can't be had."""
        if scope["type"] == "http" and scope["path"] not in UNTOUCHED:
            try:
                self._services.store.catch_up()
            except StoreUnavailable as error:
                logger.error("%s %s: %s", scope["method"], scope["path"], error)
                failure = api_error("server_error")
                if is_control(scope["path"]):
                    await send_problem(send, as_problem(failure, scope["path"]), scope["path"])
                else:
                    await answer_error(send, failure)
                return
        await self._app(scope, receive, send)
