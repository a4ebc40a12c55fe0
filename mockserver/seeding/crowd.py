"""A population's people as rows: who they are as far as they got by `now`."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from ..analytics.columns import Coded, PersonColumns
from ..randomness import Randomness
from ..store import JSON
from .dataset import Dataset, stage_number, trait_values
from .moments import MICROSECONDS, unix_microseconds
from .population import distinct_ids_of, population_stream
from .shapes import PopulationEntry, TraitEntry
from .templates import slug


@dataclass(frozen=True, slots=True)
class Identity:
    """What someone has told of themselves."""

    name: str
    email: str
    company: str


def identities(pools: Mapping[str, Sequence[str]], count: int, random: Randomness) -> list[Identity]:
    """A name, an email that nobody else has and a company for each of `count` people."""
    first = pools.get("first_name") or ["Person"]
    last = pools.get("last_name") or [""]
    companies = pools.get("company") or ["Example"]
    domains = [f"{slug(company)}.example" for company in companies]
    firsts, lasts = [slug(each) for each in first], [slug(each) if each else "" for each in last]
    below = random.below
    seen: set[str] = set()
    made: list[Identity] = []
    for place in range(count):
        one, other, works = below(len(first)), below(len(last)), below(len(companies))
        local = f"{firsts[one]}.{lasts[other]}".strip(".")
        email = f"{local}@{domains[works]}"
        if email in seen:
            email = f"{local}.{place}@{domains[works]}"
        seen.add(email)
        made.append(Identity(f"{first[one]} {last[other]}".strip(), email, companies[works]))
    return made


def person_columns(
    population: PopulationEntry,
    dataset: Dataset,
    pools: Mapping[str, Sequence[str]],
    seed: int | str,
    now: datetime,
) -> PersonColumns:
    """The people who had come by `now`, with the properties that they had then."""
    shift = dataset.shift(now)
    today = (unix_microseconds(now) - shift) // MICROSECONDS
    reached = dataset.lives.reached
    count = bisect_right(reached, today, key=lambda times: times[0])
    stages = [bisect_right(times, today) - 1 for times in reached[:count]]
    random = population_stream(seed)
    known = identities(pools, len(reached), random.stream("identities"))
    first_ids = distinct_ids_of(population, seed)
    limit = _identified_from(population)
    prefix = random.stream("persons").uuid()[:24]
    identified = [stage >= limit for stage in stages]
    properties: dict[str, Sequence[JSON] | Coded] = {
        name: [
            cast("JSON", getattr(one, name)) if told else None
            for one, told in zip(known, identified, strict=False)
        ]
        for name in ("email", "name", "company")
    }
    for trait in population.get("traits") or []:
        properties |= _trait_columns(population, trait, dataset, stages)
    return PersonColumns(
        distinct_ids=[
            [first_ids[place], known[place].email] if identified[place] else [first_ids[place]]
            for place in range(count)
        ],
        uuids=[f"{prefix}{place:012x}" for place in range(count)],
        created_at=array("q", [times[0] * MICROSECONDS + shift for times in reached[:count]]),
        properties=properties
        if any(identified)
        else {name: column for name, column in properties.items() if isinstance(column, Coded)},
    )


def _identified_from(population: PopulationEntry) -> int:
    stages = population["stages"]
    return next((place for place, stage in enumerate(stages) if stage.get("identified")), len(stages))


def _trait_columns(
    population: PopulationEntry, trait: TraitEntry, dataset: Dataset, stages: Sequence[int]
) -> dict[str, Coded]:
    wanted = trait.get("on_person") or {}
    if not wanted or trait.get("each") == "visit":
        return {}
    rows = dataset.lives.rows[trait["name"]][: len(stages)]
    from_stage = stage_number(population, trait["at"]) if "at" in trait else 0
    held = bytes([row + 1 if stage >= from_stage else 0 for row, stage in zip(rows, stages, strict=True)])
    values = trait_values(trait)
    return {
        name: Coded(
            values[source][0],
            array("B", held.translate(values[source][1] + bytes(256 - len(values[source][1])))),
        )
        for name, source in wanted.items()
    }
