"""What a schema cannot say of a fixture: that keys are there once, and that whoever is named is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..store import JSON
from .references import REFERENCE
from .shapes import FixtureContent, PopulationEntry, TenantEntry
from .visits import MOST_NAMES, names_in

KEYED = ("people", "actions", "cohorts", "variables", "insights", "dashboards")
REFERENCED = ("actions", "cohorts", "variables", "dashboards")


def problems_of(content: FixtureContent) -> Iterator[str]:
    """Everything that is wrong, each as a line with its place; of content that the schema has passed."""
    yield from _tenant(content, "")
    for place, neighbour in enumerate(content.get("neighbours") or []):
        yield from _tenant(neighbour, f"neighbours[{place}].")
    population = content.get("population")
    if population is not None:
        yield from _population(population)


def _tenant(tenant: TenantEntry, prefix: str) -> Iterator[str]:
    sections = cast("Mapping[str, list[Mapping[str, JSON]]]", tenant)
    keys: dict[str, set[JSON]] = {}
    for section in KEYED:
        known = keys.setdefault(section, set())
        for place, entry in enumerate(sections.get(section) or []):
            if entry["key"] in known:
                yield f"{prefix}{section}[{place}].key: {entry['key']!r} is already taken"
            known.add(entry["key"])
    yield from _timezone(tenant, prefix)
    yield from _key_values(tenant, prefix)
    for section in ("api_keys", "variables", "insights", "dashboards"):
        for place, entry in enumerate(sections.get(section) or []):
            yield from _names(entry, f"{prefix}{section}[{place}]", keys)
    for place, result in enumerate(tenant.get("results") or []):
        yield from _names(result["query"], f"{prefix}results[{place}].query", keys)


def _timezone(tenant: TenantEntry, prefix: str) -> Iterator[str]:
    name = tenant["project"].get("timezone") or "UTC"
    try:
        if name != "UTC":
            ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        yield f"{prefix}project.timezone: {name!r} is not a time zone; expected a name such as Europe/Berlin"


def _key_values(tenant: TenantEntry, prefix: str) -> Iterator[str]:
    held: set[str] = set()
    for place, entry in enumerate(tenant.get("api_keys") or []):
        value = entry.get("value")
        if value is not None and value in held:
            yield f"{prefix}api_keys[{place}].value: an earlier key has it already"
        held.add(value or "")


def _names(value: JSON | Mapping[str, JSON], place: str, keys: Mapping[str, set[JSON]]) -> Iterator[str]:
    """Everything below `value` that names a person, an insight or a reference which is not there."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            here = f"{place}.{name}"
            if name in ("by", "of", "modified_by") and isinstance(each, str) and "query" not in place:
                yield from _expect(each, "people", keys, here)
            elif name == "insight" and ".tiles[" in place:
                yield from _expect(each, "insights", keys, here)
            else:
                yield from _reference(name, keys, here)
                yield from _names(each, here, keys)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _names(each, f"{place}[{number}]", keys)
    elif isinstance(value, str):
        yield from _reference(value, keys, place)


def _reference(text: str, keys: Mapping[str, set[JSON]], place: str) -> Iterator[str]:
    match = REFERENCE.fullmatch(text)
    if match is not None:
        yield from _expect(match[2], match[1], keys, place)


def _expect(key: JSON, section: str, keys: Mapping[str, set[JSON]], place: str) -> Iterator[str]:
    if key not in keys[section]:
        known = ", ".join(sorted(str(each) for each in keys[section])[:12]) or "none"
        yield f"{place}: {key!r} is not among {section}; expected one of {known}"


def _population(population: PopulationEntry) -> Iterator[str]:
    visits = population["visits"]
    stages = [stage["name"] for stage in population["stages"]]
    for place, stage in enumerate(population["stages"]):
        here = f"population.stages[{place}]"
        yield from _known(stage["visits"], visits, f"{here}.visits")
        habit = stage.get("habit")
        if habit is not None:
            yield from _known(habit["visits"], visits, f"{here}.habit.visits")
    yield from _few_names(population)
    properties: set[str] = set()
    for place, trait in enumerate(population.get("traits") or []):
        here = f"population.traits[{place}]"
        properties.update(name for row in trait["choices"] for name in row)
        if trait.get("at") is not None:
            yield from _known([trait["at"]], stages, f"{here}.at")
        yield from _known((trait.get("on_person") or {}).values(), properties, f"{here}.on_person")
    for event, entry in (population.get("events") or {}).items():
        for name, rule in (entry.get("properties") or {}).items():
            if name in properties:
                yield f"population.events.{event}.properties.{name}: a trait already sets it"
            if isinstance(rule, Mapping) and "by" in rule:
                yield from _known(
                    [str(rule["by"])], properties, f"population.events.{event}.properties.{name}.by"
                )


def _few_names(population: PopulationEntry) -> Iterator[str]:
    for kind, names in zip(("events", "paths"), names_in(population), strict=True):
        if len(names) > MOST_NAMES:
            yield f"population.visits: {len(names)} different {kind}; expected {MOST_NAMES} at most"


def _known(names: Iterable[str], among: Iterable[str], place: str) -> Iterator[str]:
    listed = list(among)
    for name in names:
        if name not in listed:
            yield f"{place}: {name!r} is not there; expected one of {', '.join(listed)}"
