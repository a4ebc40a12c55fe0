"""Fixtures that were read once stay read: making a project must not parse YAML anew."""

from __future__ import annotations

from pathlib import Path

from ..seeding.loader import Fixture, load_fixture


class FixtureShelf:
    """Fixtures by name; a file of one's own is read again when it has changed."""

    def __init__(self) -> None:
        self._read: dict[str, tuple[int, Fixture]] = {}

    def fixture(self, name: str) -> Fixture:
        """A fixture; raises StartError."""
        held = self._read.get(name)
        if held is not None and _stamp(held[1].path) == held[0]:
            return held[1]
        found = load_fixture(name)
        self._read[name] = (_stamp(found.path), found)
        return found


def _stamp(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0
