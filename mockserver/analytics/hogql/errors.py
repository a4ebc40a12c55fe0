"""What can be wrong with HogQL."""

from __future__ import annotations

from mockserver.analytics.model import QueryError


class HogQLError(QueryError):
    """A HogQL query that cannot be run; `start` and `end` are the offending characters, when known."""

    def __init__(self, detail: str, start: int | None = None, end: int | None = None) -> None:
        super().__init__(detail, "hogql_error")
        self.start = start
        self.end = end
