"""What is compiled can be said in ClickHouse's dialect; `make test-clickhouse` runs it there."""

from __future__ import annotations

from typing import Any

import pytest
from sqlglot import exp, parse_one

from mockserver.analytics import sql
from mockserver.analytics.clickhouse.translation import written
from mockserver.analytics.events import EventStore
from mockserver.analytics.hogql import functions_more, templates
from mockserver.analytics.interface import Row
from mockserver.analytics.model import UnsupportedQuery
from tests.analytics.building import ask, context_of, fill, node

TABLES = (*templates.SCALARS, functions_more.AGGREGATES, functions_more.WINDOWS)
# Functions whose first argument must be written out, as it is in each query that is let through.
BY_UNIT = {"dateDiff/3", "date_diff/3", "age/3"}


class Translated(EventStore):
    """A store that says each query in ClickHouse's dialect too, and keeps what it said."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def answer(self, query: exp.Expr, seconds: float) -> list[Row]:
        before = query.sql(dialect="duckdb")
        self.said.append(written(query, {"events": "db.p1_events", "persons": "db.p1_persons"}))
        assert query.sql(dialect="duckdb") == before
        return super().answer(query, seconds)


@pytest.fixture(scope="module")
def store() -> Translated:
    made = Translated()
    fill(made, [
        ["ann", "view", "2026-01-10 09:00",
         {"plan": "pro", "tags": ["a"], "deep": {"x": [1]}, "$session_id": "s"}],
        ["ann", "pay", "2026-01-10 10:00", {"amount": 5, "$group_0": "acme", "$session_id": "s"}],
    ], {"ann": {"email": "ann@x.com"}})  # fmt: skip
    return made


def said(store: Translated, query: dict[str, Any], **context: Any) -> str:
    store.said.clear()
    ask(store, query, context_of(**context))
    return store.said[-1]


@pytest.mark.parametrize("key", [key for table in TABLES for key in table if key not in BY_UNIT])
def test_every_function_of_hogql_has_its_words(key: str) -> None:
    template = next(table[key][0] for table in TABLES if key in table)
    assert written(parse_one(template, dialect=templates.Verbatim))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"kind": "TrendsQuery", "series": [node("view", math="dau")]}, 'uniqExact("actor")'),
        ({"kind": "TrendsQuery", "series": [node("pay", math="p90", math_property="amount")]},
         "quantileExactInclusive(toFloat64('0.9'))"),
        ({"kind": "TrendsQuery", "series": [node("view")], "breakdownFilter": {"breakdown": "plan"}},
         'row_number() OVER'),
        ({"kind": "FunnelsQuery", "series": [node("view"), node("pay")]}, "toIntervalDay(14)"),
        ({"kind": "FunnelsQuery", "series": [node("view"), node("pay")],
          "funnelsFilter": {"funnelOrderType": "strict"}}, "leadInFrame(toNullable("),
        ({"kind": "FunnelsQuery", "series": [node("view"), node("pay")],
          "funnelsFilter": {"funnelOrderType": "unordered"}}, 'arraySort(arrayFilter('),
        ({"kind": "RetentionQuery"}, '"db"."p1_events" AS "events"'),
        ({"kind": "StickinessQuery", "series": [node("view")]}, "GROUP BY 1, 2"),
        ({"kind": "LifecycleQuery", "series": [node("view")]}, "lagInFrame(toNullable("),
        ({"kind": "PathsQuery"}, "replaceRegexpOne("),
        ({"kind": "EventsQuery", "select": ["*", "person"], "after": "all"}, "JSONMergePatch("),
        ({"kind": "ActorsQuery", "select": ["actor"]}, "groupArray("),
        ({"kind": "WebOverviewQuery"}, "argMin("),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)  # fmt: skip
def test_every_kind_of_query_is_said_in_clickhouses_words(
    store: Translated, query: dict[str, Any], expected: str
) -> None:
    made = said(store, query)
    assert expected in made
    assert "::" not in made
    assert '"db"."p1_events" AS "events"' in made or query["kind"] == "ActorsQuery"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select t from events array join [1, 2] as t", 'ARRAY JOIN array(1, 2) AS "elements 1 t"'),
        ("select properties.deep.x[1] from events", "JSONExtractRaw("),
        ("select JSONHas(properties, 'deep', 'x', 1) from events", "JSONHas("),
        ("select properties.`a/b~c` from events", "'a/b~c'"),
        ("select toTimeZone(timestamp, 'Asia/Kolkata') from events", "toTimeZone("),
        ("select toStartOfInterval(timestamp, interval 2 week) from events", "subtractDays("),
        ("select formatDateTime(timestamp, '%Y-%m-%d %H:%i:%S %M %W')", "'%Y-%m-%d %H:%i:%S %M %W'"),
        ("select event like 'a\\\\_%' from events", "LIKE 'a\\\\_%'"),
        ("select groupUniqArray(event) from events", "groupUniqArray("),
        ("select quantiles(0.1, 0.9)(toFloat(properties.amount)) from events",
         "quantilesExactInclusive(toFloat64("),
        ("select event from events where properties.plan = properties.amount", "IS NULL AND"),
        ("select event from events where properties.plan != properties.amount", "IS NULL) OR NOT"),
        ("select toWeek(timestamp) from events", "toWeek("),
        ("select number from numbers(3)", "arrayJoin(range(0, 3))"),
        ("with x as (select event from events) select * from x", 'FROM "x" AS "x"'),
        ("select extract(event, '(a)b') from events", "extract("),
        ("select JSONExtract('[\"a\"]', 'Array(String)')", "Array(String)"),
    ],
)  # fmt: skip
def test_hogql_is_said_in_clickhouses_words(store: Translated, text: str, expected: str) -> None:
    if text.startswith("select formatDateTime"):
        text += " from events"
    assert expected in said(store, {"kind": "HogQLQuery", "query": text})


@pytest.mark.parametrize(
    "evil", ["'", "\\", "\\'", "'; drop table events; --", "`", '"', "{x}", "%\\_", "\n\t"]
)
def test_values_stay_values_in_clickhouses_words(store: Translated, evil: str) -> None:
    made = said(store, {"kind": "TrendsQuery", "series": [node(evil)]})
    escaped = evil.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\t", "\\t")
    doubled = evil.replace("\\", "\\\\").replace("'", "''")
    assert any(
        f"'{each}'" in made for each in (escaped, doubled, doubled.replace("\n", "\\n").replace("\t", "\\t"))
    )


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        (
            sql.call("read_text", sql.text("/etc/passwd")),
            r"ClickHouse has no read_text\(\) of 1 arguments here",
        ),
        (exp.func("json_group_array", sql.number(1)), "ClickHouse has no"),
        (exp.cast(sql.number(1), "hugeint"), "ClickHouse has no such cast here"),
        (exp.cast(sql.number(1), "double[]"), "ClickHouse has no such cast here"),
        (sql.call("json_extract", sql.text("{}"), sql.column("x")), "no such way into a JSON document"),
        (sql.call("strftime", sql.column("x"), sql.column("y")), "needs its format as text"),
        (
            sql.call("date_diff", sql.column("x"), sql.column("y"), sql.column("z")),
            "needs its unit written out",
        ),
        (exp.Command(this="ATTACH"), "ClickHouse has no Command here"),
    ],
)
def test_what_clickhouse_has_no_words_for_is_refused_by_name(tree: exp.Expr, message: str) -> None:
    with pytest.raises(UnsupportedQuery, match=message):
        written(tree)
