"""Times as they are stored and as they go over the wire."""

from __future__ import annotations

from datetime import UTC, datetime

STORED_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


def to_stored(moment: datetime) -> str:
    """ISO 8601 in UTC with six digits of microseconds: sorts as text in order of time."""
    return moment.astimezone(UTC).strftime(STORED_FORMAT) if moment.year > 999 else _old(moment)


def _old(moment: datetime) -> str:
    # strftime does not pad years before 1000
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def from_stored(text: str) -> datetime:
    """The moment that `to_stored` wrote; aware, in UTC."""
    return datetime.fromisoformat(text)


def to_wire(text: str | None) -> str | None:
    """The stored time as PostHog prints it: microseconds only where there are any."""
    if text is None:
        return None
    return text[:-8] + "Z" if text.endswith(".000000Z") else text


def wire(moment: datetime) -> str:
    """A moment as PostHog prints it."""
    return str(to_wire(to_stored(moment)))
