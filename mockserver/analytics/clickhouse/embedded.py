"""ClickHouse's engine in this process, by way of chDB."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

from mockserver.analytics.clickhouse.client import WRITING, Setting, decoded, reading, refusal
from mockserver.analytics.interface import Row
from mockserver.errors import StartError

MISSING = 'needs chDB, which is not installed: pip install "posthog-insights-mock[clickhouse]"'


class EmbeddedClient:
    """One chDB session; a process can have one at a time."""

    def __init__(self, path: Path | None) -> None:
        try:
            from chdb.session import Session
        except ImportError:
            raise StartError(f"--events chdb:// {MISSING}") from None
        try:
            self._session = Session(str(path) if path is not None else None)
        except Exception as error:
            raise StartError(f"--events: chDB cannot open {path}: {error}") from None
        self._lock = threading.Lock()

    def rows(self, query: str, seconds: float) -> list[Row]:
        """A query's rows."""
        return decoded(self.ask(query, reading(seconds), "JSONCompact"))

    def run(self, statement: str) -> None:
        """Make or change something."""
        self.ask(statement, {} if statement.startswith("INSERT") else WRITING, "Null")

    def insert(self, statement: str, structure: str, file: Path) -> None:
        """Insert from a Parquet file of this machine."""
        quoted = str(file).replace("\\", "\\\\").replace("'", "\\'")
        self.run(statement.format(input=f"file('{quoted}', 'Parquet', '{structure}')"))

    def close(self) -> None:
        """End the session."""
        with self._lock:
            self._session.close()

    def ask(self, statement: str, settings: Mapping[str, Setting], form: str) -> bytes:
        """What a statement gives in a format of ClickHouse's; raises QueryError."""
        given = ", ".join(f"{name} = {value!r}" for name, value in settings.items())
        with self._lock:
            try:
                answer = self._session.query(f"{statement} SETTINGS {given}" if given else statement, form)
                return bytes(answer.bytes() or b"")
            except Exception as error:  # chDB raises its own, and RuntimeError
                raise refusal(str(error)) from error
