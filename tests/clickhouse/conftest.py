"""One ClickHouse engine for all tests here; every test here has the mark `clickhouse`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mockserver.analytics.clickhouse.address import EmbeddedAddress
from mockserver.analytics.clickhouse.connection import Connection, connect
from tests.clickhouse.engine import ClickHouse


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is in this folder, so that no file has to."""
    for item in items:
        if "tests/clickhouse/" in item.path.as_posix():
            item.add_marker(pytest.mark.clickhouse)


@pytest.fixture(scope="session")
def client() -> Iterator[Connection]:
    """The engine as event stores use it; tests are skipped without chDB."""
    pytest.importorskip("chdb", reason="chDB is not installed; make test-clickhouse installs it")
    made = connect(EmbeddedAddress(None))
    yield made
    made.close()


@pytest.fixture(scope="session")
def clickhouse(client: Connection) -> Iterator[ClickHouse]:
    """The same engine with PostHog's settings, to ask queries of one's own."""
    with ClickHouse() as engine:
        yield engine
