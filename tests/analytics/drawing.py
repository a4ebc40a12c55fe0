"""Random small worlds for Hypothesis: a few people, a few events, three weeks across a change of clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from mockserver.analytics.columns import EventColumns, PersonColumns
from mockserver.analytics.events import EventStore
from tests.analytics.oracle import Event

NAMES = ("a", "b", "c")
PEOPLE = ("ann", "bob", "cat", "dan")
VALUES = ("x", "y", None)
ZONES = ("UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)  # New York's clocks change on the 8th
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
MINUTES = 20 * 24 * 60


@st.composite
def worlds(draw: st.DrawFn, most: int = 25, span: int = MINUTES) -> list[Event]:
    """Events at different minutes, so that no two share a moment."""
    size = draw(st.integers(0, most))
    minutes = draw(st.lists(st.integers(0, span), min_size=size, max_size=size, unique=True))
    return [
        Event(
            draw(st.sampled_from(PEOPLE)),
            draw(st.sampled_from(NAMES)),
            BEGIN + timedelta(minutes=minute),
            draw(st.sampled_from(VALUES)),
        )
        for minute in minutes
    ]


def loaded(events: list[Event], store: EventStore) -> EventStore:
    """The store, emptied and filled with these events."""
    store.clear()
    persons = PersonColumns(
        distinct_ids=[[who] for who in PEOPLE],
        uuids=[f"00000000-0000-0000-0000-{place:012}" for place in range(len(PEOPLE))],
        created_at=[int((BEGIN - timedelta(days=1)).timestamp() * 1_000_000)] * len(PEOPLE),
    )
    columns = EventColumns(
        event=[event.name for event in events],
        timestamp=[int(event.at.timestamp()) * 1_000_000 for event in events],
        person=[PEOPLE.index(event.who) for event in events],
        properties={"value": [event.value for event in events]},
    )
    store.load_columns(persons, columns)
    return store
