"""Filling, keeping and copying an event store."""

from __future__ import annotations

from array import array
from pathlib import Path
from typing import Any

import pytest

from mockserver.analytics.columns import Coded, EventColumns, PersonColumns
from mockserver.analytics.events import EventStore
from mockserver.analytics.interface import StoreCounts
from mockserver.analytics.storage import MOST_COLUMNS
from tests.analytics.building import NOW, ask, context_of, node, store_of

UUIDS = ["00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"]
AT = 1_768_000_000_000_000  # 2026-01-09 23:06:40


def people() -> PersonColumns:
    return PersonColumns([["ann", "phone"], ["bob"]], UUIDS, [AT, AT], {"email": ["a@x.com", None]})


def events(**properties: Any) -> EventColumns:
    return EventColumns(
        event=Coded(["view", "pay"], array("B", [0, 1, 0])),
        timestamp=array("q", [AT, AT + 1, AT + 2]),
        person=[0, 0, 1],
        properties=properties,
    )


def rows_of(store: EventStore, text: str) -> Any:
    return ask(store, {"kind": "HogQLQuery", "query": text}).results


def test_columns_are_loaded_with_the_people_behind_them() -> None:
    store = EventStore()
    store.load_columns(people(), events(plan=["a", None, "b"]))
    assert store.counts() == StoreCounts(events=3, persons=2, distinct_ids=3)
    text = (
        "select event, distinct_id, person_id, properties.plan, person.properties.email from events "
        "order by timestamp"
    )
    assert rows_of(store, text) == [
        ["view", "ann", UUIDS[0], "a", "a@x.com"],
        ["pay", "ann", UUIDS[0], None, "a@x.com"],
        ["view", "bob", UUIDS[1], "b", None],
    ]


def test_properties_come_back_as_they_went_in() -> None:
    store = EventStore()
    mixed = [1, "1", True]
    nested = [{"a": [1, {"b": None}]}, [1, 2], None]
    store.load_columns(
        people(), events(mixed=mixed, nested=nested, number=[1.5, 2, None], text=["", "ü'\"\\", None])
    )
    rows: Any = ask(
        store, {"kind": "EventsQuery", "select": ["*"], "after": "all", "orderBy": ["timestamp"]}
    ).results
    assert [row[0]["properties"] for row in rows] == [
        {"mixed": 1, "nested": {"a": [1, {"b": None}]}, "number": 1.5, "text": ""},
        {"mixed": "1", "nested": [1, 2], "number": 2, "text": "ü'\"\\"},
        {"mixed": True},
    ]


def test_a_value_reads_as_text_whatever_its_type() -> None:
    store = EventStore()
    store.load_columns(people(), events(mixed=[1, "x", True]))
    assert rows_of(store, "select properties.mixed from events order by timestamp") == [
        ["1"],
        ["x"],
        ["true"],
    ]


def test_more_properties_than_columns_are_kept_all_the_same() -> None:
    store = EventStore()
    many = {f"p{place}": [place, None, f"v{place}"] for place in range(MOST_COLUMNS + 5)}
    store.load_columns(people(), events(**many))
    last = f"p{MOST_COLUMNS + 4}"
    assert last not in store.event_properties
    assert rows_of(store, f"select properties.{last} from events order by timestamp") == [
        [str(MOST_COLUMNS + 4)],
        [None],
        [f"v{MOST_COLUMNS + 4}"],
    ]
    query = {
        "kind": "TrendsQuery",
        "series": [node(None)],
        "dateRange": {"date_from": "all"},
        "properties": [{"key": last, "value": [MOST_COLUMNS + 4]}],
    }
    results: Any = ask(store, query).results
    assert results[0]["count"] == 1


def test_names_that_differ_in_case_only_stay_apart() -> None:
    store = EventStore()
    store.load_columns(people(), events(Plan=["a", "a", "a"], plan=["b", "b", "b"]))
    assert rows_of(store, "select properties.Plan, properties.plan from events limit 1") == [["a", "b"]]


