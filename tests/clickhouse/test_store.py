"""The event store on ClickHouse does what the one on DuckDB does, in this process and over HTTP."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest

from mockserver.analytics.clickhouse.connection import Connection
from mockserver.analytics.clickhouse.store import ClickHouseEvents
from mockserver.analytics.columns import Coded, EventColumns, PersonColumns
from mockserver.analytics.events import EventStore
from mockserver.analytics.interface import Events, StoreCounts
from mockserver.analytics.introduce import introduce
from mockserver.analytics.model import QueryError, QueryTimeout
from mockserver.analytics.opening import ClickHouseStores, event_stores
from tests.analytics.building import NOW, ask, captured, context_of, fill
from tests.clickhouse.http_interface import PASSWORD, USER, Engine, http_interface

LOOKS = (
    "select event, distinct_id, timestamp, uuid, person_id from events order by timestamp, event",
    "select id, created_at, is_identified, properties.email, properties.plan, properties.n from persons "
    "order by toString(id)",
    "select distinct_id, person_id from person_distinct_ids order by distinct_id",
    "select index, key, properties.size from groups order by index, key",
    "select event, properties.a, properties.b, properties.c, properties.$group_0, properties.$group_1 "
    "from events order by timestamp, event",
)


@pytest.fixture(scope="module")
def server(client: Connection) -> Iterator[tuple[int, Engine]]:
    """A server over HTTP, on the same engine."""
    with http_interface() as made:
        yield made


@pytest.fixture(scope="module", params=["embedded", "server"])
def stores(
    request: pytest.FixtureRequest, client: Connection, server: tuple[int, Engine]
) -> Iterator[ClickHouseStores]:
    if request.param == "embedded":
        yield ClickHouseStores(client, "default")
        return
    made = event_stores(f"clickhouse://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{server[0]}/mock")
    assert isinstance(made, ClickHouseStores)
    yield made
    made.close()


@pytest.fixture
def store(stores: ClickHouseStores) -> Iterator[ClickHouseEvents]:
    made = stores.open(7)
    assert isinstance(made, ClickHouseEvents)
    made.clear()
    yield made
    made.discard()


def looks(store: Events) -> list[Any]:
    """All that can be seen of a store's content."""
    found = [ask(store, {"kind": "HogQLQuery", "query": text}).results for text in LOOKS]
    events = {"kind": "EventsQuery", "select": ["*", "person"], "after": "all", "orderBy": ["uuid"]}
    result = ask(store, events).results
    assert isinstance(result, list)
    return [*found, sorted(result, key=str), store.counts(), store.bounds()]


def event(name: str, who: str, when: str, **properties: Any) -> dict[str, Any]:
    given = {key.replace("__", "$"): value for key, value in properties.items()}
    return {"event": name, "distinct_id": who, "timestamp": f"2026-01-{when}Z", "properties": given}


