"""Times in other formats, or that cannot be."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from ...store import JSONObject
from .edits import INSIGHTS, rows
from .model import ContractFault

KEYS: Final = ("created_at", "updated_at", "last_modified_at", "last_refresh")


def _fault(name: str, description: str, rule: str, edit: Any) -> ContractFault:
    return ContractFault(name, "time", description, rule, INSIGHTS, on_answer=rows(edit))


def _each(change: Any) -> Any:
    def edit(row: JSONObject) -> None:
        for key in KEYS:
            held = row.get(key)
            if isinstance(held, str):
                row[key] = change(held)

    return edit


def _made_when_changed(row: JSONObject) -> None:
    if row.get("updated_at"):
        row["created_at"] = row["updated_at"]


def _changed_before_made(row: JSONObject) -> None:
    if row.get("updated_at"):
        row["updated_at"] = "2001-01-01T00:00:00Z"


FAULTS: Final = (
    _fault(
        "times_as_numbers",
        "Times are seconds.",
        "They are ISO 8601.",
        _each(lambda text: int(datetime.fromisoformat(text).timestamp())),
    ),
    _fault(
        "times_with_offset",
        "Times are at +02:00.",
        "They are in UTC with `Z`.",
        _each(lambda text: text.replace("Z", "+02:00")),
    ),
    _fault(
        "times_as_dates", "Times are days.", "They are ISO 8601 with a time.", _each(lambda text: text[:10])
    ),
    _fault("made_when_changed", "`created_at` moves.", "It never does.", _made_when_changed),
    _fault("changed_before_made", "`updated_at` is before `created_at`.", "It is not.", _changed_before_made),
)