def test_events_may_name_ids_nobody_has() -> None:
    store = EventStore()
    columns = EventColumns(event=["view"] * 3, timestamp=[AT] * 3, distinct_id=["x", "y", "x"])
    store.load_columns(None, columns)
    store.load_columns(None, EventColumns(event=["view"], timestamp=[AT], distinct_id=["y"]))
    query = {
        "kind": "TrendsQuery",
        "series": [node("view", math="dau")],
        "dateRange": {"date_from": "all"},
        "trendsFilter": {"display": "BoldNumber"},
    }
    results: Any = ask(store, query).results
    assert results[0]["aggregated_value"] == 2
    assert store.counts() == StoreCounts(events=4, persons=0, distinct_ids=2)


def test_a_load_that_fails_leaves_nothing_behind() -> None:
    store = EventStore()
    with pytest.raises(ValueError, match="2 values for 3 rows"):
        store.load_columns(people(), events(plan=["a", "b"]))
    assert store.counts() == StoreCounts(0, 0, 0)
    store.load_columns(people(), events(plan=["a", "b", "c"]))
    assert store.counts().events == 3


def test_many_rows_cross_the_files_row_groups() -> None:
    size = 250_000
    store = EventStore()
    codes = array("H", [place % 500 for place in range(size)])
    columns = EventColumns(
        event=Coded([f"e{place}" for place in range(500)], codes),
        timestamp=array("q", range(AT, AT + size)),
        distinct_id=[f"id{place}" for place in range(size)],
    )
    store.load_columns(None, columns)
    assert rows_of(store, "select count(), uniq(distinct_id), countIf(event = 'e499') from events") == [
        [size, size, 500]
    ]


def test_a_store_on_disk_is_there_again_after_closing(tmp_path: Path) -> None:
    store = EventStore(tmp_path / "events.duckdb")
    store.load_columns(people(), events(plan=["a", None, "b"]))
    store.close()
    again = EventStore(tmp_path / "events.duckdb")
    assert rows_of(again, "select count() from events where properties.plan = 'b'") == [[1]]
    again.load_columns(None, EventColumns(event=["late"], timestamp=[AT + 9], distinct_id=["bob"]))
    assert rows_of(again, "select person_id from events where event = 'late'") == [[UUIDS[1]]]
    again.close()


def test_a_fork_goes_its_own_way() -> None:
    store = EventStore()
    store.load_columns(people(), events(plan=["a", None, "b"]))
    twin = store.fork()
    twin.ingest([{"event": "new", "distinct_id": "ann", "properties": {"more": 1}}], NOW)
    assert (store.counts().events, twin.counts().events) == (3, 4)
    assert rows_of(
        twin, "select count() from events where properties.plan = 'a' or properties.more = '1'"
    ) == [[2]]


def test_an_empty_store_forks_too() -> None:
    assert EventStore().fork().counts() == StoreCounts(0, 0, 0)


def test_what_was_saved_can_be_restored_over_something_else(tmp_path: Path) -> None:
    store = EventStore()
    store.load_columns(people(), events(plan=["a", None, "b"]))
    store.save(tmp_path / "snapshot")
    store.ingest([{"event": "later", "distinct_id": "zed", "properties": {"extra": "x"}}], NOW)
    before = store.revision
    store.restore(tmp_path / "snapshot")
    assert store.counts() == StoreCounts(3, 2, 3)
    assert "extra" not in store.event_properties
    assert store.revision > before


def test_clearing_forgets_everything() -> None:
    store = store_of([["ann", "view", "2026-01-10", {"a": 1}]])
    store.clear()
    assert store.counts() == StoreCounts(0, 0, 0)
    assert dict(store.event_properties) == {}
    assert store.bounds() is None


def test_each_change_has_a_revision_of_its_own() -> None:
    store = EventStore()
    first = store.revision
    store.ingest([{"event": "view", "distinct_id": "ann"}], NOW)
    assert store.revision > first


def test_a_queries_moment_is_that_of_its_context() -> None:
    store = store_of([["ann", "view", "2026-01-10 10:00"]])
    assert rows_of(store, "select now()") == [["2026-01-14T12:00:00Z"]]
    results = ask(store, {"kind": "HogQLQuery", "query": "select now()"}, context_of("2027-01-01")).results
    assert results == [["2027-01-01T00:00:00Z"]]
