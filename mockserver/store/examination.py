"""What `mockserver doctor` finds in a data folder, and how it saves what can be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ..errors import StartError
from .compaction import write_snapshot
from .files import DiskFiles
from .journal import FILE_NAME
from .journal_lines import Flaw, format_of, read_lines
from .journal_reading import check_header, is_torn_end, replay
from .references import Stray, find_strays, without
from .storage import Contents, Loaded


@dataclass(slots=True)
class Examination:
    """A journal read as far as it can be: what it holds, where it is damaged, what can't stand.

    `torn` are flaws after the last sound line, which a start would cut off; `flaws` are all others.
    """

    path: Path
    size: int
    lines: int = 0
    format: int | None = None
    loaded: Loaded = field(default_factory=Loaded)
    flaws: list[Flaw] = field(default_factory=list)
    torn: list[Flaw] = field(default_factory=list)
    strays: list[Stray] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Whether a server would start on it and find everything."""
        return not (self.flaws or self.torn or self.strays)

    @property
    def contents(self) -> Contents:
        """What can be saved."""
        return Contents(without(self.loaded.tables, self.strays), self.loaded.last_ids)


def examine(folder: Path) -> Examination:
    """Read a data folder's journal without changing it.

    Raises StartError where there is none, or one that can't be read, or of a newer format.
    """
    path = folder / FILE_NAME
    try:
        with path.open("rb", buffering=1 << 20) as file:
            found = Examination(path, path.stat().st_size)
            for line in read_lines(file):
                _take(found, line)
    except FileNotFoundError:
        raise StartError(f"there is no journal in {folder}: {path} does not exist") from None
    except OSError as error:
        raise StartError(f"cannot read {path}: {error.strerror}") from None
    if found.lines == 0 and found.torn:
        raise StartError(f"{path} has no line that can be read")
    if not is_torn_end(found.torn):
        found.flaws += found.torn
        found.torn = []
    found.strays = find_strays(found.loaded.tables)
    return found


def _take(found: Examination, line: object) -> None:
    if isinstance(line, Flaw):
        found.torn.append(line)
        return
    value = getattr(line, "value", None)
    found.lines += 1
    found.flaws += found.torn
    found.torn = []
    if format_of(value) is not None:
        found.format = check_header(found.path, value)
        found.loaded.last_ids.update(value["last_ids"])  # type: ignore[index]
    elif isinstance(value, list):
        replay(value, found.loaded)


def salvage(found: Examination) -> Path:
    """Write what can be saved into a new journal and put the damaged one aside; gives the latter's path.

    The caller holds the folder's lock. Raises StartError where the new file can't be written.
    """
    files, path = DiskFiles(), found.path
    fresh = path.with_suffix(".salvaged")
    aside = _free_name(path.with_name(f"{path.name}.damaged"))
    try:
        snapshot = write_snapshot(files, fresh, found.contents)
        files.close(snapshot.handle)
        aside.hardlink_to(path)
        files.replace(fresh, path)
        files.sync_folder(path.parent)
    except OSError as error:
        raise StartError(f"cannot write {fresh}: {error.strerror}") from error
    return aside


def _free_name(path: Path) -> Path:
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}-{number}")
    return free
