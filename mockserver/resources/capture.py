"""Events as PostHog's libraries send them: whose they are, and when they happened.

PostHog's documentation of its POST-only public endpoints: one event, a list, or a `batch`; the project's key
as `api_key` or `token`, beside the events or in each; the distinct id beside the properties or among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from ..errors import api_error
from ..store import JSON, JSONObject

TOKEN_NAMES: Final = ("api_key", "token")
LONGEST_NAME: Final = 200
# PostHog: an event that lies further ahead happened now
FUTURE: Final = timedelta(hours=23)
# a clock that is as far from the client's as this was set on purpose
AWAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sent:
    """What one request sends: the project's key, the events, and when the client says it sent them."""

    token: str
    events: Sequence[Mapping[str, JSON]]
    sent_at: datetime | None


def read_sent(body: JSON, query: Mapping[str, str]) -> Sent:
    """The events of a request; raises ApiError `capture_*` where it has none, or no key, or several."""
    events = list(_events(body))
    if not events:
        raise api_error("capture_empty")
    around: Mapping[str, JSON] = body if isinstance(body, dict) else {}
    tokens = set(_tokens(around, events))
    if not tokens and query.get("token"):
        tokens = {query["token"]}
    if not tokens:
        raise api_error("capture_without_token")
    if len(tokens) > 1:
        raise api_error("capture_many_tokens")
    return Sent(tokens.pop(), events, _sent_at(around, query))


def token_of(body: JSON, query: Mapping[str, str]) -> str | None:
    """The project's key in a request that may have no events; None without one."""
    around: Mapping[str, JSON] = body if isinstance(body, dict) else {}
    return next(iter(_tokens(around, list(_events(body)))), query.get("token"))


def rows_of(sent: Sent, now: datetime) -> list[JSONObject]:
    """The events as the event store takes them; raises ApiError for the first that is none."""
    return [_row(event, sent.sent_at, now) for event in sent.events]


def _events(body: JSON) -> Iterator[Mapping[str, JSON]]:
    if isinstance(body, dict):
        batch = body.get("batch")
        found: JSON = batch if isinstance(batch, list) else [body] if "event" in body else []
    else:
        found = body
    for event in found if isinstance(found, list) else ():
        if isinstance(event, dict):
            yield event


def _tokens(around: Mapping[str, JSON], events: Sequence[Mapping[str, JSON]]) -> Iterator[str]:
    """The keys that are named; one beside the events speaks for those without."""
    for holder in (around, *events, *(_object(event.get("properties")) for event in events)):
        for name in TOKEN_NAMES:
            value = holder.get(name)
            if isinstance(value, str) and value:
                yield value
                break


def _row(event: Mapping[str, JSON], sent_at: datetime | None, now: datetime) -> JSONObject:
    properties = dict(_object(event.get("properties")))
    name = event.get("event")
    if not isinstance(name, str) or not name:
        raise api_error("capture_without_name")
    distinct_id = _distinct_id(event, properties)
    for token in TOKEN_NAMES:
        properties.pop(token, None)
    row: JSONObject = {
        "event": name[:LONGEST_NAME],
        "distinct_id": distinct_id,
        "properties": properties,
        "timestamp": happened_at(event, sent_at, now).isoformat(),
    }
    for field in ("uuid", "$set", "$set_once"):
        if event.get(field):
            row[field] = event[field]
    return row


def _distinct_id(event: Mapping[str, JSON], properties: dict[str, JSON]) -> str:
    inside = properties.pop("distinct_id", None)
    for value in (event.get("distinct_id"), event.get("$distinct_id"), inside):
        if value is None or isinstance(value, dict | list) or value == "":
            continue
        return str(value)[:LONGEST_NAME]
    raise api_error("capture_without_distinct_id")


def happened_at(event: Mapping[str, JSON], sent_at: datetime | None, now: datetime) -> datetime:
    """When an event happened by the server's clock.

    PostHog: `timestamp` moved by how far the client's clock, told by `sent_at`, is off; else `offset`
    milliseconds ago; else now, also where the text is no time or lies more than 23 hours ahead. Where the
    server's clock was set to another day on purpose, only what was sent as it happened is moved.
    """
    moment = _moment(event.get("timestamp"))
    offset = event.get("offset")
    if moment is None:
        is_number = isinstance(offset, int | float) and not isinstance(offset, bool)
        return now - timedelta(milliseconds=offset) if is_number else now  # type: ignore[arg-type]
    ignored = _object(event.get("properties")).get("$ignore_sent_at") is True
    if sent_at is not None and not ignored:
        is_away = abs(now - sent_at) > AWAY
        if not is_away or abs(sent_at - moment) <= AWAY:
            moment += now - sent_at
    return now if moment > now + FUTURE else moment


def _sent_at(around: Mapping[str, JSON], query: Mapping[str, str]) -> datetime | None:
    named = _moment(around.get("sent_at") or around.get("sentAt"))
    if named is not None:
        return named
    counted = query.get("_", "")
    return _moment(int(counted)) if counted.isascii() and counted.isdigit() and len(counted) < 15 else None


def _moment(value: JSON) -> datetime | None:
    """A moment from ISO 8601 text, or from milliseconds (seconds, if small) since 1970; None for others."""
    try:
        if isinstance(value, str):
            found = datetime.fromisoformat(value.strip())
            return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return None


def _object(value: JSON) -> Mapping[str, JSON]:
    return value if isinstance(value, dict) else {}