BATCHES: dict[str, list[list[dict[str, Any]]]] = {
    "events of several people": [[
        event("view", "ann", "10T09:00:00", a=1, b="x", c=[1, {"d": None}]),
        event("view", "bob", "10T10:00:00", a="1", b=True, c={"e": "f'g"}),
    ]],
    "a property that changes its type": [
        [event("view", "ann", "10T09:00:00", a=1)],
        [event("view", "ann", "10T10:00:00", a="one"), event("view", "ann", "10T11:00:00", a=False)],
    ],
    "a person with properties, set once and unset": [
        [event("view", "ann", "10T09:00:00", __set={"email": "a@x.com", "n": 1}, __set_once={"plan": "pro"})],
        [event("view", "ann", "10T10:00:00", __set={"n": 2}, __set_once={"plan": "free"})],
        [event("view", "ann", "10T11:00:00", __unset=["email"])],
    ],
    "an anonymous person identified": [
        [event("view", "anon", "10T09:00:00", __set={"plan": "free", "n": 5})],
        [event("view", "ann", "10T10:00:00", __set={"plan": "pro"})],
        [event("$identify", "ann", "10T11:00:00", __anon_distinct_id="anon")],
        [event("view", "anon", "10T12:00:00", a=1)],
    ],
    "a chain of merges in one batch": [[
        event("view", "a", "10T09:00:00"),
        event("view", "b", "10T10:00:00"),
        event("view", "c", "10T11:00:00"),
        event("$create_alias", "b", "10T12:00:00", alias="a"),
        event("$create_alias", "c", "10T13:00:00", alias="b"),
    ]],
    "a merge of people with several ids each": [
        [event("$create_alias", "a", "10T09:00:00", alias="a2"), event("view", "a2", "10T09:30:00")],
        [event("$create_alias", "b", "10T10:00:00", alias="b2"), event("view", "b2", "10T10:30:00")],
        [event("$identify", "b", "10T11:00:00", __anon_distinct_id="a")],
        [event("view", "a2", "10T12:00:00"), event("view", "b2", "10T13:00:00")],
    ],
    "events without a person": [
        [event("view", "ann", "10T09:00:00", __process_person_profile=False)],
        [event("view", "ann", "10T10:00:00")],
    ],
    "groups": [
        [event("$groupidentify", "ann", "10T09:00:00", __group_type="company", __group_key="acme'\\",
               __group_set={"size": 5})],
        [event("view", "ann", "10T10:00:00", __groups={"company": "acme'\\", "team": "red"})],
        [event("$groupidentify", "ann", "10T11:00:00", __group_type="company", __group_key="acme'\\",
               __group_set={"size": 6, "plan": "pro"})],
    ],
    "values that look like statements": [[
        event("'; DROP TABLE x; --", "a\\'b", "10T09:00:00", a="\\", b="'", c="{x}"),
        event("`", 'q"', "10T10:00:00", a="\x00null", b="%s {y:String}", c="é\n\t"),
    ]],
}  # fmt: skip


@pytest.mark.parametrize("name", BATCHES)
def test_what_is_captured_reads_the_same_as_in_duckdb(store: ClickHouseEvents, name: str) -> None:
    other = EventStore()
    for batch in BATCHES[name]:
        assert store.ingest(batch, NOW) == other.ingest(batch, NOW)
    assert looks(store) == looks(other)


def test_people_who_are_introduced_read_the_same(store: ClickHouseEvents) -> None:
    other = EventStore()
    people: list[dict[str, Any]] = [
        {"distinct_ids": ["ann", "phone"], "properties": {"email": "a@x.com"}},
        {"distinct_ids": ["bob"], "properties": {}},
    ]
    again: list[dict[str, Any]] = [{"distinct_ids": ["bob", "ann"], "properties": {"plan": "pro"}}]
    for given in (people, again):
        assert introduce(store, given, NOW) == introduce(other, given, NOW)
    assert looks(store) == looks(other)


def columns() -> tuple[PersonColumns, EventColumns]:
    persons = PersonColumns(
        distinct_ids=[["ann", "ann2"], ["bob"]],
        uuids=["00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"],
        created_at=[1767225600000000, 1767225600000001],
        properties={"email": ["a@x.com", None], "n": Coded([None, 5], [0, 1])},
    )
    events = EventColumns(
        event=Coded(["view", "pay"], [0, 1, 0]),
        timestamp=array("q", [1768000000000000, 1768000001000001, 1768000002000000]),
        person=[0, 1, 0],
        properties={"a": [1, "x", None], "b": Coded([None, [1]], [0, 1, 0])},
    )
    return persons, events


def test_columns_read_the_same_as_in_duckdb(store: ClickHouseEvents) -> None:
    other = EventStore()
    persons, events = columns()
    more = EventColumns(
        event=["view"] * 3, timestamp=[1768000003000000] * 3, distinct_id=["bob", "new", "new2"]
    )
    for each in (store, other):
        each.load_columns(persons, events)
        each.load_columns(None, more)
        each.ingest(
            captured([["new", "view", "2026-01-11", {}], ["fresh", "view", "2026-01-12", {"a": 2}]]), NOW
        )
    assert looks(store) == looks(other)


@pytest.mark.parametrize("persons", [None, columns()[0]])
def test_events_must_say_who_did_them(store: ClickHouseEvents, persons: PersonColumns | None) -> None:
    events = EventColumns(event=["x"], timestamp=[0], person=[0] if persons is None else None)
    with pytest.raises(ValueError, match=r"events (name people|need either)"):
        store.load_columns(persons, events)


