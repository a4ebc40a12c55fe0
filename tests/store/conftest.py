"""The same tests of a store wherever it lives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver.store import Store

from .homes import DatabaseHome, FolderHome, Home, MemoryHome

DATABASE = pytest.param("database", marks=pytest.mark.postgres)


def home_of(kind: str, request: pytest.FixtureRequest, folder: Path) -> Home:
    if kind == "database":
        return DatabaseHome(request.getfixturevalue("cluster").new_database())
    return FolderHome(folder) if kind == "folder" else MemoryHome()


@pytest.fixture(params=["memory", "folder", DATABASE])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    opened = home_of(request.param, request, tmp_path).open()
    yield opened
    opened.close()


@pytest.fixture(params=["folder", DATABASE])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    """A place that outlives the store that was opened there."""
    return home_of(request.param, request, tmp_path)
