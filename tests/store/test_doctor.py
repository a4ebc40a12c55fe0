"""`mockserver doctor DIR`: it finds what is wrong, and `--repair` saves the rest into a new file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mockserver.app import create_app
from mockserver.cli import main
from mockserver.settings import Settings
from mockserver.store import JournalDocuments, Store
from mockserver.store.journal_lines import encode

from .test_journal import found_in, written
from .test_table import insight


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The data folder of a server with a seeded project."""
    create_app(Settings(data=str(tmp_path), fixture="demo")).close()
    return tmp_path


def test_a_seeded_folder_is_sound(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", str(folder)]) == 0
    printed = capsys.readouterr().out
    assert "sound\n" in printed
    assert "insights" in printed


def test_damage_is_named_and_nothing_is_touched_without_repair(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = folder / "store.journal"
    content = bytearray(journal.read_bytes())
    content[len(content) // 2] ^= 1
    journal.write_bytes(content + encode(10**6, [["insights", 1, None]]))
    before = journal.read_bytes()
    assert main(["doctor", str(folder)]) == 1
    assert "damaged at line" in capsys.readouterr().out
    assert journal.read_bytes() == before


def test_a_repair_keeps_every_sound_line_and_the_old_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = projected(tmp_path, 6)
    lines = journal.read_bytes().splitlines(keepends=True)
    lines[4] = lines[4].replace(b"short2", b"shorty")
    del lines[5]
    damaged = b"".join(lines)
    journal.write_bytes(damaged)
    assert main(["doctor", str(tmp_path), "--repair"]) == 0
    printed = capsys.readouterr().out
    assert "checksum does not match" in printed
    assert "1 lines are missing before it" in printed
    assert found_in(tmp_path) == [1, 4, 5, 6]
    assert (tmp_path / "store.journal.damaged").read_bytes() == damaged
    assert main(["doctor", str(tmp_path)]) == 0


def projected(folder: Path, count: int) -> Path:
    """A journal of a project and its insights."""
    store = Store(JournalDocuments(folder))
    store.organizations.add({"id": 1, "uuid": "o"})  # type: ignore[typeddict-item]
    store.projects.add(
        {"id": 1, "organization_id": 1, "api_token": "t"}  # type: ignore[typeddict-item]
    )
    store.close()
    return written(folder, count)


def test_what_stands_on_a_lost_document_is_left_out(tmp_path: Path) -> None:
    journal = projected(tmp_path, 2)
    lines = journal.read_bytes().splitlines(keepends=True)
    del lines[2]
    journal.write_bytes(b"".join(lines))
    assert main(["doctor", str(tmp_path), "--repair"]) == 0
    assert found_in(tmp_path) == []


def test_documents_that_no_index_could_hold_are_left_out(tmp_path: Path) -> None:
    journal = projected(tmp_path, 1)
    number = len(journal.read_bytes().splitlines())
    with journal.open("ab") as file:
        file.write(encode(number, [["insights", 2, {"id": 2}], ["nowhere", 1, {}]]))
        file.write(encode(number + 1, [["insights", 3, insight(3, short_id="short1")]]))
    assert main(["doctor", str(tmp_path), "--repair"]) == 0
    assert found_in(tmp_path) == [1]


def test_a_second_repair_does_not_overwrite_the_first_damaged_file(tmp_path: Path) -> None:
    journal = projected(tmp_path, 3)
    for _ in range(2):
        with journal.open("ab") as file:
            file.write(b"torn")
        assert main(["doctor", str(tmp_path), "--repair"]) == 0
    assert (tmp_path / "store.journal.damaged-2").exists()


def test_a_torn_end_is_told_as_what_a_start_would_cut(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = projected(tmp_path, 1)
    with journal.open("ab") as file:
        file.write(b"0000")
    assert main(["doctor", str(tmp_path), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["sound"] is False
    assert found["problems"][0].startswith("torn end at line 5")


def test_a_folder_in_use_is_not_examined(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = Store(JournalDocuments(tmp_path))
    assert main(["doctor", str(tmp_path)]) == 2
    store.close()
    assert "in use by another mockserver" in capsys.readouterr().err


@pytest.mark.parametrize("content", [None, b"no journal at all\n"])
def test_a_folder_without_a_journal_is_refused(
    tmp_path: Path, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (tmp_path / "store.journal").write_bytes(content)
    assert main(["doctor", str(tmp_path)]) == 2
    assert "journal" in capsys.readouterr().err
