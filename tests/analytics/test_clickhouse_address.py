"""What `--events` takes, what comes back from ClickHouse, and what is said where neither can be."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mockserver.analytics.clickhouse.address import EmbeddedAddress, ServerAddress, address_of
from mockserver.analytics.clickhouse.client import refusal
from mockserver.analytics.clickhouse.decoding import rows_of
from mockserver.analytics.model import QueryTimeout
from mockserver.analytics.opening import MemoryStores, event_stores
from mockserver.errors import StartError
from mockserver.settings import Settings


def test_an_address_names_server_user_and_database() -> None:
    found = address_of("clickhouse://me:p%40ss%2Fword@ch.internal:9123/events?secure=true")
    assert found == ServerAddress("ch.internal", 9123, "me", "events", True, "p@ss/word")
    assert isinstance(found, ServerAddress)
    assert found.place == "ch.internal:9123"
    assert "p@ss" not in repr(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("clickhouse://localhost", ServerAddress("localhost", 8123, "default", "default", False)),
        ("clickhouse://localhost/?secure=1", ServerAddress("localhost", 8443, "default", "default", True)),
        ("clickhouse://[::1]:8124/x", ServerAddress("::1", 8124, "default", "x", False)),
        ("chdb://", EmbeddedAddress(None)),
        ("chdb:///var/lib/events", EmbeddedAddress(Path("/var/lib/events"))),
        ("chdb://./events", EmbeddedAddress(Path("./events"))),
    ],
)
def test_what_an_address_leaves_out_is_usual(text: str, expected: object) -> None:
    assert address_of(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("postgres://me:top-secret@host/x", "unknown kind of event store 'postgres'; choose duckdb, "),
        ("", "unknown kind of event store ''"),
        ("clickhouse://me:top-secret@host:port/x", "the address cannot be read"),
        ("clickhouse://me:top-secret@:8123/x", "names no host"),
        ("clickhouse://me:top-secret@host/a-b", "'a-b' cannot be a database's name"),
        ("clickhouse://me:top-secret@host/x`; DROP", "cannot be a database's name"),
        ("clickhouse://me:top-secret@host/x?secure=maybe", "only ?secure=true or ?secure=false may follow"),
        ("clickhouse://me:top-secret@host/x?tls=1", "only ?secure=true or ?secure=false may follow"),
    ],
)
def test_what_is_no_address_is_said_in_one_line_without_the_password(text: str, message: str) -> None:
    with pytest.raises(StartError) as caught:
        event_stores(text)
    assert message in str(caught.value)
    assert str(caught.value).startswith("--events: ")
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_duckdb_needs_no_address() -> None:
    assert isinstance(event_stores("duckdb"), MemoryStores)
    assert "events" not in repr(Settings(events="clickhouse://me:top-secret@host"))


@pytest.mark.parametrize("extra", ["clickhouse", "chdb"])
def test_a_missing_library_is_named_with_the_way_to_get_it(extra: str) -> None:
    address = "chdb://" if extra == "chdb" else "clickhouse://localhost"
    code = (
        "import sys; sys.modules['clickhouse_connect'] = None; from mockserver.cli import main; "
        f"sys.exit(main(['serve', '--port', '0', '--events', '{address}']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == (
        f"mockserver: --events {extra}:// needs clickhouse-connect, which is not installed: "
        f'pip install "posthog-insights-mock[{extra}]"\n'
    )


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("UInt64", "5", 5),
        ("String", '"x"', "x"),
        ("Nullable(Float64)", "null", None),
        ("Nullable(Float64)", "2", 2.0),
        ("LowCardinality(Nullable(String))", '"x"', "x"),
        ("DateTime64(6, 'UTC')", '"2026-01-02 03:04:05.000006"', datetime(2026, 1, 2, 3, 4, 5, 6)),  # noqa: DTZ001
        ("Nullable(DateTime('UTC'))", '"2026-01-02 03:04:05"', datetime(2026, 1, 2, 3, 4, 5)),  # noqa: DTZ001
        ("Date", '"2026-01-02"', date(2026, 1, 2)),
        ("IntervalDay", '"2"', timedelta(days=2)),
        ("IntervalMonth", "2", 2),
        ("Array(String)", '["a"]', ["a"]),
        ("Array(Nullable(Date))", '["2026-01-02", null]', [date(2026, 1, 2), None]),
        ("Tuple(UInt8, String)", '[1, "a"]', [1, "a"]),
        ("Array(Tuple(Date, Array(Tuple(String, Float64)), Nullable(Date)))",
         '[["2026-01-02", [["a", 1]], null]]', [[date(2026, 1, 2), [["a", 1.0]], None]]),
    ],
)  # fmt: skip
def test_values_come_back_as_duckdb_gives_them(kind: str, value: str, expected: Any) -> None:
    answer = f'{{"meta": [{{"name": "x", "type": "{kind}"}}], "data": [[{value}]]}}'
    found = rows_of(answer.encode())
    assert found == [(expected,)]
    assert type(found[0][0]) is type(expected)


@pytest.mark.parametrize(
    ("message", "detail", "code"),
    [
        ("Code: 47. DB::Exception: Unknown identifier `x`: In scope SELECT x. (UNKNOWN_IDENTIFIER)",
         "Unknown identifier `x`", None),
        ("Code: 241. DB::Exception: Memory limit exceeded. (MEMORY_LIMIT_EXCEEDED)",
         "Query exceeded the memory limit", "memory_limit_exceeded"),
        ("no code\nand a second line", "no code", None),
        ("", "ClickHouse could not run the query", None),
    ],
)  # fmt: skip
def test_clickhouses_errors_are_said_in_one_line(message: str, detail: str, code: str | None) -> None:
    found = refusal(message)
    assert (found.detail, found.code) == (detail, code)


def test_a_query_past_its_time_is_told_from_others() -> None:
    assert isinstance(refusal("Code: 159. DB::Exception: Timeout exceeded"), QueryTimeout)
