"""Answers as CSV: nested keys are joined by dots, members of lists by their number.

PostHog answers `format=csv` with djangorestframework-csv: one line an object, columns in the order of the
alphabet, `True` and `False`, nothing for null. Of a page only its rows are written.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

Cell = str | int | float | bool | None


def rows_of(body: object) -> Sequence[object]:
    """The objects that become lines: the rows of a page, the members of a list, or the object alone."""
    if isinstance(body, Mapping) and isinstance(body.get("results"), list):
        return list(body["results"])
    return list(body) if isinstance(body, list) else [body]


def flatten(value: object, path: str = "") -> Iterator[tuple[str, Cell]]:
    """The single values in a JSON value, each with its dotted path; empty lists and objects have none."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from flatten(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from flatten(item, f"{path}.{number}" if path else str(number))
    elif value is None or isinstance(value, str | int | float | bool):
        yield path, value


def to_csv(body: object) -> str:
    """A JSON answer as CSV text with a header line; empty where there are no rows."""
    rows = [dict(flatten(row)) for row in rows_of(body)]
    columns = sorted({column for row in rows for column in row})
    if not columns:
        return ""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([row.get(column) for column in columns])
    return text.getvalue()
