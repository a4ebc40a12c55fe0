"""People given as such, rather than through what their events say of them."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mockserver.analytics.columns import EventColumns
from mockserver.analytics.model import JSON, JSONObject
from mockserver.analytics.reading import listed

if TYPE_CHECKING:
    from mockserver.analytics.interface import Events

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def introduce(store: Events, persons: Sequence[JSONObject], now: datetime) -> int:
    """Make people of `{distinct_ids, properties}`, or add to those that are there; how many were made.

    All distinct ids of one entry become one person's; people who already stand behind them are merged.
    """
    moment = (now - EPOCH) // EPOCH.resolution
    ids = [[str(each) for each in listed(person.get("distinct_ids"))] for person in persons]
    with store.batch() as batch:
        people = batch.people(list(dict.fromkeys(each for group in ids for each in group)))
        for group, person in zip(ids, persons, strict=True):
            first, *others = group
            people.person(first, moment)
            for other in others:
                people.merge(first, other, moment)
            people.mark_identified(first)
            people.update(first, _object(person.get("properties")), {}, ())
        batch.write(people, None, _nothing(), ())
    return people.created


def _object(value: JSON) -> Mapping[str, JSON]:
    return value if isinstance(value, Mapping) else {}


def _nothing() -> EventColumns:
    return EventColumns(event=[], timestamp=array("q"), distinct_id=[], properties={}, uuid=[])
