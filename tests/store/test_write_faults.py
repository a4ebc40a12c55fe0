"""Whatever a write call does, what was acknowledged is kept, and what was not is nowhere."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from mockserver.store import JournalDocuments, Store
from mockserver.store.storage import Durability

from .faulty_files import KINDS, FaultyFiles
from .test_table import insight

DURABILITIES = get_args(Durability)


def reopened(folder: Path) -> dict[int, bool]:
    """What a restart finds: insights by id, and whether they are favourites."""
    again = Store(JournalDocuments(folder))
    found = {number: row["favorited"] for number, row in again.insights.documents().items()}
    again.close()
    return found


def held(store: Store) -> dict[int, bool]:
    return {number: row["favorited"] for number, row in store.insights.documents().items()}


def attempt(store: Store, number: int) -> None:
    """One change, of two documents where there are two; a failure leaves no trace."""
    before = held(store)
    try:
        with store.transaction():
            store.insights.add(insight(number))
            if number > 1:
                store.insights.amend(min(before, default=number), {"favorited": number % 2 == 0})
    except OSError:
        assert held(store) == before


@pytest.mark.parametrize("durability", ["fsync", "os"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("at", range(6))
def test_a_write_that_fails_is_taken_back_and_later_ones_are_kept(
    tmp_path: Path, durability: Durability, kind: str, at: int
) -> None:
    files = FaultyFiles()
    store = Store(JournalDocuments(tmp_path, durability, files=files))
    files.fail("write", kind, after=at)
    for number in range(1, 7):
        attempt(store, number)
    expected = held(store)
    assert len(expected) >= 5
    store.close()
    assert reopened(tmp_path) == expected


@pytest.mark.parametrize("durability", ["fsync", "os"])
@pytest.mark.parametrize("kind", ["part ENOSPC", "part EIO"])
def test_a_file_that_cannot_be_cut_back_is_written_anew(
    tmp_path: Path, durability: Durability, kind: str
) -> None:
    files = FaultyFiles()
    store = Store(JournalDocuments(tmp_path, durability, files=files))
    attempt(store, 1)
    files.fail("write", kind)
    files.fail("truncate", "EIO")
    for number in range(2, 6):
        attempt(store, number)
    assert set(held(store)) == {1, 3, 4, 5}
    expected = held(store)
    store.close()
    assert reopened(tmp_path) == expected


def test_after_a_failed_fsync_nothing_is_acknowledged_until_a_new_file_is_on_the_device(
    tmp_path: Path,
) -> None:
    files = FaultyFiles()
    store = Store(JournalDocuments(tmp_path, "fsync", files=files))
    attempt(store, 1)
    with files.failing(sync="EIO"):
        attempt(store, 2)
        attempt(store, 3)
    assert set(held(store)) == {1}
    attempt(store, 4)
    assert files.calls["sync_folder"] == 1
    expected = held(store)
    store.close()
    assert reopened(tmp_path) == expected == {1: True, 4: False}


def test_a_full_disk_loses_nothing_and_writing_goes_on_when_there_is_room(tmp_path: Path) -> None:
    files = FaultyFiles()
    store = Store(JournalDocuments(tmp_path, files=files))
    attempt(store, 1)
    with files.failing(write="part ENOSPC"):
        for number in range(2, 5):
            with pytest.raises(OSError, match="No space left"):
                store.insights.add(insight(number))
    assert reopened_while_open(tmp_path) == {1}
    attempt(store, 5)
    store.close()
    assert set(reopened(tmp_path)) == {1, 5}


def reopened_while_open(folder: Path) -> set[int]:
    """What another process would find if this one were killed now."""
    copy = folder / "copy"
    copy.mkdir()
    (copy / "store.journal").write_bytes((folder / "store.journal").read_bytes())
    return set(reopened(copy))


@pytest.mark.parametrize("call", ["open", "write", "sync", "replace", "sync_folder"])
@pytest.mark.parametrize("kind", ["ENOSPC", "EIO"])
def test_a_compaction_that_fails_leaves_everything_as_it_was(tmp_path: Path, call: str, kind: str) -> None:
    files = FaultyFiles()
    store = Store(JournalDocuments(tmp_path, files=files))
    for number in range(1, 6):
        attempt(store, number)
    with files.failing(**{call: kind}), pytest.raises(OSError):  # noqa: PT011
        store.compact()
    expected = held(store)
    assert reopened_while_open(tmp_path) == set(expected)
    attempt(store, 6)
    expected = held(store)
    store.close()
    assert not (tmp_path / "store.new").exists()
    assert reopened(tmp_path) == expected


@pytest.mark.parametrize("call", ["open", "write", "sync", "replace", "sync_folder"])
def test_a_compaction_that_fails_in_the_background_is_not_noticed_by_writers(
    tmp_path: Path, call: str
) -> None:
    files = FaultyFiles()
    journal = JournalDocuments(tmp_path, files=files, compact_above=4_000)
    store = Store(journal)
    store.insights.add(insight(1))
    passing = 1 if call == "write" else 0
    while (tmp_path / "store.journal").stat().st_size + 600 < 4_000:
        store.insights.amend(1, {"favorited": True})
    files.fail(call, "EIO", after=passing)
    for number in range(2, 12):
        store.insights.add(insight(number))
        journal.wait()
    expected = held(store)
    assert set(expected) == set(range(1, 12))
    store.close()
    assert reopened(tmp_path) == expected


@pytest.mark.parametrize("durability", DURABILITIES)
def test_every_durability_keeps_everything_over_an_orderly_end(
    tmp_path: Path, durability: Durability
) -> None:
    store = Store(JournalDocuments(tmp_path, durability))
    for number in range(1, 40):
        attempt(store, number)
    expected = held(store)
    store.close()
    assert reopened(tmp_path) == expected


def test_without_durability_a_full_disk_is_told_when_the_buffer_is_written(tmp_path: Path) -> None:
    files = FaultyFiles()
    store = Store(JournalDocuments(tmp_path, "none", files=files))
    big = {"text": "x" * 100_000}
    store.insights.add(insight(1, filters=big))
    with files.failing(write="ENOSPC"), pytest.raises(OSError, match="No space left"):  # noqa: PT012
        for number in range(2, 5):
            store.insights.add(insight(number, filters=big))
    expected = held(store)
    assert set(expected) == {1, 2}
    store.insights.add(insight(9))
    store.close()
    assert set(reopened(tmp_path)) == {1, 2, 9}
