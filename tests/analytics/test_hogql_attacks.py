"""Nothing outside the project's data can be reached with HogQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockserver.analytics.events import EventStore
from mockserver.analytics.model import QueryError, QueryTimeout
from tests.analytics.building import ask, context_of, node, store_of

ATTACKS = [
    "select * from read_csv('/etc/passwd')",
    "select * from read_text('/etc/passwd')",
    "select * from read_parquet('/etc/passwd')",
    "select * from read_json('/etc/passwd')",
    "select * from glob('/*')",
    "select * from '/etc/passwd'",
    'select * from "/etc/passwd"',
    "select * from `/etc/passwd`",
    "select * from file('/etc/passwd')",
    "select * from url('http://127.0.0.1', 'CSV')",
    "select * from s3('x')",
    "select * from duckdb_settings()",
    "select * from duckdb_tables()",
    "select * from pragma_table_info('events')",
    "select * from information_schema.tables",
    "select * from system.tables",
    "select * from sqlite_master",
    "select * from pg_catalog.pg_class",
    "select * from property_columns",
    "select * from distinct_ids",
    "select * from main.events",
    "select * from memory.main.events",
    "select * from duckdb_functions",
    "select getenv('HOME')",
    "select read_text('/etc/passwd')",
    "select read_blob('/etc/passwd')",
    "select current_setting('temp_directory')",
    "select getvariable('x')",
    "select query('select 1')",
    "select * from query('select 1')",
    "select * from query_table('property_columns')",
    "select load_extension('x')",
    "select pg_sleep(1)",
    "select sleep(3)",
    "select version()",
    "select current_database()",
    "select current_user",
    "select sql_auto_complete('x')",
    "select number from numbers(1) limit (select 1)",
    "select events.number from events",
    "select actor from events",
    "select p0 from events",
    "select rest from events",
    "select rowid from events",
    "select persons.number from persons",
    "drop table events",
    "delete from events",
    "update events set event = 'x'",
    "insert into events values (1)",
    "create table x as select 1",
    "attach '/tmp/x.db'",
    "copy events to '/tmp/stolen.csv'",
    "install httpfs",
    "load httpfs",
    "set threads = 1",
    "pragma database_list",
    "call pragma_version()",
    "export database '/tmp/x'",
    "explain select 1",
    "describe events",
    "show tables",
    "select 1; drop table events",
    "select 1 into outfile '/tmp/x'",
    "select 1 settings max_threads = 1",
    "select 1 format CSV",
    "with recursive x as (select 1 union all select 1 from x) select * from x",
    "select * from (drop table events)",
    "select (delete from events)",
    "select columns('.*') from events",
    "select * replace (1 as event) from events",
    "select * except (event) from events",
    "select event from events sample 0",
    "select event from events sample 1.5",
    "select event from events sample 1000",
    "select event from events sample 'x'",
    "select event from events sample (select 1)",
    "select event from events sample 1/0",
    "select event from events sample 0.5 offset 2",
    "select id from persons sample 0.5",
    "select number from numbers(3) sample 0.5",
    "select event, t from events array join read_text('/etc/passwd') as t",
    "select event, t from events array join actor as t",
    "select event, t from events array join [rest] as t",
    "select event, t from events array join p0 as t",
    "select event from events array join [1, 2]",
    "select event, t from events array join event as t",
    "select event, t from events array join (select p0 from events) as t",
    "select t from events right array join [1] as t",
    "select t array join [1] as t",
    "select a.event from events a join property_columns b using (name)",
    "select a.event from events a join events b using (actor)",
    "select a.event from events a join events b using (number)",
    "select a.event from events a join events b using (nothing)",
    "select a.event from events a semi join duckdb_tables() b using (x)",
    "select a.event from events a positional join events b",
    "select a.event from events a right asof join events b on a.timestamp > b.timestamp",
    "select event from events limit 1 by actor",
    "select event from events limit 1 by p0",
    "select event from events limit 1 by read_text('/etc/passwd')",
    "select event from events limit (select 1) by event",
    "select event from events limit -1 by event",
    "select distinct event from events limit 1 by event",
    "select event, row_number() over w from events",
    "select event, row_number() over w from events window w as (partition by actor)",
    "select event, row_number() over w from events window w as (order by getenv('HOME'))",
    "select event, row_number() over w from events window v as (order by event)",
    "select windowFunnel(10)(timestamp, actor = 1) from events",
    "select windowFunnel(10, 'strict_order')(timestamp, event = 'a') from events",
    "select windowFunnel(getenv('HOME'))(timestamp, event = 'a') from events",
    "select windowFunnel(10)(event, event = 'a') from events",
    "select sumOrNull(rest) from events",
    "select event from events final",
    "select a from events lateral view explode(b) t as a",
    "values (1)",
    "select x -> 1",
    "select @@version",
    "select $1",
    "select ?",
    "select :name",
    "select {",
    "select }",
    "select " + "(" * 3000 + "1" + ")" * 3000,
    "select " + "1+" * 5000 + "1",
]


@pytest.fixture(scope="module")
def store() -> EventStore:
    return store_of([["ann", "view", "2026-01-10", {"plan": "pro"}]])


@pytest.mark.parametrize("text", ATTACKS, ids=lambda text: text[:60])
def test_an_attack_is_a_hogql_error(store: EventStore, text: str) -> None:
    before = set(Path("/tmp").glob("stolen*"))
    with pytest.raises(QueryError):
        ask(store, {"kind": "HogQLQuery", "query": text})
    assert store.counts().events == 1
    assert set(Path("/tmp").glob("stolen*")) == before


@pytest.mark.parametrize(
    "evil",
    [
        "'; drop table events; --",
        "\\'; drop table events; --",
        "x' or '1'='1",
        "\x00'",
        "{filters}",
        "'||(select 1)||'",
        "%",
        "`x`",
        '"x"',
        "\\",
    ],
)
def test_values_stay_values_wherever_they_are_put(store: EventStore, evil: str) -> None:
    queries: list[dict[str, Any]] = [
        {"kind": "TrendsQuery", "series": [node(evil)]},
        {"kind": "TrendsQuery", "series": [node("view")], "properties": [{"key": evil, "value": evil}]},
        {
            "kind": "TrendsQuery",
            "series": [node("view")],
            "properties": [{"key": "plan", "value": evil, "operator": "icontains"}],
        },
        {
            "kind": "TrendsQuery",
            "series": [node("view")],
            "properties": [{"key": evil, "value": "x", "type": "person"}],
        },
        {"kind": "TrendsQuery", "series": [node("view")], "breakdownFilter": {"breakdown": evil}},
        {"kind": "TrendsQuery", "series": [node("view", math="sum", math_property=evil)]},
        {
            "kind": "FunnelsQuery",
            "series": [node(evil), node("view")],
            "breakdownFilter": {"breakdown": evil},
        },
        {"kind": "RetentionQuery", "retentionFilter": {"targetEntity": {"id": evil, "type": "events"}}},
        {
            "kind": "PathsQuery",
            "pathsFilter": {"startPoint": evil, "excludeEvents": [evil], "pathGroupings": [evil]},
        },
        {"kind": "EventsQuery", "select": ["event"], "event": evil, "personId": evil, "after": "all"},
        {"kind": "ActorsQuery", "select": ["id"], "search": evil},
        {
            "kind": "HogQLQuery",
            "query": "select count() from events where event = {x}",
            "values": {"x": evil},
        },
    ]
    for query in queries:
        ask(store, query)
    assert store.counts().events == 1


def test_a_query_that_takes_too_long_is_stopped(store: EventStore) -> None:
    text = (
        "select count() from numbers(3000000) a join numbers(3000000) b on a.number % 1000 = b.number % 1000 "
        "where a.number * b.number % 7 = 3"
    )
    with pytest.raises(QueryTimeout):
        ask(store, {"kind": "HogQLQuery", "query": text}, context_of(time_limit_seconds=0.2))


def test_a_query_that_is_too_large_fails_alone(store: EventStore) -> None:
    with pytest.raises(QueryError):
        ask(
            store,
            {"kind": "HogQLQuery", "query": "select range(100000000000)"},
            context_of(time_limit_seconds=5),
        )
    assert ask(store, {"kind": "HogQLQuery", "query": "select 1"}).results == [[1]]


def test_the_database_itself_is_shut_in(store: EventStore) -> None:
    import duckdb

    with store.reader() as cursor:
        for text in (
            "select * from read_text('/etc/passwd')",
            "copy events to '/tmp/x.csv'",
            "set threads = 1",
        ):
            with pytest.raises(duckdb.Error):
                cursor.execute(text)
