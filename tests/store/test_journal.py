"""The journal's file: where it is cut, where it is refused, how it is brought to a new format, its size."""

from __future__ import annotations

import subprocess
import sys
import zlib
from pathlib import Path

import orjson
import pytest

from mockserver.errors import StartError
from mockserver.store import JournalDocuments, Store
from mockserver.store.journal_lines import Flaw, encode, read_lines

from .test_table import insight


def written(folder: Path, count: int) -> Path:
    """A journal of `count` insights, one a line after the header."""
    store = Store(JournalDocuments(folder))
    for number in range(1, count + 1):
        store.insights.add(insight(number))
    store.close()
    return folder / "store.journal"


def found_in(folder: Path) -> list[int]:
    store = Store(JournalDocuments(folder))
    found = list(store.insights.documents())
    store.close()
    return found


def test_a_journal_cut_at_any_byte_keeps_every_whole_line(tmp_path: Path) -> None:
    whole = written(tmp_path / "whole", 3).read_bytes()
    ends = [at + 1 for at, byte in enumerate(whole) if byte == ord("\n")]
    for length in range(0, len(whole) + 1, 7):
        folder = tmp_path / str(length)
        folder.mkdir()
        (folder / "store.journal").write_bytes(whole[:length])
        complete = sum(1 for end in ends if end <= length)
        assert found_in(folder) == list(range(1, complete))
        assert found_in(folder) == list(range(1, complete))


def test_what_was_cut_off_is_kept_aside_and_reported(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journal = written(tmp_path, 2)
    whole = journal.read_bytes()
    journal.write_bytes(whole[:-20])
    caplog.set_level("WARNING", "mockserver.store")
    assert found_in(tmp_path) == [1]
    last = whole.splitlines(keepends=True)[-1]
    assert (tmp_path / "store.journal.torn").read_bytes() == last[:-20]
    assert f"ended in {len(last) - 20} bytes" in caplog.text


def test_zeros_after_the_last_line_are_a_torn_end(tmp_path: Path) -> None:
    journal = written(tmp_path, 2)
    journal.write_bytes(journal.read_bytes() + bytes(5000))
    assert found_in(tmp_path) == [1, 2]


def test_a_hole_in_the_last_line_is_a_torn_end(tmp_path: Path) -> None:
    journal = written(tmp_path, 2)
    whole = bytearray(journal.read_bytes())
    whole[-60:-30] = bytes(30)
    journal.write_bytes(whole)
    assert found_in(tmp_path) == [1]


def test_any_changed_byte_of_a_whole_line_is_refused_and_named(tmp_path: Path) -> None:
    journal = written(tmp_path, 3)
    whole = journal.read_bytes()
    for at in range(0, len(whole) - 1, 11):
        changed = bytearray(whole)
        changed[at] ^= 0x01
        journal.write_bytes(changed)
        line = whole[:at].count(b"\n") + 1
        with pytest.raises(StartError, match=rf"damaged at line {line} \(byte \d+\)"):
            Store(JournalDocuments(tmp_path))


@pytest.mark.parametrize("missing", [1, 2])
def test_a_missing_line_is_missed(tmp_path: Path, missing: int) -> None:
    journal = written(tmp_path, 4)
    lines = journal.read_bytes().splitlines(keepends=True)
    del lines[2 : 2 + missing]
    journal.write_bytes(b"".join(lines))
    with pytest.raises(StartError, match=f"damaged at line 3 .*: {missing} lines are missing before it"):
        Store(JournalDocuments(tmp_path))


def test_a_line_written_twice_is_out_of_order(tmp_path: Path) -> None:
    journal = written(tmp_path, 3)
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join([*lines[:2], lines[1], *lines[2:]]))
    with pytest.raises(StartError, match=r"damaged at line 3 .*: the line is out of order"):
        Store(JournalDocuments(tmp_path))


@pytest.mark.parametrize("content", [b"hello\n", b"hello\nworld", b"\x00\n\x00\n"])
def test_a_foreign_file_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    journal = tmp_path / "store.journal"
    journal.write_bytes(content)
    with pytest.raises(StartError, match="is not a journal of mockserver"):
        Store(JournalDocuments(tmp_path))
    assert journal.read_bytes() == content


