"""Names in the two spellings the vendor uses."""

from __future__ import annotations

import re


def snake_case(name: str) -> str:
    """`smoothingIntervals` as `smoothing_intervals`."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()
