"""ClickHouse's date formats in the event store's notation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

LETTERS: Mapping[str, str] = MappingProxyType(
    {
        "i": "%M", "M": "%B", "e": "%-d", "c": "%m", "k": "%H", "l": "%I", "h": "%I", "s": "%S",
        "R": "%H:%M",
        "T": "%H:%M:%S", "F": "%Y-%m-%d", "D": "%m/%d/%y", "n": "\n", "t": "\t", "r": "%I:%M %p", "W": "%A",
    }
)  # fmt: skip


def strftime_format(pattern: str) -> str:
    """A `formatDateTime` pattern as strftime's; letters both know stay as they are."""
    return re.sub(r"%(.)", lambda match: LETTERS.get(match[1], match[0]), pattern)
