"""A population's events and people as columns on the canonical timeline, and moved to where `now` is."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import repeat
from typing import Final, cast

from ..analytics.columns import Coded, EventColumns
from ..randomness import Randomness
from ..store import JSON
from .moments import MICROSECONDS, timeline_start, unix_microseconds
from .own_properties import own_properties
from .population import Lives, draw_rows, live, population_stream
from .shapes import PopulationEntry, TraitEntry
from .visits import VisitBook, write_book

NOT_PROPERTIES: Final = frozenset(("weight", "chances"))


@dataclass(frozen=True, slots=True)
class Dataset:
    """A canonical dataset: events in order of time, `times` in microseconds since the timeline's start.

    `visits` and `people` say for each event which visit and whose; `properties` are its columns.
    """

    weeks: int
    events: Coded
    times: array[int]
    people: array[int]
    properties: Mapping[str, Coded]
    lives: Lives

    def moved(self, now: datetime) -> EventColumns:
        """The events up to `now`, the timeline's end being the first Monday after it (UTC)."""
        shift = self.shift(now)
        cut = bisect_right(self.times, unix_microseconds(now) - shift)
        return EventColumns(
            event=_cut(self.events, cut),
            timestamp=array("q", [at + shift for at in self.times[:cut]]),
            person=self.people[:cut],
            properties={name: _cut(column, cut) for name, column in self.properties.items()},
        )

    def shift(self, now: datetime) -> int:
        """What is added to a canonical time, in microseconds: always whole weeks from a Monday."""
        return timeline_start(now, self.weeks) * MICROSECONDS


def _cut(column: Coded, stop: int) -> Coded:
    return Coded(column.values, column.codes[:stop])


def build_dataset(population: PopulationEntry, seed: int | str) -> Dataset:
    """The canonical dataset of a population for a seed: the same on any machine and any day."""
    random = population_stream(seed)
    book = write_book(population, random.stream("visits"))
    lives = live(population, book, random)
    events, paths, visits, times = _events(lives, book)
    own, rules = random.stream("own"), population.get("events") or {}
    properties = _page_properties(population, book, paths)
    prefix = random.stream("sessions").uuid()[:24]
    sessions = [f"{prefix}{place:012x}" for place in range(len(lives.starts))]
    properties["$session_id"] = Coded(cast("Sequence[JSON]", sessions), visits)
    for trait in population.get("traits") or []:
        properties |= _trait_properties(trait, lives, visits, population, random)
    properties |= own_properties(rules, book.events, events, properties, own)
    return Dataset(
        weeks=population["weeks"],
        events=Coded(cast("Sequence[JSON]", book.events), array("B", events)),
        times=times,
        people=array("I", map(lives.people.__getitem__, visits)),
        properties=properties,
        lives=lives,
    )


def _events(lives: Lives, book: VisitBook) -> tuple[bytes, bytes, array[int], array[int]]:
    """Event, path, visit and time of each event, in order of time."""
    events, paths, visits = bytearray(), bytearray(), array("I")
    times: list[int] = []
    scripts = book.scripts
    for visit, (start, place) in enumerate(zip(lives.starts, lives.scripts, strict=True)):
        script = scripts[place]
        events += script.events
        paths += script.paths
        visits.extend(repeat(visit, len(script.events)))
        times.extend([start + offset for offset in script.offsets])
    order = sorted(range(len(times)), key=times.__getitem__)
    return (
        bytes(map(events.__getitem__, order)),
        bytes(map(paths.__getitem__, order)),
        array("I", map(visits.__getitem__, order)),
        array("q", map(times.__getitem__, order)),
    )


def _page_properties(population: PopulationEntry, book: VisitBook, paths: bytes) -> dict[str, Coded]:
    base = population["base_url"]
    codes = array("B", paths)
    return {
        "$current_url": Coded([base + path for path in book.paths], codes),
        "$pathname": Coded(list(book.paths), codes),
        "$host": Coded([base.split("//", 1)[1]], array("B", bytes(len(paths)))),
    }


def trait_values(trait: TraitEntry) -> dict[str, tuple[list[JSON], bytes]]:
    """For each property of a trait its distinct values, and which of them each row has.

    Row 0 is what holds before the trait's stage; the choices follow.
    """
    rows: list[Mapping[str, JSON]] = [trait.get("before") or {}, *trait["choices"]]
    names = dict.fromkeys(name for row in rows for name in row if name not in NOT_PROPERTIES)
    found: dict[str, tuple[list[JSON], bytes]] = {}
    for name in names:
        places: dict[tuple[type, str], int] = {}
        values: list[JSON] = []
        codes = bytearray()
        for row in rows:
            value = row.get(name)
            key = (type(value), repr(value))
            if key not in places:
                places[key] = len(values)
                values.append(value)
            codes.append(places[key])
        found[name] = (values, bytes(codes))
    return found


def _trait_properties(
    trait: TraitEntry,
    lives: Lives,
    visits: array[int],
    population: PopulationEntry,
    random: Randomness,
) -> dict[str, Coded]:
    """A trait's properties for each event."""
    rows = _rows_of_visits(trait, lives, population, random)
    of_events = bytes(map(rows.__getitem__, visits))
    return {
        name: Coded(values, array("B", of_events.translate(codes + bytes(256 - len(codes)))))
        for name, (values, codes) in trait_values(trait).items()
    }


def _rows_of_visits(
    trait: TraitEntry, lives: Lives, population: PopulationEntry, random: Randomness
) -> bytes:
    if trait.get("each") == "visit":
        drawn = draw_rows(trait, len(lives.starts), random.stream(f"visits/{trait['name']}"))
        return bytes([row + 1 for row in drawn])
    of_person = lives.rows[trait["name"]]
    rows = [of_person[person] + 1 for person in lives.people]
    if "at" in trait:
        stage = stage_number(population, trait["at"])
        rows = [row if at >= stage else 0 for row, at in zip(rows, lives.stages, strict=True)]
    return bytes(rows)


def stage_number(population: PopulationEntry, name: str) -> int:
    """The place of a stage in a life."""
    return next(place for place, stage in enumerate(population["stages"]) if stage["name"] == name)
