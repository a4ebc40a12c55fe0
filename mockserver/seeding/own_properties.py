"""Properties that an event has of its own, such as the amount of a purchase."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from ..analytics.columns import Coded
from ..analytics.model import JSON
from ..randomness import Randomness
from .shapes import EventEntry

Key = tuple[type, str]


@dataclass(slots=True)
class _Column:
    """A column as it grows: values told apart by type and text, null first."""

    codes: array[int]
    values: list[JSON] = field(default_factory=lambda: [None])
    places: dict[Key, int] = field(default_factory=lambda: {(type(None), "None"): 0})

    def code(self, value: JSON) -> int:
        key = (type(value), repr(value))
        if key not in self.places:
            self.places[key] = len(self.values)
            self.values.append(value)
        return self.places[key]


def own_properties(
    rules: Mapping[str, EventEntry],
    names: Sequence[str],
    events: bytes,
    given: Mapping[str, Coded],
    random: Randomness,
) -> dict[str, Coded]:
    """The columns that `rules` describe for `events` (codes into `names`); `given` are those there are."""
    columns: dict[str, _Column] = {}
    for event, entry in rules.items():
        if event not in names:
            continue
        code = names.index(event)
        places = _places_of(code, events)
        for name, rule in (entry.get("properties") or {}).items():
            column = columns.setdefault(name, _Column(array("H", bytes(2 * len(events)))))
            described = cast("Mapping[str, JSON]", rule)
            if "choices" in described:
                _choose(column, places, described, random.stream(f"{event}/{name}"))
            else:
                _follow(column, places, described, given)
    return {name: Coded(column.values, column.codes) for name, column in columns.items()}


def _places_of(code: int, events: bytes) -> list[int]:
    places: list[int] = []
    place = events.find(code)
    while place >= 0:
        places.append(place)
        place = events.find(code, place + 1)
    return places


def _choose(column: _Column, places: Sequence[int], rule: Mapping[str, JSON], random: Randomness) -> None:
    choices = cast("Sequence[Mapping[str, JSON]]", rule["choices"])
    table = [
        column.code(choice["value"])
        for choice in choices
        for _ in range(cast("int", choice.get("weight", 1)))
    ]
    draw, size, codes = random.random, len(table), column.codes
    for place in places:
        codes[place] = table[int(draw() * size)]


def _follow(
    column: _Column, places: Sequence[int], rule: Mapping[str, JSON], given: Mapping[str, Coded]
) -> None:
    followed = given[str(rule["by"])]
    values = cast("Mapping[str, JSON]", rule["values"])
    table = [column.code(values.get(_text(value))) for value in followed.values]
    for place in places:
        column.codes[place] = table[followed.codes[place]]


def _text(value: JSON) -> str:
    return "null" if value is None else str(value)
