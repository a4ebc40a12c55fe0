"""ClickHouse against the plain-Python oracle too, on random small worlds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from mockserver.analytics.clickhouse.connection import Connection
from mockserver.analytics.clickhouse.store import ClickHouseEvents
from tests.analytics.test_oracle import (
    FUNNELS,
    RETENTION,
    TRENDS,
    check_funnel,
    check_retention,
    check_trends,
)

SOME = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)


@pytest.fixture(scope="module")
def store(client: Connection) -> Iterator[ClickHouseEvents]:
    made = ClickHouseEvents(client, "default", "oracle_")
    yield made
    made.discard()


@SOME
@given(**TRENDS)
def test_trends_are_what_a_plain_count_gives(store: ClickHouseEvents, **drawn: Any) -> None:
    check_trends(store, **drawn)


@SOME
@given(**FUNNELS)
def test_funnels_are_what_following_each_person_gives(store: ClickHouseEvents, **drawn: Any) -> None:
    check_funnel(store, **drawn)


@SOME
@given(**RETENTION)
def test_retention_is_what_a_calendar_of_each_person_gives(store: ClickHouseEvents, **drawn: Any) -> None:
    check_retention(store, **drawn)
