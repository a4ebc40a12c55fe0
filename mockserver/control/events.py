"""What happens on the server, as server-sent events (WHATWG HTML, section 9.2)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING, Final

import orjson

from ..refresh.jobs import view
from ..store import JSON, JSONObject
from .clock_shapes import clock_shape
from .faults import fault_shape

if TYPE_CHECKING:
    from ..services import Services
    from .state import ControlState

TICK_SECONDS: Final = 0.2
SILENT_TICKS: Final = 75
MOST_ENTRIES: Final = 50


class Watch:
    """What one listener has seen; `changes` gives what is new since it was last asked.

    Job states follow the clock, so nobody can tell a listener of them: they are looked at each time.
    """

    def __init__(self, services: Services, project_id: int | None) -> None:
        self._services = services
        self._project_id = project_id
        self._seen: dict[str, object] = {}
        self._last_entry = self._control.journal.last_id

    @property
    def _control(self) -> ControlState:
        return self._services.control

    def changes(self) -> Iterator[tuple[str, JSON]]:
        """The events since the last call, by name and data; the first call gives how everything stands."""
        looks: tuple[tuple[str, Callable[[], tuple[object, JSON]]], ...] = (
            ("clock", self._clock),
            ("jobs", self._jobs),
            ("faults", self._faults),
            ("state", self._state),
        )
        self._services.store.catch_up()
        with self._services.store.lock:
            for name, look in looks:
                standing, data = look()
                if self._seen.get(name) != standing:
                    self._seen[name] = standing
                    yield name, data
            yield from self._entries()

    def _clock(self) -> tuple[object, JSON]:
        clock = self._services.clock_of(self._project_id)
        return clock.state, clock_shape(self._services, self._project_id)

    def _jobs(self) -> tuple[object, JSON]:
        services, store = self._services, self._services.store
        standing: list[tuple[int, str, int]] = []
        for job in store.jobs.documents().values():
            if self._project_id in (None, job["project_id"]):
                minutes = services.profile_of(store.projects.fetch(job["project_id"])).job_minutes
                seen = view(job, services.clock_of(job["project_id"]).now(), minutes)
                standing.append((job["id"], str(seen.state), int(seen.share * 100)))
        shown: list[JSON] = [
            {"id": number, "state": state, "share": share / 100} for number, state, share in standing
        ]
        return standing, shown

    def _faults(self) -> tuple[object, JSON]:
        shown: list[JSON] = [fault_shape(rule) for rule in self._control.faults.rules()]
        return orjson.dumps(shown), shown

    def _state(self) -> tuple[object, JSON]:
        revision = self._services.store.revision
        shape: JSONObject = {"revision": revision}
        return revision, shape

    def _entries(self) -> Iterator[tuple[str, JSON]]:
        if self._control.journal.last_id <= self._last_entry:
            return
        new = [e for e in self._control.journal.entries(self._project_id) if e.id > self._last_entry]
        if new:
            self._last_entry = new[-1].id
            for entry in new[-MOST_ENTRIES:]:
                yield "request", entry.shape()


async def event_stream(services: Services, project_id: int | None) -> AsyncIterator[bytes]:
    """The events of a listener until the server ends; an empty chunk is a pause."""
    watch = Watch(services, project_id)
    silent = 0
    yield b"retry: 1000\n\n"
    while not services.control.is_ending:
        chunk = b"".join(as_event(name, data) for name, data in watch.changes())
        silent = 0 if chunk else silent + 1
        if silent >= SILENT_TICKS:
            chunk, silent = b": still here\n\n", 0
        yield chunk
        await asyncio.sleep(TICK_SECONDS)


def as_event(name: str, data: JSON) -> bytes:
    """One event as it goes over the wire; JSON has no line breaks of its own."""
    return b"event: " + name.encode() + b"\ndata: " + orjson.dumps(data) + b"\n\n"
