"""JSON or CSV, as `format` or the `Accept` header asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from orjson import Fragment

from ..errors import api_error
from ..resources.csv_rows import to_csv
from ..store import JSON
from .call import Answer, Call

FORMATS: Final = frozenset(("json", "csv"))
CSV_TYPE: Final = "text/csv; charset=utf-8"


def check_format(call: Call) -> None:
    """Raises `not_found` for an unknown `format`, before anything else is done, as PostHog does."""
    asked = call.query.get("format")
    if asked and asked not in FORMATS:
        raise api_error("not_found")


def wants_csv(call: Call) -> bool:
    """Whether the caller asked for CSV: by `format`, or by accepting it and not JSON."""
    asked = call.query.get("format")
    if asked:
        return asked == "csv"
    accepted = call.headers.get("accept", "").lower()
    return "text/csv" in accepted and "json" not in accepted


def rendered(
    call: Call, body: JSON | Mapping[str, object] | list[object] | Fragment, status: int = 200
) -> Answer:
    """An answer in the form that the caller asked for."""
    if wants_csv(call):
        return Answer(to_csv(cast("JSON", body)).encode(), status, content_type=CSV_TYPE)
    return Answer(body, status)
