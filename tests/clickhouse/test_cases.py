"""The hand-checked cases, computed by ClickHouse from the same compiled queries in its dialect."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.analytics.clickhouse.connection import Connection
from mockserver.analytics.clickhouse.store import ClickHouseEvents
from tests.analytics.building import fill
from tests.analytics.test_cases import all_cases, check, shared


@pytest.fixture(scope="module")
def shared_stores(client: Connection) -> dict[str, ClickHouseEvents]:
    return {}


@pytest.mark.parametrize(("file", "case"), all_cases())
def test_a_query_gives_the_same_in_clickhouse(
    client: Connection, shared_stores: dict[str, ClickHouseEvents], file: str, case: dict[str, Any]
) -> None:
    if "events" in case or "persons" in case:
        store = ClickHouseEvents(client, "default", "case_")
        store.clear()
        fill(store, case.get("events", ()), case.get("persons"))
    else:
        if file not in shared_stores:
            store = shared_stores[file] = ClickHouseEvents(client, "default", f"{file}_")
            fill(store, shared(file).get("events", ()), shared(file).get("persons"))
        store = shared_stores[file]
    check(store, file, case)
