"""One connection to the database, made again where it was lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

from ...clock import perf_seconds
from ...errors import StartError
from ..shared_storage import StoreUnavailable
from .address import check_address, shown

if TYPE_CHECKING:
    import psycopg

    Opened = psycopg.Connection[tuple[Any, ...]]

Row = tuple[Any, ...]
Result = TypeVar("Result")
INSTALL: Final = "pip install 'posthog-insights-mock[postgres]'"
# a server that stops in the middle of a change must not keep the others from theirs for ever; and compiling
# or planning a statement anew would take longer than any of them
OPTIONS: Final = (
    "-c lock_timeout=20s -c statement_timeout=120s -c idle_in_transaction_session_timeout=60s "
    "-c jit=off -c plan_cache_mode=force_generic_plan"
)
STREAMED: Final = 1000
CONNECT_SECONDS: Final = 5
# how long a database that could not be reached is not tried again, as each try may hold up all requests
REST_SECONDS: Final = 1.0


class Connection:
    """Runs statements, one at a time; not safe to use from several threads at once.

    Raises StoreUnavailable, in one line, for whatever fails. No transaction is open after that.
    """

    def __init__(self, address: str, *, is_durable: bool = True) -> None:
        self._address = check_address(address)
        self._options = OPTIONS if is_durable else f"{OPTIONS} -c synchronous_commit=off"
        self._open: Opened | None = None
        self._failed_at: float | None = None
        self._failure = _failure()

    @property
    def place(self) -> str:
        """The database as a person may read it."""
        return shown(self._address)

    @property
    def is_in_transaction(self) -> bool:
        """Whether a transaction is open and has not failed."""
        from psycopg.pq import TransactionStatus

        return self._open is not None and self._open.info.transaction_status == TransactionStatus.INTRANS

    def execute(self, statement: str, values: Sequence[object] = ()) -> list[Row]:
        """Run a statement; gives its rows, none where it has none."""
        return self._run(lambda connection: _rows(connection, statement, values))

    def script(self, statements: str) -> list[Row]:
        """Run several statements in one turn to the database and back; gives the rows of the last."""

        def run(connection: Opened) -> list[Row]:
            cursor = connection.execute(statements.encode(), prepare=False)
            while cursor.nextset():
                pass
            return cursor.fetchall() if cursor.description else []

        return self._run(run)

    def stream(self, statement: str) -> Iterator[Row]:
        """The rows of a statement, without holding them all."""
        if self._open is None or not self.is_in_transaction:
            raise RuntimeError("rows are streamed within a transaction")
        try:
            with self._open.cursor() as cursor:
                yield from cursor.stream(statement.encode(), size=STREAMED)
        except self._failure as error:
            self._end()
            raise self._unavailable(error) from error

    def _run(self, act: Callable[[Opened], Result]) -> Result:
        if self._is_lost():
            return self._attempt(act)
        may_repeat = not self.is_in_transaction
        try:
            return self._attempt(act)
        except StoreUnavailable:
            if not may_repeat or not self._is_lost():
                raise
        # the database was started again since, or has let go of an idle connection
        return self._attempt(act)

    def _is_lost(self) -> bool:
        return self._open is None or bool(self._open.closed)

    def _attempt(self, act: Callable[[Opened], Result]) -> Result:
        try:
            return act(self._opened())
        except self._failure as error:
            self._end()
            raise self._unavailable(error) from error

    def _opened(self) -> Opened:
        if self._open is not None and not self._open.closed:
            return self._open
        if self._failed_at is not None and perf_seconds() - self._failed_at < REST_SECONDS:
            raise StoreUnavailable(f"{self.place}: cannot be reached")
        import psycopg

        self._failed_at = perf_seconds()
        self._open = psycopg.connect(
            self._address,
            autocommit=True,
            prepare_threshold=0,
            options=self._options,
            connect_timeout=CONNECT_SECONDS,
            fallback_application_name="mockserver",
        )
        self._failed_at = None
        return self._open

    def _end(self) -> None:
        """After a failure: whatever transaction was open is not; a connection that is lost is closed."""
        if self._open is None or self._open.closed:
            return
        try:
            self._open.rollback()
        except self._failure:
            self._open.close()

    def _unavailable(self, error: Exception) -> StoreUnavailable:
        said = " ".join(str(error).split()) or type(error).__name__
        return StoreUnavailable(f"{self.place}: {said}")

    def roll_back(self) -> None:
        """End the transaction that is open, if any, as if it had not been. Never raises."""
        self._end()

    def close(self) -> None:
        """End the connection."""
        if self._open is not None:
            self._open.close()


def _rows(connection: Opened, statement: str, values: Sequence[object]) -> list[Row]:
    cursor = connection.execute(statement.encode(), values)
    return cursor.fetchall() if cursor.description else []


def _failure() -> type[Exception]:
    try:
        import psycopg
    except ImportError as error:
        raise StartError(f"--store: PostgreSQL needs psycopg ({error}): {INSTALL}") from None
    return psycopg.Error
