"""Running one query in DuckDB: the time limit, and the database's own errors in the fake's words."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from mockserver.analytics.interface import Row
from mockserver.analytics.model import QueryError, QueryTimeout

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def answer(cursor: DuckDBPyConnection, text: str, seconds: float) -> list[Row]:
    """All rows; raises QueryTimeout past so many seconds, QueryError for what the database cannot run."""
    import duckdb

    timer = threading.Timer(seconds, cursor.interrupt)
    timer.daemon = True
    timer.start()
    try:
        cursor.execute(text)
        return cursor.fetchall()
    except duckdb.InterruptException as error:
        raise QueryTimeout from error
    except duckdb.OutOfMemoryException as error:
        raise QueryError("Query exceeded the memory limit", "memory_limit_exceeded") from error
    except duckdb.Error as error:
        raise QueryError(first_line(str(error))) from error
    finally:
        timer.cancel()


def first_line(message: str) -> str:
    """A database error without the statement it quotes."""
    return message.split("\n", 1)[0].strip()
