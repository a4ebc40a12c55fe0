"""What runs statements: ClickHouse's engine in this process, or a server over HTTP."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from mockserver.analytics.interface import Row
from mockserver.analytics.model import QueryError, QueryTimeout

Setting = str | int | float

# Standard SQL where ClickHouse has habits of its own, numbers as numbers, changes done when they are told.
SETTINGS: Mapping[str, Setting] = MappingProxyType(
    {
        "aggregate_functions_null_for_empty": 1,
        "final": 1,
        "join_use_nulls": 1,
        "max_query_size": 100_000_000,
        "mutations_sync": 2,
        "output_format_json_named_tuples_as_objects": 0,
        "output_format_json_quote_64bit_integers": 0,
        "output_format_json_quote_denormals": 0,
        "prefer_column_name_to_alias": 1,
        "session_timezone": "UTC",
    }
)
TOO_SLOW, TOO_LARGE = frozenset({159, 160}), frozenset({241})
CODE = re.compile(r"Code: (\d+)\. DB::Exception: ")


class Client(Protocol):
    """A way to ClickHouse; safe to use from several threads."""

    def rows(self, query: str, seconds: float) -> list[Row]:
        """A query's rows; raises QueryTimeout past so many seconds, QueryError for what cannot be run."""
        ...

    def run(self, statement: str) -> None:
        """Make or change something."""
        ...

    def insert(self, statement: str, structure: str, file: Path) -> None:
        """Run `statement`, an INSERT SELECT that reads the Parquet file's columns from `{input}`."""
        ...

    def close(self) -> None:
        """Let go of the engine or the connection."""
        ...


def time_limit(seconds: float) -> dict[str, Setting]:
    """The settings that stop a query."""
    return {"max_execution_time": max(0.001, seconds), "timeout_before_checking_execution_speed": 0}


def refusal(message: str) -> QueryError:
    """ClickHouse's error in the fake's words: without the statement that it quotes."""
    found = CODE.search(message)
    code = int(found[1]) if found else 0
    if code in TOO_SLOW:
        return QueryTimeout()
    if code in TOO_LARGE:
        return QueryError("Query exceeded the memory limit", "memory_limit_exceeded")
    text = message[found.end() :] if found else message
    text = re.split(r": In scope |: while |\. \([A-Z_]+\)|\n", text, maxsplit=1)[0]
    return QueryError(text.strip() or "ClickHouse could not run the query")
