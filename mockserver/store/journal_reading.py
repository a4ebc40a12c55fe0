"""From a journal's file to what it kept: a torn tail is left out, anything else that is wrong is refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import StartError
from .journal_lines import FORMAT, NO_END, OLDER_FORMATS, Flaw, Line, format_of, read_lines
from .storage import Change, Loaded


@dataclass(slots=True)
class Reading:
    """What a journal kept, where its sound part ends, and the number that its next line will have."""

    loaded: Loaded = field(default_factory=Loaded)
    end: int = 0
    next_number: int = 0
    format: int | None = None


def read_journal(path: Path) -> Reading:
    """Read a journal to its end; an absent or empty one has format None.

    Raises StartError for a damaged middle, a foreign file or a format that this version does not know, and
    for a file that can't be read.
    """
    try:
        with path.open("rb", buffering=1 << 20) as file:
            return _read(path, file)
    except FileNotFoundError:
        return Reading()
    except OSError as error:
        raise StartError(f"cannot read {path}: {error.strerror}") from None


def _read(path: Path, lines: Iterable[bytes]) -> Reading:
    reading = Reading()
    flaws: list[Flaw] = []
    for found in read_lines(lines):
        if isinstance(found, Flaw):
            flaws.append(found)
            reading.loaded.cut_bytes = found.end - reading.end
        elif flaws:
            raise _damaged(path, flaws[0])
        else:
            _take(path, reading, found)
    if flaws and reading.format is None and (flaws[0].place, flaws[0].reason) != (1, NO_END):
        # a crash in a new folder leaves the beginning of a header; anything else is no file of ours
        raise StartError(f"{path} is not a journal of mockserver: {flaws[0].reason} at line {flaws[0].place}")
    if not is_torn_end(flaws):
        raise _damaged(path, flaws[0])
    return reading


def is_torn_end(flaws: Iterable[Flaw]) -> bool:
    """Whether a crash can have left all that is wrong after the last sound line.

    A whole line there whose checksum fails was acknowledged, and then damaged.
    """
    return all(flaw.may_be_torn for flaw in flaws)


def _damaged(path: Path, flaw: Flaw) -> StartError:
    return StartError(
        f"{path} is damaged at line {flaw.place} (byte {flaw.start}): {flaw.reason}; "
        f"`mockserver doctor {path.parent} --repair` salvages what can be read"
    )


def _take(path: Path, reading: Reading, line: Line) -> None:
    if reading.format is None:
        reading.format = check_header(path, line.value)
        reading.loaded.last_ids.update(line.value["last_ids"])
        if reading.format in OLDER_FORMATS:
            reading.loaded.migrated_from = reading.format
    else:
        replay(line.value, reading.loaded)
    reading.end = line.end
    reading.next_number = 0 if line.number is None else line.number + 1


def check_header(path: Path, header: Any) -> int:
    """The format of a header; raises StartError for one that this version can't read."""
    found = format_of(header)
    if found == FORMAT or found in OLDER_FORMATS:
        return int(str(found))
    if found is None:
        raise StartError(f"{path} is not a journal of mockserver: it has no header")
    raise StartError(f"{path} has format {found}; this version reads format {FORMAT} and older ones")


def replay(changes: list[Change], loaded: Loaded) -> None:
    """Do again what a transaction did."""
    loaded.changes += len(changes)
    for name, document_id, document in changes:
        table = loaded.tables.setdefault(name, {})
        if document_id > loaded.last_ids.get(name, 0):
            loaded.last_ids[name] = document_id
        if document is None:
            table.pop(document_id, None)
        else:
            table[document_id] = document
