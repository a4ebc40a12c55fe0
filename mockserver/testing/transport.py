"""Requests to an ASGI app in this process, from code that does not wait for promises."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import httpx


class EventLoop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="mockserver", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop it; what still runs is given up."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.close()


class InProcessTransport(httpx.BaseTransport):
    """Carries requests to an app without a socket; answers are read whole, so streams must end."""

    def __init__(self, app: Any, loop: EventLoop) -> None:
        self._transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._loop = loop

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        return asyncio.run_coroutine_threadsafe(self._handle(request), self._loop.loop).result()

    async def _handle(self, request: httpx.Request) -> httpx.Response:
        sent = httpx.Request(request.method, request.url, headers=request.headers, content=request.read())
        answer = await self._transport.handle_async_request(sent)
        content = await answer.aread()
        return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(content))
