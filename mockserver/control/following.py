"""What follows from documents, brought in line with them after another server has changed some."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .clock_keeping import load_clocks
from .seeds import settle

if TYPE_CHECKING:
    from ..services import Services

EVENT_TABLES: Final = frozenset(("projects", "batches"))


def follow(services: Services, changed: frozenset[str], is_whole: bool) -> None:
    """Bring clocks and events in line with tables that were changed, or put in place as a whole."""
    if is_whole or "meta" in changed:
        settle(services)
        return
    if "clocks" in changed:
        load_clocks(services)
    if changed & EVENT_TABLES:
        services.refresh.calculator.events.align()
