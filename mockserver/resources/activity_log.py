"""The project's activity log, page by page by cursor.

A cursor says how many of the entries that pass the filters are older than the page's end, counted from the
oldest: entries that come later don't move it.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from ..errors import api_error
from ..store.documents import ActivityDocument
from .context import Context


@dataclass(frozen=True, slots=True)
class LogPage:
    """Entries, newest first, and the cursors of the pages around them; None where there are none."""

    entries: list[ActivityDocument]
    next: str | None
    previous: str | None


def read_log(
    context: Context,
    *,
    limit: int,
    cursor: str | None = None,
    scope: str | None = None,
    item_id: str | None = None,
    user_id: int | None = None,
) -> LogPage:
    """A page of the project's entries, of one scope, item or user if given.

    Raises `invalid_parameter` for a cursor that this server did not make.
    """
    table = context.store.activities
    is_whole = scope is None and item_id is None and user_id is None
    chosen: list[ActivityDocument] = []
    if is_whole:
        total = table.tally("newest", context.project_id)
    else:
        chosen = [
            entry
            for entry in table.page("newest", context.project_id)
            if scope in (None, entry["scope"])
            and item_id in (None, entry["item_id"])
            and user_id in (None, entry["user_id"])
        ]
        total = len(chosen)
    end = total if cursor is None else min(_decode(cursor), total)
    start = max(0, end - limit)
    entries = table.page("newest", context.project_id, start, end) if is_whole else chosen[start:end]
    return LogPage(
        entries=entries[::-1],
        next=_encode(start) if start > 0 else None,
        previous=_encode(min(end + limit, total)) if end < total else None,
    )


def _encode(end: int) -> str:
    return base64.urlsafe_b64encode(f"p={end}".encode()).decode().rstrip("=")


def _decode(cursor: str) -> int:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        text = ""
    digits = text.removeprefix("p=")
    if not text.startswith("p=") or not digits.isdigit() or len(digits) > 18:
        raise api_error("invalid_parameter", field="cursor", reason="Invalid cursor")
    return int(digits)
