"""Two stores on one database: each sees what the other keeps, and neither loses anything of the other's."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event, Thread
from typing import Any, cast

import pytest

from mockserver.store import Contents, SharedStore, StoreUnavailable
from mockserver.store.schema import SCHEMA
from tests.store.homes import DatabaseHome
from tests.store.test_table import insight

from .cluster import Cluster

pytestmark = pytest.mark.postgres


@pytest.fixture
def home(cluster: Cluster) -> DatabaseHome:
    return DatabaseHome(cluster.new_database())


@pytest.fixture
def both(home: DatabaseHome) -> Iterator[tuple[SharedStore, SharedStore]]:
    one, other = home.open(), home.open()
    yield one, other
    one.close()
    other.close()


Both = tuple[SharedStore, SharedStore]


def numbers(store: SharedStore) -> dict[int, Any]:
    """The insights that a store holds now, by id, with their names."""
    store.catch_up()
    return {number: row["name"] for number, row in sorted(store.insights.documents().items())}


def test_what_one_adds_changes_and_drops_the_other_sees(both: Both) -> None:
    one, other = both
    one.insights.add(insight(1, tags=["a"]))
    other.catch_up()
    assert other.insights.find_ids("tag", (1, "a")) == [1]
    other.insights.amend(1, {"tags": ["b"]})
    one.catch_up()
    assert one.insights.find_ids("tag", (1, "b")) == [1]
    assert one.insights.find_ids("tag", (1, "a")) == []
    one.insights.drop(1)
    assert numbers(other) == {}
    assert other.insights.find_ids("tag", (1, "b")) == []


def test_a_transaction_is_seen_whole_or_not_at_all(both: Both) -> None:
    one, other = both
    with one.transaction():
        one.insights.add(insight(1))
        one.insights.add(insight(2))
        assert numbers(other) == {}
    assert set(numbers(other)) == {1, 2}
    with pytest.raises(ZeroDivisionError), one.transaction():  # noqa: PT012
        one.insights.drop(1)
        raise ZeroDivisionError
    assert set(numbers(other)) == {1, 2}


def test_a_key_may_move_from_one_document_to_another(both: Both) -> None:
    one, other = both
    one.insights.add(insight(1, short_id="a"))
    one.insights.add(insight(2, short_id="b"))
    other.catch_up()
    with one.transaction():
        one.insights.amend(1, {"short_id": "c"})
        one.insights.amend(2, {"short_id": "a"})
        one.insights.amend(1, {"short_id": "b"})
    other.catch_up()
    assert other.insights.find_ids("short_id", (1, "a")) == [2]
    assert other.insights.find_ids("short_id", (1, "b")) == [1]


def test_an_id_is_given_once_by_all_of_them(both: Both) -> None:
    one, other = both
    given = [store.insights.new_id() for _ in range(5) for store in both]
    assert given == list(range(1, 11))
    one.insights.add(insight(99))
    assert other.insights.new_id() == 100


def test_changes_of_what_was_read_at_the_same_time_are_all_there(both: Both) -> None:
    both[0].insights.add(insight(1, filters={"count": 0}))

    def counting(store: SharedStore) -> None:
        def count() -> None:
            held = store.insights.fetch(1)
            assert held is not None
            store.insights.amend(1, {"filters": {"count": cast("int", held["filters"]["count"]) + 1}})

        store.catch_up()
        for _ in range(50):
            store.run(count)

    threads = [Thread(target=counting, args=(store,)) for store in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for store in both:
        store.catch_up()
        held = store.insights.fetch(1)
        assert held is not None
        assert held["filters"] == {"count": 100}


def test_work_on_what_is_old_is_begun_anew_before_it_has_changed_anything(both: Both) -> None:
    one, other = both
    one.insights.add(insight(1, name="first"))
    other.catch_up()
    one.insights.amend(1, {"name": "second"})
    seen: list[Any] = []

    def work() -> None:
        held = other.insights.fetch(1)
        assert held is not None
        seen.append(held["name"])
        other.insights.amend(1, {"name": f"{held['name']}, third"})

    other.run(work)
    assert seen == ["first", "second"]
    assert numbers(one) == {1: "second, third"}


def test_work_that_only_reads_asks_the_database_nothing(both: Both, cluster: Cluster) -> None:
    one, other = both
    one.insights.add(insight(1))
    other.catch_up()
    one.insights.drop(1)
    assert other.run(lambda: other.insights.fetch(1)) is not None


def test_an_error_keeps_what_was_kept_before_it(both: Both) -> None:
    one, other = both

    def work() -> None:
        one.insights.add(insight(1))
        with one.transaction():
            one.insights.add(insight(2))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        one.run(work)
    assert set(numbers(one)) == set(numbers(other)) == {1}


def test_while_one_computes_the_other_may_change_things(both: Both) -> None:
    one, other = both
    one.insights.add(insight(1, name="before"))

    def work() -> Any:
        one.insights.amend(1, {"name": "begun"})
        with one.unlocked():
            other.run(lambda: other.insights.amend(1, {"name": "changed meanwhile"}))
        held = one.insights.fetch(1)
        assert held is not None
        one.insights.amend(1, {"name": f"{held['name']}, done"})

    other.catch_up()
    one.run(work)
    assert numbers(other) == {1: "changed meanwhile, done"}


def test_whoever_changes_something_keeps_others_from_it_until_it_is_done(both: Both) -> None:
    one, other = both
    order: list[str] = []
    is_begun = Event()

    def slow() -> None:
        one.insights.add(insight(1))
        is_begun.set()
        thread.join(0.3)
        order.append("one")

    def quick() -> None:
        is_begun.wait()
        other.insights.add(insight(2))
        order.append("other")

    thread = Thread(target=quick)
    thread.start()
    one.run(slow)
    thread.join()
    assert order == ["one", "other"]


def test_what_is_put_in_place_as_a_whole_the_others_hold_too(both: Both) -> None:
    one, other = both
    told: list[tuple[frozenset[str], bool]] = []
    other.on_news = lambda changed, is_whole: told.append((changed, is_whole))
    one.insights.add(insight(1))
    other.catch_up()
    one.replace(Contents({"insights": {5: insight(5)}}, {"insights": 7}))
    assert set(numbers(other)) == {5}
    assert other.insights.new_id() == 8
    assert told == [(frozenset(["insights"]), False), (frozenset(["insights"]), True)]


def test_a_store_that_is_replaced_within_work_goes_on(both: Both) -> None:
    one, other = both
    one.insights.add(insight(1))

    def work() -> None:
        one.replace(Contents({"insights": {2: insight(2)}}, {}))
        one.insights.amend(2, {"name": "after"})

    one.run(work)
    assert numbers(one) == numbers(other) == {2: "after"}


def test_rows_of_what_is_gone_go_when_there_are_more_of_them_than_others(
    home: DatabaseHome, cluster: Cluster
) -> None:
    store, other = home.open(), home.open()
    for number in range(1, 6):
        store.insights.add(insight(number))
    other.catch_up()
    for number in range(1, 5):
        store.insights.drop(number)
    database = home.address.rsplit("/", 1)[1]
    rows = "select count(*) from mockserver.documents"
    assert cluster.run(rows, database) == [(5,)]
    third = home.open()
    assert cluster.run(rows, database) == [(1,)]
    assert numbers(third) == numbers(other) == {5: None}
    assert third.insights.new_id() == 6
    for each in (store, other, third):
        each.close()


def test_the_database_has_each_index_of_the_store_and_refuses_taken_keys_itself(
    both: Both, home: DatabaseHome, cluster: Cluster
) -> None:
    import psycopg

    one, _ = both
    one.insights.add(insight(1))
    database = home.address.rsplit("/", 1)[1]
    found = cluster.run("select indexname from pg_indexes where schemaname = 'mockserver'", database)
    names = {name for (name,) in found}
    assert {f"{kind}_{name}_key" for kind, rules in SCHEMA.items() for name in rules} <= names
    copied = "insert into mockserver.documents select kind, 2, document, revision from mockserver.insights"
    with pytest.raises(psycopg.errors.ExclusionViolation, match="insights_short_id_key"):
        cluster.run(copied, database)


def test_a_long_key_is_no_trouble_for_an_index(both: Both) -> None:
    one, other = both
    text = "".join(map(str, range(5000)))
    one.jobs.add({"id": 1, "project_id": 1, "query_id": text, "cache_key": "k", **ENDED})  # type: ignore[typeddict-item]
    other.catch_up()
    assert other.jobs.find_ids("query_id", (1, text)) == [1]


ENDED = {"result_key": "k", "forced_state": None}


def end_connections(cluster: Cluster, home: DatabaseHome) -> None:
    """What an administrator or a restart does to the connections of a database."""
    cluster.end_connections(home.address.rsplit("/", 1)[1])


def test_a_connection_that_is_lost_between_two_requests_is_made_again(
    both: Both, cluster: Cluster, home: DatabaseHome
) -> None:
    one, other = both
    one.insights.add(insight(1))
    end_connections(cluster, home)
    one.insights.amend(1, {"name": "after"})
    assert numbers(other) == {1: "after"}


def test_a_connection_that_is_lost_within_a_change_loses_that_change_here_and_there(
    both: Both, cluster: Cluster, home: DatabaseHome
) -> None:
    one, other = both
    one.insights.add(insight(1, name="before"))

    def work() -> None:
        one.insights.amend(1, {"name": "first half"})
        end_connections(cluster, home)
        one.insights.amend(1, {"name": "second half"})

    with pytest.raises(StoreUnavailable):
        one.run(work)
    held = one.insights.fetch(1)
    assert held is not None
    assert held["name"] == "before"
    assert numbers(one) == numbers(other) == {1: "before"}
    one.insights.amend(1, {"name": "after"})
    assert numbers(other) == {1: "after"}


def test_a_replacement_that_is_lost_leaves_what_was_there(
    both: Both, cluster: Cluster, home: DatabaseHome
) -> None:
    one, other = both
    one.insights.add(insight(1))

    def work() -> None:
        one.replace(Contents({"insights": {2: insight(2)}}, {}))
        end_connections(cluster, home)

    with pytest.raises(StoreUnavailable):
        one.run(work)
    assert set(numbers(one)) == set(numbers(other)) == {1}


def test_work_after_a_lost_change_within_the_same_work_is_refused(
    both: Both, cluster: Cluster, home: DatabaseHome
) -> None:
    one, other = both

    def work() -> None:
        one.insights.add(insight(1))
        end_connections(cluster, home)
        with pytest.raises(StoreUnavailable):
            one.insights.add(insight(2))
        one.insights.add(insight(3))

    with pytest.raises(StoreUnavailable, match="an earlier change could not be kept"):
        one.run(work)
    assert numbers(one) == numbers(other) == {}
