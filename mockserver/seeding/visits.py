"""What happens on a visit: scripts, unrolled once in several variants and then only copied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ..randomness import Randomness
from .moments import MICROSECONDS
from .shapes import PopulationEntry, StepEntry

VARIANTS: Final = 64
OF: Final = 1000
MOST_NAMES: Final = 250  # an event and a path are one byte each


@dataclass(frozen=True, slots=True)
class Script:
    """One way for a visit to go: events and paths by their place in the book, microseconds from its start."""

    events: bytes
    paths: bytes
    offsets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class VisitBook:
    """All scripts of a population. Those of the visit `first[kind]` are the `VARIANTS` from there on."""

    events: tuple[str, ...]
    paths: tuple[str, ...]
    scripts: tuple[Script, ...]
    first: Mapping[str, int]
    lengths: tuple[int, ...]

    def script_table(self, weights: Mapping[str, int]) -> tuple[int, ...]:
        """The first script of each kind of visit, as often as its weight says."""
        return tuple(self.first[kind] for kind, weight in weights.items() for _ in range(weight))


def names_in(population: PopulationEntry) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Every event and every path of the visits, in the order of the fixture; `/` is always there."""
    steps = [step for visit in population["visits"].values() for step in visit]
    events = dict.fromkeys(step["event"] for step in steps)
    paths = dict.fromkeys(["/", *(step["path"] for step in steps if "path" in step)])
    return tuple(events), tuple(paths)


def write_book(population: PopulationEntry, random: Randomness) -> VisitBook:
    """Unroll every kind of visit into its variants."""
    events, paths = names_in(population)
    event_codes = {name: place for place, name in enumerate(events)}
    path_codes = {name: place for place, name in enumerate(paths)}
    first: dict[str, int] = {}
    scripts: list[Script] = []
    for kind, steps in population["visits"].items():
        first[kind] = len(scripts)
        stream = random.stream(kind)
        scripts += [
            _unroll(steps, population["gaps"], event_codes, path_codes, stream) for _ in range(VARIANTS)
        ]
    return VisitBook(events, paths, tuple(scripts), first, tuple(script.offsets[-1] for script in scripts))


def _unroll(
    steps: Sequence[StepEntry],
    gaps: Sequence[int],
    event_codes: Mapping[str, int],
    path_codes: Mapping[str, int],
    random: Randomness,
) -> Script:
    """One run through the steps; the first always happens, one without a path stays on the page."""
    events, paths, offsets = bytearray(), bytearray(), [0]
    path = 0
    for step in steps:
        if events and random.below(OF) >= step.get("chance", OF):
            continue
        path = path_codes[step["path"]] if "path" in step else path
        events.append(event_codes[step["event"]])
        paths.append(path)
        gap = gaps[random.below(len(gaps))]
        offsets.append(offsets[-1] + gap * MICROSECONDS + random.below(MICROSECONDS))
        if random.below(OF) >= step.get("stay", OF):
            break
    return Script(bytes(events), bytes(paths), tuple(offsets[:-1]))
