"""Which store settings ask for, and which of them can't stand together."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockserver.errors import StartError
from mockserver.settings import Settings
from mockserver.store.opening import open_store


def test_a_store_is_in_memory_or_in_its_folder(tmp_path: Path) -> None:
    open_store(Settings()).close()
    open_store(Settings(data=str(tmp_path))).close()
    assert (tmp_path / "store.journal").exists()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"workers": 2}, "--workers 2: each process would have a state of its own"),
        ({"workers": 2, "data": "folder"}, "name a database that they share: --store postgresql://"),
        ({"store": "postgresql://host/a", "data": "folder"}, "--store and --data exclude each other"),
        ({"store": "postgresql://host/a", "events": "chdb://"}, "--store and --events exclude each other"),
    ],
)
def test_settings_that_cannot_stand_together_end_the_start(settings: dict[str, object], said: str) -> None:
    with pytest.raises(StartError, match=said):
        open_store(Settings(**settings))  # type: ignore[arg-type]
