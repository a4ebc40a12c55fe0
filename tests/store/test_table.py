"""A table of documents: TinyDB's own ways, and ours beside them."""

from __future__ import annotations

from typing import Any

import pytest
from tinydb import where

from mockserver.store import DuplicateKeyError, Store

MOMENT = "2026-01-01T00:00:00.000000Z"


def insight(number: int, **fields: Any) -> Any:
    """An insight document."""
    return {
        "id": number,
        "project_id": 1,
        "short_id": f"short{number}",
        "name": None,
        "derived_name": None,
        "description": None,
        "query": None,
        "filters": {},
        "order": None,
        "deleted": False,
        "saved": True,
        "favorited": False,
        "is_sample": False,
        "tags": [],
        "created_at": MOMENT,
        "created_by": 1,
        "updated_at": MOMENT,
        "last_modified_at": MOMENT,
        "last_modified_by": 1,
        **fields,
    }


def test_tinydb_finds_what_was_added(store: Store) -> None:
    store.insights.add(insight(1))
    store.insights.add(insight(2, favorited=True))
    assert [row["id"] for row in store.insights.search(where("favorited") == True)] == [2]  # noqa: E712
    assert store.insights.get(doc_id=1)["short_id"] == "short1"
    assert len(store.insights) == 2


def test_tinydb_updates_and_removes_bring_the_indexes_along(store: Store) -> None:
    for number in (1, 2, 3):
        store.insights.add(insight(number))
    store.insights.update({"tags": ["a"]}, doc_ids=[2])
    store.insights.remove(doc_ids=[3])
    assert store.insights.find_ids("tag", (1, "a")) == [2]
    assert store.insights.find_ids("project", 1) == [1, 2]


def test_tinydb_inserts_get_the_next_id(store: Store) -> None:
    store.insights.add(insight(7))
    assert store.insights.insert(insight(8)) == 8


def test_a_reader_keeps_the_document_it_fetched(store: Store) -> None:
    store.insights.add(insight(1))
    before = store.insights.fetch(1)
    store.insights.amend(1, {"favorited": True})
    assert before is not None
    assert before["favorited"] is False


def test_an_id_is_never_given_twice(store: Store) -> None:
    first = store.insights.new_id()
    store.insights.add(insight(first))
    store.insights.drop(first)
    assert store.insights.new_id() == first + 1


def test_a_taken_unique_key_is_refused_and_changes_nothing(store: Store) -> None:
    store.insights.add(insight(1))
    store.insights.add(insight(2))
    with pytest.raises(DuplicateKeyError):
        store.insights.amend(2, {"short_id": "short1", "tags": ["moved"]})
    assert store.insights.find_ids("short_id", (1, "short2")) == [2]
    assert store.insights.find_ids("short_id", (1, "short1")) == [1]
    assert store.insights.find_ids("tag", (1, "moved")) == []
    assert [row["id"] for row in store.insights.page("listed", 1)] == [1, 2]


def test_a_page_is_in_the_order_of_its_index(store: Store) -> None:
    for number, order in ((1, None), (2, 5), (3, 1), (4, None)):
        store.insights.add(insight(number, order=order))
    assert [row["id"] for row in store.insights.page("listed", 1)] == [3, 2, 1, 4]
    assert [row["id"] for row in store.insights.page("listed", 1, 1, 3)] == [2, 1]
    assert [row["id"] for row in store.insights.page("listed", 1, 0, 2, reverse=True)] == [4, 1]
    assert store.insights.page("listed", 1, 9, 12) == []
    assert store.insights.page("listed", 99) == []


def test_a_deleted_document_leaves_the_indexes_of_the_living(store: Store) -> None:
    store.insights.add(insight(1, tags=["a"]))
    store.insights.amend(1, {"deleted": True})
    assert store.insights.tally("listed", 1) == 0
    assert store.insights.tally("tag", (1, "a")) == 0
    assert store.insights.tally("project", 1) == 1


def test_changing_an_unknown_document_is_a_key_error(store: Store) -> None:
    with pytest.raises(KeyError):
        store.insights.amend(5, {"favorited": True})
    store.insights.drop(5)