def test_a_journal_without_its_header_is_refused(tmp_path: Path) -> None:
    (tmp_path / "store.journal").write_bytes(encode(0, [["insights", 1, {}]]))
    with pytest.raises(StartError, match="it has no header"):
        Store(JournalDocuments(tmp_path))


def first_format(folder: Path, *values: object) -> None:
    """A journal as the first format had it: no numbers."""
    bodies = [orjson.dumps(value) for value in values]
    lines = [b"%08x %s\n" % (zlib.crc32(body), body) for body in bodies]
    (folder / "store.journal").write_bytes(b"".join(lines))


def test_a_journal_of_the_first_format_is_brought_to_the_present_one(tmp_path: Path) -> None:
    first_format(
        tmp_path,
        {"format": 1, "last_ids": {"insights": 7}},
        [["insights", 1, insight(1)], ["insights", 2, insight(2)]],
        [["insights", 2, None]],
    )
    before = (tmp_path / "store.journal").read_bytes()
    store = Store(JournalDocuments(tmp_path))
    assert list(store.insights.documents()) == [1]
    assert store.insights.new_id() == 8
    store.insights.add(insight(8))
    store.close()
    assert (tmp_path / "store.journal.format-1").read_bytes() == before
    assert found_in(tmp_path) == [1, 8]
    with (tmp_path / "store.journal").open("rb") as file:
        assert [found.number for found in read_lines(file) if not isinstance(found, Flaw)] == [0, 1, 2]


def test_a_torn_journal_of_the_first_format_is_brought_over_too(tmp_path: Path) -> None:
    first_format(tmp_path, {"format": 1, "last_ids": {}}, [["insights", 1, insight(1)]])
    with (tmp_path / "store.journal").open("ab") as file:
        file.write(b'12345678 [["insights", 2')
    assert found_in(tmp_path) == [1]
    assert found_in(tmp_path) == [1]


def test_the_second_process_is_told_which_one_has_the_folder(tmp_path: Path) -> None:
    store = Store(JournalDocuments(tmp_path))
    script = (
        f"from mockserver.store import *; from pathlib import Path; JournalDocuments(Path({str(tmp_path)!r}))"
    )
    other = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    store.close()
    assert "in use by another mockserver (process " in other.stderr
    assert other.returncode == 1


def test_the_file_stays_within_a_multiple_of_what_it_holds(tmp_path: Path) -> None:
    journal = JournalDocuments(tmp_path, compact_above=20_000)
    store = Store(journal)
    for number in range(1, 11):
        store.insights.add(insight(number))
    largest = 0
    for turn in range(500):
        store.insights.amend(turn % 10 + 1, {"favorited": turn % 2 == 0, "name": f"turn {turn}"})
        journal.wait()
        largest = max(largest, journal.path.stat().st_size)
    expected = dict(store.insights.documents())
    store.close()
    assert largest < 30_000
    again = Store(JournalDocuments(tmp_path))
    assert again.insights.documents() == expected
    again.close()


def test_changes_made_while_the_file_is_compacted_are_in_the_new_one(tmp_path: Path) -> None:
    journal = JournalDocuments(tmp_path, compact_above=50_000)
    store = Store(journal)
    for number in range(1, 2001):
        store.insights.add(insight(number))
        if number > 1:
            store.insights.amend(number - 1, {"name": f"after {number}"})
    journal.wait()
    expected = dict(store.insights.documents())
    store.close()
    again = Store(JournalDocuments(tmp_path))
    assert again.insights.documents() == expected
    assert not (tmp_path / "store.new").exists()
    again.close()


def test_what_a_crash_left_of_a_compaction_is_removed(tmp_path: Path) -> None:
    written(tmp_path, 2)
    (tmp_path / "store.new").write_bytes(b"half")
    assert found_in(tmp_path) == [1, 2]
    assert not (tmp_path / "store.new").exists()


def test_a_journal_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    assert written(tmp_path, 1).stat().st_mode & 0o077 == 0
