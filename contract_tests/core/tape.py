"""What one rule has sent and received, in order."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from .exchange import Exchange


class Tape:
    """A growing list of exchanges that several threads may write to; keeps the newest `limit`."""

    def __init__(self, limit: int = 400) -> None:
        self._exchanges: list[Exchange] = []
        self._lock = threading.Lock()
        self._limit = limit
        self.count = 0

    def add(self, exchange: Exchange) -> None:
        """Put an exchange at the end."""
        with self._lock:
            self.count += 1
            self._exchanges.append(exchange)
            if len(self._exchanges) > self._limit:
                del self._exchanges[0]

    def __iter__(self) -> Iterator[Exchange]:
        with self._lock:
            return iter(tuple(self._exchanges))

    @property
    def last(self) -> Exchange | None:
        """The newest exchange."""
        with self._lock:
            return self._exchanges[-1] if self._exchanges else None
