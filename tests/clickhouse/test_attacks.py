"""Nothing outside the project's data can be reached with HogQL in ClickHouse either."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver.analytics.clickhouse.connection import Connection
from mockserver.analytics.clickhouse.store import ClickHouseEvents
from mockserver.analytics.model import QueryError
from tests.analytics.building import ask, fill, node
from tests.analytics.test_hogql_attacks import ATTACKS

MORE = [
    "select * from file('/etc/passwd', 'LineAsString')",
    "select * from url('http://127.0.0.1', 'LineAsString')",
    "select * from default.attacked_events",
    "select * from attacked_events",
    "select * from system.users",
    "select * from remote('127.0.0.1', 'default.attacked_events')",
    "select * from merge('default', '.*')",
    "select * from executable('ls', 'LineAsString', 'x String')",
    "select file('/etc/passwd')",
    "select dictGet('a', 'b', 1)",
    "select hostName()",
    "select currentUser()",
    "select getSetting('max_threads')",
    "select joinGet('a', 'b', 1)",
    "select version from persons",
    "select gone from persons",
]


@pytest.fixture(scope="module")
def store(client: Connection) -> Iterator[ClickHouseEvents]:
    made = ClickHouseEvents(client, "default", "attacked_")
    fill(made, [["ann", "view", "2026-01-10", {"plan": "pro"}]])
    yield made
    made.discard()


@pytest.mark.parametrize("text", [*ATTACKS, *MORE], ids=lambda text: text[:60])
def test_an_attack_is_a_hogql_error(store: ClickHouseEvents, text: str) -> None:
    before = set(Path("/tmp").glob("stolen*"))
    with pytest.raises(QueryError):
        ask(store, {"kind": "HogQLQuery", "query": text})
    assert store.counts().events == 1
    assert set(Path("/tmp").glob("stolen*")) == before


@pytest.mark.parametrize(
    "evil",
    ["'; drop table events; --", "\\'; drop table events; --", "\\", "\\\\'", "x' or '1'='1", "\x00'",
     "{filters}", "{x:String}", "%", "`x`", '"x"', "'||(select 1)||'", "é\n\t\r\b"],
)  # fmt: skip
def test_values_stay_values_wherever_they_are_put(store: ClickHouseEvents, evil: str) -> None:
    filter_ = {"key": evil, "value": evil, "operator": "icontains"}
    for query in (
        {"kind": "TrendsQuery", "series": [node(evil)], "properties": [filter_]},
        {"kind": "TrendsQuery", "series": [node("view")], "breakdownFilter": {"breakdown": evil}},
        {"kind": "TrendsQuery", "series": [node("view", math="sum", math_property=evil)]},
        {
            "kind": "FunnelsQuery",
            "series": [node(evil), node("view")],
            "breakdownFilter": {"breakdown": evil},
        },
        {"kind": "PathsQuery", "pathsFilter": {"startPoint": evil, "excludeEvents": [evil]}},
        {"kind": "EventsQuery", "select": ["event"], "event": evil, "personId": evil, "after": "all"},
        {"kind": "ActorsQuery", "select": ["id"], "search": evil},
    ):
        ask(store, query)
    text = "select count() from events where event = {x}"
    assert ask(store, {"kind": "HogQLQuery", "query": text, "values": {"x": evil}}).results == [[0]]
    assert ask(store, {"kind": "HogQLQuery", "query": "select {x}", "values": {"x": evil}}).results == [
        [evil.replace("\x00", "")]
    ]
    assert store.counts().events == 1
