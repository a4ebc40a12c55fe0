"""`python -m benchmarks.layers`: what each layer adds to a request, from the socket's side inwards."""

from __future__ import annotations

import argparse
import functools
import sys
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import httpx

from contract_tests.mutants.in_process import LOCAL, InProcess
from mockserver.app import create_app
from mockserver.settings import Settings

from .cost import fill
from .machine import describe

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
OUTSIDE = "outside"
INNERMOST = "Flask, the handler and its JSON"
ROUNDS = 5


class Meter:
    """Seconds by layer: whatever passes is charged to the one that runs."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self._runs = OUTSIDE
        self._since = time.perf_counter()

    def turn_to(self, name: str) -> str:
        """Charge from now on another; gives the one before."""
        now = time.perf_counter()
        self.spent[self._runs] += now - self._since
        before, self._runs, self._since = self._runs, name, now
        return before


class Metered:
    """An ASGI app whose time is charged to it, but for what it sends, which its surroundings look at."""

    def __init__(self, app: Any, name: str, meter: Meter) -> None:
        self._app, self._name, self._meter = app, name, meter

    async def __call__(self, scope: Any, receive: Any, send: Send) -> None:
        """Pass it on."""
        around = self._meter.turn_to(self._name)

        async def out(message: MutableMapping[str, Any]) -> None:
            self._meter.turn_to(around)
            await send(message)
            self._meter.turn_to(self._name)

        try:
            await self._app(scope, receive, out)
        finally:
            self._meter.turn_to(around)


def main() -> int:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="layers")
    parser.add_argument("--requests", type=int, default=500)
    parser.add_argument("--insights", type=int, default=150)
    options = parser.parse_args()
    server = create_app(Settings(fixture="empty", log_requests=False))
    meter = Meter()
    names = meter_layers(server.asgi, meter)
    seed: Any = server.services.store.meta.find_one("name", "seed")
    headers = {"Authorization": f"Bearer {seed['api_key']}"}
    client = httpx.Client(base_url=LOCAL, transport=InProcess(server.asgi), headers=headers)
    insights = f"/api/projects/{seed['project_id']}/insights"
    fill(server.services.store, client, insights, options.insights)
    acts: dict[str, Callable[[], httpx.Response]] = {
        "retrieve": lambda: client.get(f"{insights}/1"),
        "list 100": lambda: client.get(f"{insights}?limit=100"),
        "patch": lambda: client.patch(f"{insights}/1", json={"name": f"{time.perf_counter()}"}),
    }
    found = {name: best(act, options.requests, meter) for name, act in acts.items()}
    print(f"| layer | {' | '.join(acts)} |\n| --- {'| --- ' * len(acts)}|")
    for name in names:
        print(f"| {name} | {' | '.join(f'{by[name] * 1e6:,.0f}' for by in found.values())} |")
    sums = [sum(by[name] for name in names) * 1e6 for by in found.values()]
    print(f"| all of them | {' | '.join(f'{each:,.0f}' for each in sums)} |")
    print(f"\nmicroseconds, the best of {ROUNDS} rounds; {describe()}")
    server.close()
    return 0


def meter_layers(asgi: Any, meter: Meter) -> list[str]:
    """Put a meter before each layer and the innermost app; their names, the outermost first."""
    layers = asgi.middleware.middlewares
    names = [name_of(layer) for layer in layers]

    def around(layer: Any, name: str) -> Callable[[Any], Any]:
        # the layer itself stays what Connexion builds, which looks at its type
        return lambda app: layer(Metered(app, name, meter))

    within = [*names[1:], INNERMOST]
    asgi.middleware.middlewares = [around(layer, name) for layer, name in zip(layers, within, strict=True)]
    outermost = names[0]
    asgi.middleware.middlewares.insert(0, lambda app: Metered(app, outermost, meter))
    return [*names, INNERMOST]


def name_of(layer: Any) -> str:
    """The class of a layer, told apart where there are two of it."""
    if isinstance(layer, functools.partial):
        place = layer.keywords.get("address", "")
        return f"{layer.func.__name__} {place}".strip()
    return str(layer.__name__)


def best(act: Callable[[], httpx.Response], requests: int, meter: Meter) -> dict[str, float]:
    """Seconds a request by layer, in the round that took the least."""
    found = []
    for _ in range(ROUNDS):
        meter.spent.clear()
        for _ in range(requests):
            if act().status_code >= 400:
                raise SystemExit("a request failed")
        found.append({name: spent / requests for name, spent in meter.spent.items()})
    return min(found, key=lambda by: sum(spent for name, spent in by.items() if name != OUTSIDE))


if __name__ == "__main__":
    sys.exit(main())
