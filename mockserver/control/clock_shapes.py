"""Clocks as the control plane answers them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..store import JSONObject, wire

if TYPE_CHECKING:
    from ..services import Services


def clock_shape(services: Services, project_id: int | None) -> JSONObject:
    """The clock that a project follows; the server's for None."""
    clock = services.clocks.of(project_id)
    return {"now": wire(clock.now()), "frozen": clock.frozen, "rate": clock.rate}
