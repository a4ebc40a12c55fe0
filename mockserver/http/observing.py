"""Who is told of each request once it is answered: nobody, unless that was asked for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ..services import Services
from ..settings import Settings
from .exchange import Exchange
from .front import Observer

if TYPE_CHECKING:
    from ..control.metrics import Metrics
    from .tracing import Tracing


def open_tracing(settings: Settings) -> Tracing | None:
    """Where spans go, with `--traces true`; raises StartError where the libraries are missing."""
    if not settings.traces:
        return None
    from .tracing import Tracing

    return Tracing()


def open_observers(services: Services, tracing: Tracing | None) -> tuple[Observer, ...]:
    """The observers that the settings ask for; raises StartError where their libraries are missing."""
    observers: list[Observer] = [] if tracing is None else [tracing.note]
    if services.settings.metrics:
        from ..control.metrics import Metrics

        services.control.metrics = metrics = Metrics()
        observers.append(partial(_count, metrics))
    return tuple(observers)


def _count(metrics: Metrics, exchange: Exchange, status: int, seconds: float) -> None:
    operation = exchange.operation
    metrics.note(operation.operation_id if operation else "-", exchange.method, status, seconds)
