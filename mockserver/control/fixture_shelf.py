"""Fixtures that were read once stay read: making a project must not parse YAML anew."""

from __future__ import annotations

from pathlib import Path

from ..errors import StartError
from ..seeding.loader import Fixture, load_fixture


class FixtureShelf:
    """Fixtures by name; a file of one's own is read again when it has changed."""

    def __init__(self) -> None:
        self._read: dict[str, tuple[int, Fixture]] = {}

    def path_of(self, name: str) -> Path:
        """Where a fixture is read from; raises StartError where it never could be."""
        held = self._read.get(name)
        return held[1].path if held is not None else self.fixture(name).path

    def last_good(self, name: str) -> Fixture:
        """A fixture as it was when it could last be read; raises StartError where it never could."""
        try:
            return self.fixture(name)
        except StartError:
            if name not in self._read:
                raise
            return self._read[name][1]

    def fixture(self, name: str) -> Fixture:
        """A fixture as it is now; raises StartError."""
        held = self._read.get(name)
        if held is not None and stamp(held[1].path) == held[0]:
            return held[1]
        found = load_fixture(name)
        self._read[name] = (stamp(found.path), found)
        return found


def stamp(path: Path) -> int:
    """What tells apart a file before and after a change; 0 for one that is not there."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
