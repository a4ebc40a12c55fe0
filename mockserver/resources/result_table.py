"""Results as tables: for people on shared pages, and as text for language models."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

import orjson

from ..store import JSON

Item = Mapping[str, JSON]


@dataclass(frozen=True, slots=True)
class ResultTable:
    """A header and rows, all of them text."""

    headers: list[str]
    rows: list[list[str]]

    def as_text(self) -> str:
        """Lines of cells with `|` between them, the header first."""
        return "\n".join("|".join(cells) for cells in (self.headers, *self.rows))


def as_table(result: JSON, columns: Sequence[str] | None = None) -> ResultTable | None:
    """The result of any query kind as a table; None for no result.

    What is in none of PostHog's shapes becomes one cell of JSON.
    """
    if result is None:
        return None
    if isinstance(result, dict):
        return _bins(result) if "bins" in result else _raw(result)
    if not isinstance(result, list):
        return _raw(result)
    if columns:
        return ResultTable(list(columns), [[_cell(cell) for cell in _list(row)] for row in result])
    if not result:
        return ResultTable(["Result"], [])
    if all(isinstance(one, dict) for one in result):
        items = cast("list[Item]", result)
        return next((make(items) for fits, make in _SHAPES if fits(items[0])), _raw(result))
    if all(isinstance(one, list) and one and isinstance(one[0], dict) for one in result):
        return _grouped_steps(cast("list[list[Item]]", result))
    return _raw(result)


def _list(value: JSON) -> list[JSON]:
    return value if isinstance(value, list) else [value]


def _cell(value: JSON) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value)
    return orjson.dumps(value).decode()


def _raw(result: JSON) -> ResultTable:
    return ResultTable(["Result"], [[_cell(result)]])


def _name(item: Item) -> str:
    period = item.get("compare_label")
    name = str(item.get("label") or item.get("breakdown_value") or "")
    return f"{name} ({period})" if period else name


def _series(items: list[Item]) -> ResultTable:
    """Trends, stickiness, lifecycle and funnel trends: a row a point, a column a series."""
    longest = max(items, key=lambda item: len(_list(item.get("data"))))
    places = _list(longest.get("labels") or longest.get("days"))
    rows = [
        [_cell(place), *(_at(item.get("data"), number) for item in items)]
        for number, place in enumerate(places)
    ]
    return ResultTable(["Date", *(_name(item) for item in items)], rows)


def _at(data: JSON, number: int) -> str:
    held = _list(data)
    return _cell(held[number]) if number < len(held) else ""


def _totals(items: list[Item]) -> ResultTable:
    return ResultTable(
        ["Series", "Value"], [[_name(item), _cell(item.get("aggregated_value"))] for item in items]
    )


def _steps(items: list[Item]) -> ResultTable:
    rows = [
        [_step_name(item), _cell(item.get("count")), _cell(item.get("average_conversion_time"))]
        for item in items
    ]
    return ResultTable(["Step", "Count", "Average conversion time (s)"], rows)


def _step_name(item: Item) -> str:
    return str(item.get("custom_name") or item.get("name") or "")


def _grouped_steps(groups: list[list[Item]]) -> ResultTable:
    rows = [
        [
            " ".join(_cell(part) for part in _list(item.get("breakdown_value"))),
            _step_name(item),
            _cell(item.get("count")),
        ]
        for group in groups
        for item in group
    ]
    return ResultTable(["Breakdown", "Step", "Count"], rows)


def _cohorts(items: list[Item]) -> ResultTable:
    values = [cast("list[Item]", _list(item.get("values"))) for item in items]
    widest = max(values, key=len)
    labels = [str(value.get("label") or number) for number, value in enumerate(widest)]
    rows = [
        [_cell(item.get("date")), *(_cell(value.get("count")) for value in held)]
        for item, held in zip(items, values, strict=True)
    ]
    padded = [row + [""] * (len(labels) + 1 - len(row)) for row in rows]
    return ResultTable(["Cohort", *labels], padded)


def _edges(items: list[Item]) -> ResultTable:
    names = ("source", "target", "value")
    return ResultTable(["From", "To", "Count"], [[_cell(item.get(name)) for name in names] for item in items])


def _bins(result: Item) -> ResultTable:
    rows = [[_cell(cell) for cell in _list(pair)] for pair in _list(result["bins"])]
    return ResultTable(["From (s)", "Count"], rows)


def _has(*names: str) -> Callable[[Item], bool]:
    return lambda item: all(name in item for name in names)


def _is_total(item: Item) -> bool:
    return item.get("aggregated_value") is not None and not item.get("data")


_SHAPES: Final = (
    (_is_total, _totals),
    (_has("data"), _series),
    (_has("values", "date"), _cohorts),
    (_has("source", "target", "value"), _edges),
    (_has("count", "order", "name"), _steps),
)
