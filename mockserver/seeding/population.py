"""The people of a population: when they come, what they are like, how far they get and when they visit.

Times are whole seconds (visits: microseconds) on the canonical timeline, whose zero is a Monday 00:00 UTC.
Only whole numbers are compared against draws, so that every machine takes the same turns.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from ..randomness import Randomness
from .moments import DAY, MICROSECONDS, WEEK, ago_seconds
from .shapes import ArrivalsEntry, HabitEntry, PopulationEntry, SpikeEntry, StageEntry, TraitEntry
from .visits import VARIANTS, VisitBook

HOUR: Final = 3_600
PAUSE: Final = 60 * MICROSECONDS
OF: Final = 1000


def population_stream(seed: int | str) -> Randomness:
    """The source of chance of a population: by seed alone, so that any project gets the same people."""
    return Randomness(seed).stream("population")


def table_of(weights: Sequence[int]) -> tuple[int, ...]:
    """Each place as often as its weight says; a draw from it is a weighted choice."""
    return tuple(place for place, weight in enumerate(weights) for _ in range(weight)) or (0,)


def arrivals_in(entry: ArrivalsEntry, week: int, weeks: int) -> int:
    """How many people the rhythm brings in one week, without spikes."""
    first, last = entry["first_week"], entry["last_week"]
    return first + (last - first) * week // max(weeks - 1, 1)


def _spikes(population: PopulationEntry) -> list[tuple[int, int]]:
    """The day since the start and the number of people, for each day of each spike that is in range."""
    found: list[SpikeEntry] = population["arrivals"].get("spikes") or []
    days = [
        (spike["week"] * 7 + spike["day"] + place, extra)
        for spike in found
        for place, extra in enumerate(spike["extra"])
    ]
    return [(day, extra) for day, extra in days if day < population["weeks"] * 7]


def people_count(population: PopulationEntry) -> int:
    """How many people there are; drawn from nothing."""
    weeks = population["weeks"]
    steady = sum(arrivals_in(population["arrivals"], week, weeks) for week in range(weeks))
    return steady + sum(extra for _, extra in _spikes(population))


def distinct_ids_of(population: PopulationEntry | None, seed: int | str, every: int = 1) -> tuple[str, ...]:
    """The first distinct id of each person, or of every n-th, in order of arrival."""
    if not population:
        return ()
    prefix = population_stream(seed).stream("distinct_ids").uuid()[:24]
    return tuple([f"{prefix}{place:012x}" for place in range(0, people_count(population), every)])


@dataclass(slots=True)
class Lives:
    """A population's people in order of arrival, and their visits in order of time.

    `reached[p]` are the times at which person `p` reached each stage, one after the other. `rows[trait][p]`
    is which row of a trait the person has. A visit `v` begins at `starts[v]` (microseconds), follows script
    `scripts[v]` of the visit book, and finds its person at stage `stages[v]`.
    """

    reached: list[tuple[int, ...]]
    rows: dict[str, bytes]
    starts: list[int] = field(default_factory=list)
    people: array[int] = field(default_factory=lambda: array("I"))
    scripts: array[int] = field(default_factory=lambda: array("H"))
    stages: bytearray = field(default_factory=bytearray)


@dataclass(frozen=True, slots=True)
class _Habit:
    daily: tuple[int, ...]
    weekly: tuple[int, ...]
    visits_a_week: tuple[int, ...]
    scripts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Stage:
    chance: int
    delays: tuple[int, ...]
    scripts: tuple[int, ...]
    habit: _Habit | None


def _habit(entry: HabitEntry | None, book: VisitBook) -> _Habit | None:
    if entry is None:
        return None
    return _Habit(
        tuple(entry.get("daily") or ()),
        tuple(entry.get("weekly") or ()),
        table_of([0, *(entry.get("visits_a_week") or [1])]),
        book.script_table(entry["visits"]),
    )


def _stage(entry: StageEntry, book: VisitBook) -> _Stage:
    delays = entry.get("delays") or {"0m": 1}
    seconds = [ago_seconds(text) for text in delays]
    return _Stage(
        entry.get("chance", OF),
        tuple([seconds[place] for place in table_of(list(delays.values()))]),
        book.script_table(entry["visits"]),
        _habit(entry.get("habit"), book),
    )


def live(population: PopulationEntry, book: VisitBook, random: Randomness) -> Lives:
    """Let everybody live from their arrival to the end of the timeline."""
    rhythm = Rhythm(population["arrivals"])
    arrivals = _arrivals(population, rhythm, random.stream("arrivals"))
    traits = population.get("traits") or []
    rows, eagerness = _draw_traits(traits, len(arrivals), random.stream("traits"))
    stages = [_stage(entry, book) for entry in population["stages"]]
    walk = _Walk(stages, rhythm, book, population["weeks"] * WEEK, random.stream("lives"))
    reached = [walk.person(place, at, eagerness[place]) for place, at in enumerate(arrivals)]
    order = sorted(range(len(walk.starts)), key=walk.starts.__getitem__)
    return Lives(
        reached=reached,
        rows=rows,
        starts=[walk.starts[place] for place in order],
        people=array("I", map(walk.people.__getitem__, order)),
        scripts=array("H", map(walk.scripts.__getitem__, order)),
        stages=bytearray(map(walk.stages.__getitem__, order)),
    )


class Rhythm:
    """The hours of a week and of a day as weighted tables."""

    def __init__(self, entry: ArrivalsEntry) -> None:
        self.weekdays = tuple(entry["weekdays"])
        self.busiest = max(*self.weekdays, 1)
        self.hours = table_of(entry["hours"])
        week = [day * hour for day in self.weekdays for hour in entry["hours"]]
        self.week_hours = table_of(week)


def _arrivals(population: PopulationEntry, rhythm: Rhythm, random: Randomness) -> list[int]:
    draw = random.random
    weeks = population["weeks"]
    table, size = rhythm.week_hours, len(rhythm.week_hours)
    times = [
        week * WEEK + table[int(draw() * size)] * HOUR + int(draw() * HOUR)
        for week in range(weeks)
        for _ in range(arrivals_in(population["arrivals"], week, weeks))
    ]
    hours, many = rhythm.hours, len(rhythm.hours)
    for day, extra in _spikes(population):
        times += [day * DAY + hours[int(draw() * many)] * HOUR + int(draw() * HOUR) for _ in range(extra)]
    return sorted(times)


def _draw_traits(
    traits: Sequence[TraitEntry], people: int, random: Randomness
) -> tuple[dict[str, bytes], list[int]]:
    """Each person's row of each trait of persons, and how eager they are, in percent of the usual."""
    rows: dict[str, bytes] = {}
    eagerness = [100] * people
    for trait in traits:
        if trait.get("each") == "visit":
            continue
        rows[trait["name"]] = drawn = draw_rows(trait, people, random.stream(trait["name"]))
        factors = [_whole(row.get("chances", 100)) for row in trait["choices"]]
        if set(factors) != {100}:
            eagerness = [each * factors[row] // 100 for each, row in zip(eagerness, drawn, strict=True)]
    return rows, eagerness


def draw_rows(trait: TraitEntry, times: int, random: Randomness) -> bytes:
    """Which row of a trait comes up, drawn `times` times."""
    table = table_of([_whole(row.get("weight", 1)) for row in trait["choices"]])
    draw, size = random.random, len(table)
    return bytes([table[int(draw() * size)] for _ in range(times)])


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


class _Walk:
    """Walks people through their stages and notes their visits."""

    def __init__(
        self, stages: Sequence[_Stage], rhythm: Rhythm, book: VisitBook, end: int, random: Randomness
    ) -> None:
        self._stages = stages
        self._rhythm = rhythm
        self._lengths = book.lengths
        self._end = end
        self._draw: Callable[[], float] = random.random
        self._free_from = 0
        self.starts: list[int] = []
        self.people: list[int] = []
        self.scripts: list[int] = []
        self.stages: list[int] = []

    def person(self, person: int, arrival: int, eagerness: int) -> tuple[int, ...]:
        """One life; the times at which it reached each stage."""
        draw = self._draw
        reached: list[int] = []
        at = arrival
        self._free_from = 0
        for place, stage in enumerate(self._stages):
            if place:
                if draw() * OF * 100 >= stage.chance * eagerness:
                    break
                delay = stage.delays[int(draw() * len(stage.delays))]
                at += delay + int(draw() * (delay // 2 + 60))
            at = self._visit(person, place, at * MICROSECONDS, stage.scripts) // MICROSECONDS
            if at >= self._end:
                break
            reached.append(at)
        for place, at in enumerate(reached):
            habit = self._stages[place].habit
            until = reached[place + 1] if place + 1 < len(reached) else self._end
            if habit is not None:
                self._come_back(person, place, habit, at, until)
        return tuple(reached)

    def _visit(self, person: int, stage: int, start: int, scripts: Sequence[int]) -> int:
        """Note a visit and give its start, which is after the stage before it is over."""
        start = max(start, self._free_from) + int(self._draw() * MICROSECONDS)
        script = scripts[int(self._draw() * len(scripts))] + int(self._draw() * VARIANTS)
        if start < self._end * MICROSECONDS:
            self.starts.append(start)
            self.people.append(person)
            self.scripts.append(script)
            self.stages.append(stage)
            self._free_from = start + self._lengths[script] + PAUSE
        return start

    def _come_back(self, person: int, stage: int, habit: _Habit, since: int, until: int) -> None:
        draw, rhythm = self._draw, self._rhythm
        self._free_from = 0
        first_day = since // DAY
        limit = OF * rhythm.busiest
        for place, chance in enumerate(habit.daily, 1):
            day = first_day + place
            if draw() * limit < chance * rhythm.weekdays[day % 7]:
                at = day * DAY + rhythm.hours[int(draw() * len(rhythm.hours))] * HOUR + int(draw() * HOUR)
                if at < until:
                    self._visit(person, stage, at * MICROSECONDS, habit.scripts)
        if not habit.weekly:
            return
        settled = (first_day + len(habit.daily) + 1) * DAY
        table, size = rhythm.week_hours, len(rhythm.week_hours)
        counts = habit.visits_a_week
        last = len(habit.weekly) - 1
        for place, week in enumerate(range(settled // WEEK, (until + WEEK - 1) // WEEK)):
            if draw() * OF < habit.weekly[min(place, last)]:
                for _ in range(counts[int(draw() * len(counts))]):
                    at = week * WEEK + table[int(draw() * size)] * HOUR + int(draw() * HOUR)
                    if settled <= at < until:
                        self._visit(person, stage, at * MICROSECONDS, habit.scripts)
