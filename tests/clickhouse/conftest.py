"""One ClickHouse engine for all tests here; every test here has the mark `clickhouse`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mockserver.analytics.clickhouse.embedded import EmbeddedClient
from tests.clickhouse.engine import ClickHouse


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is in this folder, so that no file has to."""
    for item in items:
        if "tests/clickhouse/" in item.path.as_posix():
            item.add_marker(pytest.mark.clickhouse)


@pytest.fixture(scope="session")
def client() -> Iterator[EmbeddedClient]:
    """The engine; tests are skipped without chDB."""
    pytest.importorskip("chdb", reason="chDB is not installed; make test-clickhouse installs it")
    made = EmbeddedClient(None)
    yield made
    made.close()


@pytest.fixture(scope="session")
def clickhouse(client: EmbeddedClient) -> ClickHouse:
    """The engine, to ask queries of one's own."""
    return ClickHouse(client)
