"""How fast requests may leave, and how long to wait when the server asks for it."""

from __future__ import annotations

import email.utils
import threading
import time
from collections.abc import Mapping
from typing import Final

LONGEST_WAIT: Final = 90.0
DEFAULT_WAIT: Final = 1.0


class Pace:
    """A limit in requests a minute, shared by all threads of a run; None lets all through."""

    def __init__(self, requests_a_minute: float | None) -> None:
        self._gap = 60.0 / requests_a_minute if requests_a_minute else 0.0
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Return when the next request may leave."""
        if not self._gap:
            return
        with self._lock:
            now = time.monotonic()
            start = max(now, self._next)
            self._next = start + self._gap
        time.sleep(max(0.0, start - now))


def asks_to_wait(status: int, headers: Mapping[str, str]) -> float | None:
    """Seconds to wait before the same request may be sent again, or None where it should not be.

    RFC 9110, 10.2.3: `Retry-After` is a number of seconds or a date; a 429 without it waits a second.
    """
    if status not in (429, 503):
        return None
    asked = headers.get("retry-after", "").strip()
    if asked.isdigit():
        return min(float(asked), LONGEST_WAIT)
    moment = email.utils.parsedate_to_datetime(asked) if "," in asked else None
    if moment is not None:
        return min(max(0.0, moment.timestamp() - time.time()), LONGEST_WAIT)
    return DEFAULT_WAIT if status == 429 else None
