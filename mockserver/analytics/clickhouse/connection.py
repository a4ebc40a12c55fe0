"""One connection, by ClickHouse's own client library: to a server, or to the engine in this process."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mockserver.analytics.clickhouse.address import Address, EmbeddedAddress, ServerAddress
from mockserver.analytics.clickhouse.client import SETTINGS, Setting, refusal, time_limit
from mockserver.analytics.clickhouse.decoding import rows_of
from mockserver.analytics.interface import Row
from mockserver.errors import StartError

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client as Driver

INSTALL = 'pip install "posthog-insights-mock[{extra}]"'
CONNECT_SECONDS = 5
WRONG_PASSWORD, NO_RIGHT = "AUTHENTICATION_FAILED", "ACCESS_DENIED"


class Connection:
    """A way to ClickHouse; safe to use from several threads."""

    def __init__(self, driver: Driver, *, embedded: bool) -> None:
        self._driver = driver
        self._embedded = embedded

    def rows(self, query: str, seconds: float) -> list[Row]:
        """A query's rows; raises QueryTimeout past so many seconds, QueryError for what cannot be run."""
        settings: Mapping[str, Setting] = time_limit(seconds)
        if not self._embedded:
            # In the embedded engine a setting outlives its query.
            settings = {**settings, "readonly": 2}
        try:
            return rows_of(self._driver.raw_query(query, settings=dict(settings), fmt="JSONCompact"))
        except _errors() as error:
            raise refusal(str(error)) from error

    def run(self, statement: str) -> None:
        """Make or change something."""
        self._command(statement, None)

    def insert(self, statement: str, structure: str, file: Path) -> None:
        """Run `statement`, an INSERT SELECT that reads the Parquet file's columns from `{input}`."""
        quoted = structure.replace("'", "\\'")
        if self._embedded:
            self.run(statement.format(input=f"file('{file}', 'Parquet', '{quoted}')"))
        else:
            made = statement.format(input=f"input('{quoted}')")
            self._command(f"{made} FORMAT Parquet", file.read_bytes())

    def close(self) -> None:
        """Let go of the engine or the connection."""
        self._driver.close()

    def _command(self, statement: str, data: bytes | None) -> None:
        try:
            self._driver.command(statement, data=data)
        except _errors() as error:
            raise refusal(str(error)) from error


def connect(address: Address) -> Connection:
    """Connect and make the database; raises StartError, in one line, where that cannot be done."""
    if isinstance(address, EmbeddedAddress):
        return Connection(_embedded(address), embedded=True)
    return Connection(_server(address), embedded=False)


def _embedded(address: EmbeddedAddress) -> Driver:
    module = _library("chdb://", "chdb")
    if address.path is not None:
        try:
            address.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StartError(f"--events: cannot use the folder {address.path}: {error.strerror}") from None
    path = str(address.path) if address.path is not None else None
    try:
        driver: Driver = module.get_client(interface="chdb", path=path, settings=dict(SETTINGS))
    except ImportError:
        raise StartError(
            f"--events chdb:// needs chDB, which is not installed: {INSTALL.format(extra='chdb')}"
        ) from None
    except Exception as error:  # chDB has kinds of its own
        where = address.path if address.path is not None else "its engine"
        raise StartError(f"--events: chDB cannot open {where}: {_line(error)}") from None
    return driver


def _server(address: ServerAddress) -> Driver:
    module = _library("clickhouse://", "clickhouse")
    given: dict[str, Any] = {
        "host": address.host,
        "port": address.port,
        "username": address.user,
        "password": address.password,
        "secure": address.secure,
        "connect_timeout": CONNECT_SECONDS,
        "autogenerate_session_id": False,
        "settings": dict(SETTINGS),
    }
    try:
        first: Driver = module.get_client(**given)
    except _errors() as error:
        raise StartError(_why_not(address, error)) from None
    try:
        first.command(f"CREATE DATABASE IF NOT EXISTS `{address.database}`")
    except _errors() as error:
        if NO_RIGHT not in str(error):
            raise StartError(_why_not(address, error)) from None
        # Someone else has made it, or the first table says that nobody has.
    return first


def _why_not(address: ServerAddress, error: Exception) -> str:
    text = str(error)
    if WRONG_PASSWORD in text or "code 516" in text:
        return (
            f"--events: ClickHouse at {address.place} refuses user {address.user!r}: "
            "wrong user name or password"
        )
    if "DB::Exception" in text:
        return f"--events: ClickHouse at {address.place}: {refusal(text).detail}"
    return f"--events: cannot reach ClickHouse at {address.place}: {_line(error)}"


def _library(scheme: str, extra: str) -> Any:
    try:
        import clickhouse_connect
    except ImportError:
        install = INSTALL.format(extra=extra)
        raise StartError(
            f"--events {scheme} needs clickhouse-connect, which is not installed: {install}"
        ) from None
    # What it has to say comes back as errors; one line is enough for each.
    logging.getLogger(clickhouse_connect.__name__).setLevel(logging.CRITICAL)
    return clickhouse_connect


def _errors() -> tuple[type[Exception], ...]:
    from clickhouse_connect.driver.exceptions import ClickHouseError

    return (ClickHouseError,)


def _line(error: Exception) -> str:
    """The reason at the bottom of an error, in one line."""
    while error.__cause__ is not None and isinstance(error.__cause__, Exception):
        error = error.__cause__
    text = " ".join(str(error).split())
    reason = text.rpartition("Caused by ")[2] or text
    return reason.rpartition("] ")[2].rstrip(")'\"") or text[:200]
