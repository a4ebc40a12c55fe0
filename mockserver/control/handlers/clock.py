"""Virtual time: read, set, let go, move ahead; of the server or of one project."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast

from ...api.call import Answer
from ...clock import Clock
from ...store import JSON
from ..call import ControlCall
from ..changes import changes, standings
from ..clock_keeping import drop_clock, followers, hold_jobs, keep_clock
from ..clock_shapes import clock_shape
from ..problems import invalid


def mock_clock_retrieve(call: ControlCall) -> Answer:
    """The server's clock."""
    return Answer(clock_shape(call.services, None))


def mock_clock_update(call: ControlCall) -> Answer:
    """Set the server's clock."""
    return _set(call, None)


def mock_clock_destroy(call: ControlCall) -> Answer:
    """Let the server's clock run as it did at the start."""
    return _let_go(call, None)


def mock_clock_advance(call: ControlCall) -> Answer:
    """Move the server's clock ahead."""
    return _advance(call, None)


def mock_project_clock_retrieve(call: ControlCall) -> Answer:
    """The clock that a project follows."""
    return Answer(clock_shape(call.services, call.project["id"]))


def mock_project_clock_update(call: ControlCall) -> Answer:
    """Give a project a clock of its own, or set that."""
    return _set(call, call.project["id"])


def mock_project_clock_destroy(call: ControlCall) -> Answer:
    """Let a project follow the server's clock again."""
    return _let_go(call, call.project["id"])


def mock_project_clock_advance(call: ControlCall) -> Answer:
    """Move a project ahead of the others."""
    return _advance(call, call.project["id"])


def _set(call: ControlCall, project_id: int | None) -> Answer:
    body = call.body
    wanted = _moment(cast("str", body["now"])) if "now" in body else None

    def change(clock: Clock) -> None:
        clock.set(
            now=wanted,
            frozen=cast("bool | None", body.get("frozen")),
            rate=cast("float | None", body.get("rate")),
        )

    _change(call, project_id, change)
    return Answer(clock_shape(call.services, project_id))


def _advance(call: ControlCall, project_id: int | None) -> Answer:
    seconds = cast("float", call.body["seconds"])
    services = call.services
    concerned = list(followers(services, project_id))
    before = standings(services, concerned, sessions=project_id is None)
    try:
        _change(call, project_id, lambda clock: clock.advance(seconds))
    except OverflowError:
        raise invalid("seconds", "The clock cannot go past the year 9999.") from None
    after = standings(services, concerned, sessions=project_id is None)
    changed = cast("JSON", changes(services, before, after))
    return Answer({**clock_shape(services, project_id), "changed": changed})


def _let_go(call: ControlCall, project_id: int | None) -> Answer:
    services = call.services
    concerned = list(followers(services, project_id))
    before = {each: services.clock_of(each).now() for each in concerned}
    with services.store.transaction():
        drop_clock(services, project_id)
        hold_jobs(services, concerned, before)
    return Answer(clock_shape(services, project_id))


def _change(call: ControlCall, project_id: int | None, change: Callable[[Clock], None]) -> None:
    services = call.services
    concerned = list(followers(services, project_id))
    before = {each: services.clock_of(each).now() for each in concerned}
    moved = services.clocks.of(project_id).twin()
    change(moved)
    with services.store.transaction():
        services.clocks.own(project_id).load(moved.state)
        keep_clock(services, project_id)
        hold_jobs(services, concerned, before)


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise invalid("now", f"{text!r} is no moment in ISO 8601.") from None
