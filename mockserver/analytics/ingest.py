"""Events one by one, as the vendor's capture endpoints take them, with what they say of people and groups.

PostHog: an event makes its person unless `$process_person_profile` is false; `$identify` and `$create_alias`
give a distinct id to a person or merge two people, the identified one staying; `$set` overwrites a property,
`$set_once` does not, `$unset` removes it; `$groupidentify` sets the properties of a group.
"""

from __future__ import annotations

import json
import uuid
from array import array
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mockserver.analytics.columns import EventColumns
from mockserver.analytics.groups import GroupBook
from mockserver.analytics.model import JSON, JSONObject, QueryError
from mockserver.analytics.people import PersonBook
from mockserver.analytics.reading import listed

if TYPE_CHECKING:
    from mockserver.analytics.interface import Events, IngestCounts

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MERGE_EVENTS = ("$identify", "$create_alias", "$merge_dangerously")
PERSON_NAMESPACE = uuid.UUID("932979b4-65c3-4424-8467-0b66ec27bc22")


def ingest_rows(store: Events, rows: Sequence[JSONObject], now: datetime) -> IngestCounts:
    """Apply a batch in the order given; raises QueryError, and keeps nothing, when a row cannot be read."""
    from mockserver.analytics.interface import IngestCounts

    captured = [_captured(row, now) for row in rows]
    ids = list(dict.fromkeys(each for row in captured for each in row.distinct_ids))
    with store.batch() as batch:
        people, groups = batch.people(ids), batch.groups()
        for row in captured:
            _apply(row, people, groups)
        columns, actors = _columns(captured, people, groups)
        batch.write(people, groups, columns, actors)
    return IngestCounts(len(captured), people.created, people.merged)


def check_rows(rows: Sequence[JSONObject], now: datetime) -> None:
    """Raise QueryError for the first row that `ingest_rows` would refuse."""
    for row in rows:
        _captured(row, now)


class Captured:
    """One event as read from the wire."""

    __slots__ = (
        "distinct_id",
        "event",
        "other_id",
        "properties",
        "set",
        "set_once",
        "timestamp",
        "unset",
        "uuid",
    )

    def __init__(
        self, event: str, distinct_id: str, properties: dict[str, JSON], timestamp: datetime
    ) -> None:
        self.event = event
        self.distinct_id = distinct_id
        self.properties = properties
        self.timestamp = timestamp
        self.other_id: str | None = None
        self.uuid: str | None = None
        self.set: Mapping[str, JSON] = {}
        self.set_once: Mapping[str, JSON] = {}
        self.unset: Sequence[JSON] = ()

    @property
    def distinct_ids(self) -> tuple[str, ...]:
        """All ids the event speaks of."""
        return (self.distinct_id,) if self.other_id is None else (self.distinct_id, self.other_id)

    @property
    def has_profile(self) -> bool:
        """Whether it makes or changes a person."""
        return self.properties.get("$process_person_profile") is not False


def _captured(row: JSONObject, now: datetime) -> Captured:
    given = row.get("properties")
    properties = dict(given) if isinstance(given, Mapping) else {}
    event = row.get("event")
    if not isinstance(event, str) or not event:
        raise QueryError("All events must have the event field", attr="event")
    distinct_id = row.get("distinct_id", properties.pop("distinct_id", None))
    if distinct_id is None or distinct_id == "":
        raise QueryError("All events must have the distinct_id field", attr="distinct_id")
    captured = Captured(event, str(distinct_id), properties, _timestamp(row, now))
    for name in ("$set", "$set_once"):
        beside, inside = row.get(name), properties.get(name)
        merged = {**_object(inside), **_object(beside)}
        if merged:
            properties[name] = merged
    captured.set, captured.set_once = _object(properties.get("$set")), _object(properties.get("$set_once"))
    captured.unset = listed(properties.get("$unset"))
    if event in MERGE_EVENTS:
        name = "$anon_distinct_id" if event == "$identify" else "alias"
        other = properties.get(name)
        if other is not None and str(other) not in ("", captured.distinct_id):
            captured.other_id = str(other)
    wanted = row.get("uuid")
    if wanted is not None:
        try:
            captured.uuid = str(uuid.UUID(str(wanted)))
        except ValueError as error:
            raise QueryError("Event field 'uuid' is not a valid UUID", attr="uuid") from error
    return captured


def _object(value: JSON) -> Mapping[str, JSON]:
    return value if isinstance(value, Mapping) else {}


def _timestamp(row: JSONObject, now: datetime) -> datetime:
    value = row.get("timestamp")
    if value is None or value == "":
        return now.astimezone(UTC)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise QueryError("The timestamp cannot be read", attr="timestamp")
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC)
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise QueryError(f"The timestamp cannot be read: {value}", attr="timestamp") from error


def _apply(row: Captured, people: PersonBook, groups: GroupBook) -> None:
    moment = (row.timestamp - EPOCH) // (EPOCH.resolution)
    if row.event == "$groupidentify":
        groups.identify(
            str(row.properties.get("$group_type", "")),
            str(row.properties.get("$group_key", "")),
            _object(row.properties.get("$group_set")),
        )
    if not row.has_profile:
        people.touch(row.distinct_id)
        return
    if row.other_id is not None:
        people.merge(row.distinct_id, row.other_id, moment)
    people.person(row.distinct_id, moment)
    if row.event == "$identify":
        people.mark_identified(row.distinct_id)
    if row.set or row.set_once or row.unset:
        people.update(row.distinct_id, row.set, row.set_once, [str(name) for name in row.unset])


def _columns(
    captured: Sequence[Captured], people: PersonBook, groups: GroupBook
) -> tuple[EventColumns, Sequence[int]]:
    names = dict.fromkeys(name for row in captured for name in row.properties)
    properties: dict[str, Sequence[JSON]] = {
        name: [row.properties.get(name) for row in captured] for name in names
    }
    kept = [groups.columns(_object(row.properties.get("$groups"))) for row in captured]
    for index in sorted({index for row in kept for index in row}):
        name = f"$group_{index}"
        sent = properties.get(name, [None] * len(captured))
        properties[name] = [row.get(index) or value for row, value in zip(kept, sent, strict=True)]
    stamps = array("q", [(row.timestamp - EPOCH) // EPOCH.resolution for row in captured])
    uuids = [row.uuid or _derived_uuid(row, place) for place, row in enumerate(captured)]
    columns = EventColumns(
        event=[row.event for row in captured],
        timestamp=stamps,
        distinct_id=[row.distinct_id for row in captured],
        properties=properties,
        uuid=uuids,
    )
    return columns, [people.actor(row.distinct_id) for row in captured]


def _derived_uuid(row: Captured, place: int) -> str:
    """An id that depends on what the event says only, so that the same batch gives the same ids."""
    content = json.dumps(
        [row.event, row.distinct_id, row.timestamp.isoformat(), row.properties, place],
        sort_keys=True,
        default=str,
    )
    return str(uuid.uuid5(PERSON_NAMESPACE, content))
