"""One proxy as an ASGI app, made of its parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..clock import Clock
from ..http.contract import Contract
from ..resource_files import bundled
from ..traffic import TrafficChecker
from .call import Receive, Scope, Send
from .checking import CheckDesk, Listener
from .forwarding import Forwarder
from .options import ProxyOptions
from .own_routes import OwnRoutes, is_own
from .recorder import Recorder, RecordOptions
from .state import ProxyState
from .tally import Noted, Tally
from .upstream import UpstreamClient

STOP_SECONDS = 15.0


class ProxyApp:
    """The ASGI app: its own routes, and everything else for the upstream.

    `listeners` hear of each call that was looked at; `token` is asked for under `/_mock/proxy`, if given;
    `record` says what fixture to make. Raises StartError for options that can't be used.
    """

    def __init__(
        self,
        options: ProxyOptions,
        *,
        clock: Clock | None = None,
        listeners: Sequence[Listener] = (),
        on_new: Callable[[Noted], None] = lambda _: None,
        token: str | None = None,
        checker: TrafficChecker | None = None,
        record: RecordOptions | None = None,
    ) -> None:
        self.checker = checker or TrafficChecker.load()
        clock = clock or Clock()
        self.tally = Tally(clock, on_new)
        recorder = Recorder(record, self.checker, clock) if record else None
        heard = [self.tally.add, *((recorder,) if recorder else ()), *listeners]
        self.desk = CheckDesk(self.checker, self.tally, heard, most_waiting=options.most_waiting)
        self.state = ProxyState(options, self.tally, lambda: self.desk.waiting, self.desk.settle, recorder)
        self._client = UpstreamClient(options)
        self._forwarder = Forwarder(options, self._client, self.checker, self.desk, self.tally)
        self._own = OwnRoutes(Contract.load(bundled("spec/proxy.yaml")), self.state, token)
        self.desk.start()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call, or come and go with the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif is_own(scope["path"]):
            await self._own(scope, receive, send)
        else:
            await self._forwarder(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self._client.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    def close(self) -> int:
        """Look at the calls that still wait; how many there was no time for."""
        self.state.is_ending = True
        return self.desk.stop(STOP_SECONDS)
