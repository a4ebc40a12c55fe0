"""All that can be said of a fixture file: what is wrong, what is odd, and what it holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, cast

from ..errors import StartError
from ..store import JSON
from .asks import queries_in, read_asks
from .checks import problems_of
from .names import USUAL_SEED, FakerNames
from .reading import parse_file, schema_problems
from .shapes import FixtureContent, PopulationEntry
from .templates import NAMES_NOTHING, TemplateError
from .tenants import filled_tenants

MOST_PROBLEMS: Final = 20
COUNTED: Final = (
    ("people", "person", "people"),
    ("insights", "insight", "insights"),
    ("dashboards", "dashboard", "dashboards"),
)


@dataclass(frozen=True, slots=True)
class Report:
    """`problems` keep a file from being served, `notes` do not; `summary` is what it holds."""

    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    summary: str = ""


def check_file(path: Path) -> Report:
    """Check a file as far as it can be without running its queries; never raises."""
    try:
        parsed = parse_file(path)
    except StartError as error:
        return Report((str(error).removeprefix(f"{path}: "),))
    problems = tuple(islice(schema_problems(parsed), MOST_PROBLEMS))
    if problems:
        return Report(problems)
    content = cast("FixtureContent", parsed)
    problems = tuple(islice(problems_of(content), MOST_PROBLEMS)) or tuple(_template_problems(content))
    return Report(problems) if problems else Report((), tuple(_notes(content)), summary(content))


def summary(content: FixtureContent) -> str:
    """What a fixture holds, in numbers."""
    parts = []
    for section, one, many in COUNTED:
        entries = cast("Mapping[str, list[Mapping[str, JSON]]]", content).get(section) or []
        count = sum(int(cast("int", entry.get("repeat", 1))) for entry in entries)
        parts.append(f"{count:,} {one if count == 1 else many}")
    results = len(content.get("results") or [])
    if results:
        parts.append(f"{results:,} recorded result{'s' if results > 1 else ''}")
    return ", ".join([*parts, _events(content.get("population"))])


def _events(population: PopulationEntry | None) -> str:
    if not population:
        return "no events"
    from .dataset import build_dataset

    weeks = population["weeks"]
    count = len(build_dataset(population, USUAL_SEED).times)
    return f"{count:,} events in {weeks} week{'s' if weeks > 1 else ''}"


def _template_problems(content: FixtureContent) -> Iterator[str]:
    names = FakerNames(USUAL_SEED, content.get("locale") or "en_US")
    try:
        filled_tenants(content, names)
    except TemplateError as error:
        yield f"{error.text!r} {NAMES_NOTHING}"
    except StartError as error:
        yield str(error)
        return
    for provider in (content.get("population") or {}).get("names") or {}:
        try:
            names.make(provider, "check")
        except (AttributeError, TypeError):
            yield f"population.names: Faker makes no texts called {provider!r}; expected one such as company"


def _notes(content: FixtureContent) -> Iterator[str]:
    """Insights that ask for events which nobody sends."""
    population = content.get("population")
    insights = content.get("insights") or []
    if not population:
        if insights:
            yield "there is no population, so that charts are empty until events are sent"
        return
    sent = {step["event"] for steps in population["visits"].values() for step in steps}
    actions = {
        f"@actions/{action['key']}": str(step["event"])
        for action in content.get("actions") or []
        for step in action["steps"]
        if step.get("event")
    }
    for place, entry in enumerate(insights):
        queries, filters = queries_in([cast("Mapping[str, JSON]", entry)])
        for name in read_asks(queries, filters, actions).events:
            if name not in sent:
                yield f"insights[{place}] ({entry['key']}): nobody sends {name!r}"
