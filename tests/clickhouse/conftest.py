"""One ClickHouse engine for all tests here; every test here has the mark `clickhouse`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.clickhouse.engine import ClickHouse


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is in this folder, so that no file has to."""
    for item in items:
        if "tests/clickhouse/" in item.path.as_posix():
            item.add_marker(pytest.mark.clickhouse)


@pytest.fixture(scope="session")
def clickhouse() -> Iterator[ClickHouse]:
    """The engine; tests are skipped without chDB."""
    pytest.importorskip("chdb", reason="chDB is not installed; make test-clickhouse installs it")
    with ClickHouse() as engine:
        yield engine
