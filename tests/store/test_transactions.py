"""Changes that belong together are kept together, in memory and on disk."""

from __future__ import annotations

from pathlib import Path
from threading import Thread
from typing import cast

import pytest

from mockserver.errors import StartError
from mockserver.store import Contents, JournalDocuments, Store

from .homes import Home
from .test_table import insight


def test_an_exception_undoes_the_whole_transaction(store: Store) -> None:
    store.insights.add(insight(1))
    with pytest.raises(ZeroDivisionError), store.transaction():  # noqa: PT012
        store.insights.amend(1, {"favorited": True})
        store.insights.add(insight(2))
        store.insights.drop(1)
        raise ZeroDivisionError
    assert store.insights.fetch(1) == insight(1)
    assert store.insights.fetch(2) is None
    assert store.insights.find_ids("favorited", (1, False)) == [1]


def test_an_inner_transaction_belongs_to_the_outer_one(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction():  # noqa: PT012
        with store.transaction():
            store.insights.add(insight(1))
        raise ZeroDivisionError
    assert store.insights.fetch(1) is None


def test_nothing_long_may_run_inside_a_transaction(store: Store) -> None:
    with store.locked(), store.transaction(), pytest.raises(RuntimeError), store.unlocked():
        pass


def test_what_was_kept_is_there_after_a_restart(home: Home) -> None:
    store = home.open()
    store.insights.add(insight(1))
    store.insights.add(insight(2))
    store.insights.amend(1, {"tags": ["kept"]})
    store.insights.drop(2)
    store.close()
    again = home.open()
    assert again.insights.find_ids("tag", (1, "kept")) == [1]
    assert again.insights.fetch(2) is None
    assert again.insights.new_id() == 3
    again.close()


def test_what_was_undone_is_not_kept(home: Home) -> None:
    store = home.open()
    with pytest.raises(ZeroDivisionError), store.transaction():  # noqa: PT012
        store.insights.add(insight(1))
        raise ZeroDivisionError
    store.close()
    again = home.open()
    assert again.insights.fetch(1) is None
    again.close()


def test_what_is_replaced_is_gone_and_what_takes_its_place_is_kept(home: Home) -> None:
    store = home.open()
    store.insights.add(insight(1))
    store.insights.add(insight(2))
    store.replace(Contents({"insights": {2: insight(2, name="other"), 3: insight(3)}}, {"insights": 9}))
    store.close()
    again = home.open()
    names = {number: row["name"] for number, row in again.insights.documents().items()}
    assert names == {2: "other", 3: None}
    assert again.insights.new_id() == 10
    again.close()


def test_work_is_done_while_nothing_else_changes(store: Store) -> None:
    store.insights.add(insight(1, filters={"count": 0}))

    def count() -> None:
        held = store.insights.fetch(1)
        assert held is not None
        store.insights.amend(1, {"filters": {"count": cast("int", held["filters"]["count"]) + 1}})

    def counting() -> None:
        for _ in range(20):
            store.run(count)

    threads = [Thread(target=counting) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = store.insights.fetch(1)
    assert held is not None
    assert held["filters"] == {"count": 80}


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ue000", "\ue0000", "\ue000e\0", "\\u0000", "é\U0001f600"])
def test_any_text_is_kept_as_it_is(home: Home, text: str) -> None:
    store = home.open()
    store.insights.add(insight(1, name=text, filters={text: [text]}))
    store.close()
    again = home.open()
    assert again.insights.fetch(1) == insight(1, name=text, filters={text: [text]})
    again.close()


@pytest.mark.parametrize("number", [0, -1, 2**63 - 1, 1.5, -0.25, 1e-300, 1e22, 1e300])
def test_any_number_is_kept_as_it_is(home: Home, number: float) -> None:
    store = home.open()
    store.insights.add(insight(1, filters={"number": number}))
    store.close()
    again = home.open()
    held = again.insights.fetch(1)
    assert held is not None
    assert held["filters"]["number"] == number
    again.close()


def test_compacting_keeps_every_document_and_the_ids(tmp_path: Path) -> None:
    store = Store(JournalDocuments(tmp_path))
    for number in range(1, 51):
        store.insights.add(insight(number))
    for number in range(1, 51):
        store.insights.amend(number, {"favorited": True})
    store.insights.drop(50)
    before = (tmp_path / "store.journal").stat().st_size
    store.compact()
    assert (tmp_path / "store.journal").stat().st_size < before
    store.insights.amend(1, {"favorited": False})
    store.close()
    again = Store(JournalDocuments(tmp_path))
    assert len(again.insights.documents()) == 49
    assert again.insights.new_id() == 51
    assert again.insights.find_ids("favorited", (1, False)) == [1]
    again.close()


def test_a_torn_last_line_is_cut_and_the_rest_is_there(tmp_path: Path) -> None:
    store = Store(JournalDocuments(tmp_path))
    store.insights.add(insight(1))
    store.insights.add(insight(2))
    store.close()
    journal = tmp_path / "store.journal"
    journal.write_bytes(journal.read_bytes()[:-20])
    again = Store(JournalDocuments(tmp_path))
    assert again.cut_bytes > 0
    assert list(again.insights.documents()) == [1]
    again.insights.add(insight(3))
    again.close()
    third = Store(JournalDocuments(tmp_path))
    assert list(third.insights.documents()) == [1, 3]
    third.close()


def test_a_damaged_line_before_the_last_refuses_to_start_and_says_where(tmp_path: Path) -> None:
    store = Store(JournalDocuments(tmp_path))
    for number in (1, 2, 3):
        store.insights.add(insight(number))
    store.close()
    journal = tmp_path / "store.journal"
    lines = journal.read_bytes().splitlines(keepends=True)
    lines[2] = lines[2].replace(b"short2", b"shorty")
    journal.write_bytes(b"".join(lines))
    with pytest.raises(StartError, match=r"damaged at line 3 \(byte \d+\): checksum"):
        Store(JournalDocuments(tmp_path))


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    import zlib

    body = b'{"format":99,"last_ids":{}}'
    (tmp_path / "store.journal").write_bytes(b"%08x %s\n" % (zlib.crc32(body), body))
    with pytest.raises(StartError, match="has format 99; this version reads format 2"):
        Store(JournalDocuments(tmp_path))


def test_a_second_process_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    store = Store(JournalDocuments(tmp_path))
    with pytest.raises(StartError, match="in use by another mockserver"):
        JournalDocuments(tmp_path)
    store.close()


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("")
    with pytest.raises(StartError, match="cannot use data folder"):
        JournalDocuments(path)
