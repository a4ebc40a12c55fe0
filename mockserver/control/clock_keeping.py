"""Clocks that were moved or stopped are kept as documents, so that they outlive a restart and a snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from ..clock import Clock, ClockState
from ..store import Store, from_stored, to_stored

if TYPE_CHECKING:
    from ..services import Services


START: Final = "start"


def share_start(store: Store, clock: Clock) -> None:
    """Have a server start from the clock that the first of those that share its store started from."""
    if not store.is_shared:
        return
    with store.locked():
        held = store.meta.find_one("name", START)
        if held is not None:
            clock.load(_state(held))
        else:
            store.meta.add({"id": store.meta.new_id(), "name": START, **_fields(clock.state)})


def _fields(state: ClockState) -> dict[str, object]:
    return {
        "anchor": to_stored(state.anchor),
        "since": to_stored(state.since),
        "frozen": state.frozen,
        "rate": state.rate,
    }


def _state(document: Mapping[str, object]) -> ClockState:
    return ClockState(
        from_stored(cast("str", document["anchor"])),
        from_stored(cast("str", document["since"])),
        bool(document["frozen"]),
        cast("float", document["rate"]),
    )


def keep_clock(services: Services, project_id: int | None) -> None:
    """Write down how a clock stands."""
    fields = {"project_id": project_id, **_fields(services.clocks.of(project_id).state)}
    table = services.store.clocks
    held = table.find_one("project", project_id)
    if held is not None:
        table.amend(held["id"], fields)
    else:
        table.add({"id": table.new_id(), **fields})  # type: ignore[typeddict-item]


def drop_clock(services: Services, project_id: int | None) -> None:
    """Let a project follow the server's clock again; for None, let that one run as at the start."""
    held = services.store.clocks.find_one("project", project_id)
    if held is not None:
        services.store.clocks.drop(held["id"])
    services.clocks.forget(project_id)


def load_clocks(services: Services) -> None:
    """Set all clocks as the documents say."""
    services.clocks.forget_all()
    documents = sorted(services.store.clocks.documents().values(), key=lambda one: one["project_id"] or 0)
    for document in documents:
        services.clocks.own(document["project_id"]).load(_state(document))


def followers(services: Services, project_id: int | None) -> Iterator[int]:
    """The projects that a clock is the clock of."""
    if project_id is not None:
        yield project_id
        return
    for each in list(services.store.projects.documents()):
        if not services.clocks.has_own(each):
            yield each


def hold_jobs(services: Services, project_ids: list[int], before: dict[int, datetime]) -> None:
    """Where a clock was set back, let jobs stay as far as they had come at `before`."""
    for project_id in project_ids:
        if services.clocks.of(project_id).now() < before[project_id]:
            services.refresh.board.hold(project_id, before[project_id])