def test_one_bad_event_keeps_the_whole_batch_out(store: ClickHouseEvents) -> None:
    with pytest.raises(QueryError, match="must have the event field"):
        store.ingest([*captured([["ann", "view", "2026-01-10"]]), {"distinct_id": "x"}], NOW)
    assert store.counts() == StoreCounts(0, 0, 0)
    assert store.bounds() is None


def test_a_store_that_is_opened_again_holds_what_it_held(
    store: ClickHouseEvents, stores: ClickHouseStores
) -> None:
    store.ingest(BATCHES["a person with properties, set once and unset"][0], NOW)
    again = stores.open(7)
    assert looks(again) == looks(store)
    again.ingest([event("view", "new", "11T10:00:00", a=5), event("view", "ann", "11T11:00:00")], NOW)
    assert again.counts() == StoreCounts(3, 2, 2)
    assert ask(again, {"kind": "HogQLQuery", "query": "select uniq(person_id) from events"}).results == [[2]]


def test_projects_do_not_see_each_other(store: ClickHouseEvents, stores: ClickHouseStores) -> None:
    other = stores.open(8)
    fill(other, [["zoe", "view", "2026-01-10"]])
    assert store.counts() == StoreCounts(0, 0, 0)
    assert other.counts() == StoreCounts(1, 1, 1)
    other.discard()


def test_loads_are_held_in_order(store: ClickHouseEvents, stores: ClickHouseStores) -> None:
    assert store.resume(lambda: ["seed", "one"]) == 0
    for name in ("seed", "{one} 'two'"):
        with store.loading(lambda name=name: name):  # type: ignore[misc]
            store.ingest(captured([["ann", name, "2026-01-10"]]), NOW)
    assert stores.open(7).resume(lambda: ["seed", "{one} 'two'", "three"]) == 2
    assert stores.open(7).resume(lambda: ["seed", "{one} 'two'"]) == 2
    assert store.counts().events == 2


def test_a_store_that_holds_other_loads_is_emptied(store: ClickHouseEvents, stores: ClickHouseStores) -> None:
    store.resume(lambda: ["seed"])
    with store.loading(lambda: "seed"):
        store.ingest(captured([["ann", "view", "2026-01-10"]]), NOW)
    again = stores.open(7)
    assert again.resume(lambda: ["another seed"]) == 0
    assert again.counts() == StoreCounts(0, 0, 0)


def test_a_load_that_was_cut_short_is_not_held(store: ClickHouseEvents, stores: ClickHouseStores) -> None:
    store.resume(lambda: ["seed"])

    def cut_short() -> None:
        with store.loading(lambda: "seed"):
            store.ingest(captured([["ann", "view", "2026-01-10"]]), NOW)
            raise KeyError

    with pytest.raises(KeyError):
        cut_short()
    again = stores.open(7)
    assert again.resume(lambda: ["seed"]) == 0
    assert again.counts() == StoreCounts(0, 0, 0)


def test_a_change_is_a_new_revision(store: ClickHouseEvents) -> None:
    before = store.revision
    store.ingest(captured([["ann", "view", "2026-01-10"]]), NOW)
    assert store.revision > before
    assert store.bounds() == (datetime(2026, 1, 10, tzinfo=UTC), datetime(2026, 1, 10, tzinfo=UTC))


def test_a_query_that_takes_too_long_is_stopped_and_the_next_one_is_right(store: ClickHouseEvents) -> None:
    slow = "select count() from numbers(200000) a join numbers(200000) b on a.number % 7 = b.number % 7"
    with pytest.raises(QueryTimeout):
        ask(store, {"kind": "HogQLQuery", "query": slow}, context_of(time_limit_seconds=0.2))
    assert ask(store, {"kind": "HogQLQuery", "query": "select 1 + 1"}).results == [[2]]


def test_what_clickhouse_cannot_run_is_an_error_in_one_line(store: ClickHouseEvents) -> None:
    query = {"kind": "HogQLQuery", "query": "select throwIf(event = 'view') from events"}
    fill(store, [["ann", "view", "2026-01-10"]])
    with pytest.raises(QueryError, match="throwIf") as caught:
        ask(store, query)
    assert "\n" not in caught.value.detail
    assert "DB::Exception" not in caught.value.detail
