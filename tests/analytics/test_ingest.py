"""What captured events do to people and groups."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.analytics.events import EventStore
from mockserver.analytics.interface import IngestCounts, StoreCounts
from mockserver.analytics.model import QueryError
from tests.analytics.building import NOW, ask, node


def row(event: str, who: str, at: str = "2026-01-10T10:00:00Z", **properties: Any) -> dict[str, Any]:
    return {"event": event, "distinct_id": who, "timestamp": at, "properties": properties}


def query(store: EventStore, text: str) -> Any:
    return ask(store, {"kind": "HogQLQuery", "query": text}).results


@pytest.fixture
def store() -> EventStore:
    return EventStore()


def test_an_event_makes_its_person_when_it_happened(store: EventStore) -> None:
    assert store.ingest([row("view", "ann")], NOW) == IngestCounts(1, 1, 0)
    assert query(store, "select created_at from persons") == [["2026-01-10T10:00:00Z"]]


def test_the_same_id_is_the_same_person(store: EventStore) -> None:
    store.ingest([row("view", "ann")], NOW)
    assert store.ingest([row("view", "ann")], NOW) == IngestCounts(1, 0, 0)
    assert store.counts() == StoreCounts(2, 1, 1)


def test_an_event_without_a_profile_makes_nobody(store: EventStore) -> None:
    store.ingest([row("view", "anon", **{"$process_person_profile": False})], NOW)
    assert store.counts() == StoreCounts(1, 0, 1)


def test_identify_gives_earlier_events_to_the_person(store: EventStore) -> None:
    store.ingest([row("view", "anon", **{"$process_person_profile": False})], NOW)
    store.ingest(
        [row("$identify", "ann", **{"$anon_distinct_id": "anon", "$set": {"email": "a@x.com"}})], NOW
    )
    assert query(store, "select uniq(person_id), count() from events") == [[1, 2]]
    assert query(store, "select person.properties.email from events where event = 'view'") == [["a@x.com"]]


def test_identify_merges_two_people_and_the_identified_ones_properties_win(store: EventStore) -> None:
    store.ingest([row("view", "anon", at="2026-01-01T00:00:00Z", **{"$set": {"a": "old", "b": "kept"}})], NOW)
    store.ingest([row("view", "ann", **{"$set": {"a": "new"}})], NOW)
    assert store.ingest([row("$identify", "ann", **{"$anon_distinct_id": "anon"})], NOW).persons_merged == 1
    assert query(store, "select properties.a, properties.b, created_at from persons") == [
        ["new", "kept", "2026-01-01T00:00:00Z"]
    ]
    assert query(store, "select uniq(person_id) from events") == [[1]]


def test_a_chain_of_merges_in_one_batch_ends_with_one_person(store: EventStore) -> None:
    store.ingest([row("view", each) for each in ("a", "b", "c")], NOW)
    store.ingest([row("$create_alias", "b", alias="a"), row("$create_alias", "c", alias="b")], NOW)
    assert store.counts() == StoreCounts(5, 1, 3)
    assert query(store, "select uniq(person_id) from events") == [[1]]


def test_set_overwrites_set_once_does_not_unset_removes(store: EventStore) -> None:
    store.ingest([row("$set", "ann", **{"$set": {"plan": "free", "x": 1}, "$set_once": {"first": "a"}})], NOW)
    store.ingest(
        [row("$set", "ann", **{"$set": {"plan": "pro"}, "$set_once": {"first": "b"}, "$unset": ["x"]})], NOW
    )
    assert query(store, "select properties.plan, properties.first, properties.x from persons") == [
        ["pro", "a", None]
    ]


def test_set_may_stand_beside_the_properties(store: EventStore) -> None:
    store.ingest([{**row("$set", "ann"), "$set": {"plan": "pro"}}], NOW)
    assert query(store, "select properties.plan from persons") == [["pro"]]


def test_groups_are_numbered_as_they_appear_and_have_properties(store: EventStore) -> None:
    store.ingest(
        [
            row("view", "ann", **{"$groups": {"company": "acme"}}),
            row(
                "$groupidentify",
                "ann",
                **{"$group_type": "company", "$group_key": "acme", "$group_set": {"size": 9}},
            ),
            row("view", "bob", **{"$groups": {"team": "t", "company": "zeta"}}),
        ],
        NOW,
    )
    text = "select $group_0, $group_1 from events where event = 'view' order by distinct_id"
    assert query(store, text) == [
        ["acme", ""], ["zeta", "t"],
    ]  # fmt: skip
    trend = {
        "kind": "TrendsQuery", "series": [node("view")], "dateRange": {"date_from": "all"},
        "properties": [{"type": "group", "group_type_index": 0, "key": "size", "value": 9}],
    }  # fmt: skip
    results: Any = ask(store, trend).results
    assert results[0]["count"] == 1


def test_a_time_with_an_offset_and_one_without(store: EventStore) -> None:
    store.ingest(
        [row("view", "ann", at="2026-01-10T10:00:00+02:00"), row("view", "ann", at="2026-01-10 09:00")], NOW
    )
    assert query(store, "select toHour(timestamp) from events order by timestamp") == [[8], [9]]


def test_an_event_without_a_time_happens_now(store: EventStore) -> None:
    store.ingest([{"event": "view", "distinct_id": "ann"}], NOW)
    assert query(store, "select timestamp from events") == [["2026-01-14T12:00:00Z"]]


def test_the_same_batch_gives_the_same_ids() -> None:
    ids = []
    for _ in range(2):
        made = EventStore()
        made.ingest([row("view", "ann", n=1), row("view", "ann", n=2)], NOW)
        ids.append(query(made, "select uuid, person_id from events order by properties.n"))
    assert ids[0] == ids[1]
    assert ids[0][0][0] != ids[0][1][0]


@pytest.mark.parametrize(
    ("bad", "attr"),
    [
        ({"distinct_id": "ann"}, "event"),
        ({"event": "view"}, "distinct_id"),
        ({"event": "view", "distinct_id": "ann", "timestamp": "soon"}, "timestamp"),
        ({"event": "view", "distinct_id": "ann", "uuid": "none"}, "uuid"),
    ],
)
def test_one_bad_event_keeps_the_whole_batch_out(store: EventStore, bad: dict[str, Any], attr: str) -> None:
    with pytest.raises(QueryError) as caught:
        store.ingest([row("view", "ann"), bad], NOW)
    assert caught.value.attr == attr
    assert store.counts() == StoreCounts(0, 0, 0)
