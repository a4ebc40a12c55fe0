"""A population made up so that queries have something to show: it sends the events that they ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from ..store import JSON
from .asks import Asks, PropertyAsk
from .shapes import EventEntry, PopulationEntry, StageEntry, StepEntry, TraitEntry
from .templates import slug
from .visits import MOST_NAMES

Row = dict[str, JSON]
MakeWord = Callable[[str], str]

WEEKS: Final = 16
BASE_URL: Final = "https://app.example"
MOST_VALUES: Final = 40
LEAST_VALUES: Final = 4
EVENTS_A_VISIT: Final = 8
MOST_ORDERS: Final = 40
MOST_PATHS: Final = 60
OF_IDENTITIES: Final = frozenset(("email", "name", "company"))
"""What people who have told who they are have anyway."""

AMOUNTS: Final = (1, 3, 5, 9, 12, 19, 29, 49, 120)
INITIAL: Final = "$initial_"

BACKGROUND: Final[tuple[tuple[str, tuple[Row, ...]], ...]] = (
    (
        "device",
        (
            {"weight": 5, "$device_type": "Desktop", "$os": "Mac OS X", "$browser": "Chrome"},
            {"weight": 4, "$device_type": "Desktop", "$os": "Windows", "$browser": "Chrome"},
            {"weight": 2, "$device_type": "Desktop", "$os": "Mac OS X", "$browser": "Safari"},
            {"weight": 1, "$device_type": "Desktop", "$os": "Linux", "$browser": "Firefox"},
            {"weight": 3, "$device_type": "Mobile", "$os": "iOS", "$browser": "Mobile Safari"},
            {"weight": 2, "$device_type": "Mobile", "$os": "Android", "$browser": "Chrome"},
        ),
    ),
    (
        "country",
        (
            {"weight": 6, "$geoip_country_code": "US", "$geoip_country_name": "United States"},
            {"weight": 3, "$geoip_country_code": "GB", "$geoip_country_name": "United Kingdom"},
            {"weight": 3, "$geoip_country_code": "DE", "$geoip_country_name": "Germany"},
            {"weight": 2, "$geoip_country_code": "FR", "$geoip_country_name": "France"},
            {"weight": 1, "$geoip_country_code": "IN", "$geoip_country_name": "India"},
            {"weight": 1, "$geoip_country_code": "BR", "$geoip_country_name": "Brazil"},
        ),
    ),
    (
        "origin",
        (
            {"weight": 5, "$referring_domain": "www.google.com", "utm_source": None},
            {"weight": 4, "$referring_domain": "$direct", "utm_source": None},
            {"weight": 2, "$referring_domain": "www.linkedin.com", "utm_source": "linkedin"},
            {"weight": 1, "$referring_domain": "newsletter.example", "utm_source": "newsletter"},
        ),
    ),
)


def asked_population(asks: Asks, make_word: MakeWord) -> PopulationEntry:
    """People whose visits send each event, in each funnel's order, with the values that filters look for.

    `make_word` gives a made-up word for a purpose, the same for the same one. Some 30,000 events in
    16 weeks. Beyond 250 different events the least asked for are left out.
    """
    visits = _visits(asks)
    weights = {name: 3 if name.startswith("usual") else 2 for name in visits}
    traits = _traits(asks, make_word)
    set_by_traits = {name for trait in traits for row in trait["choices"] for name in row}
    population: PopulationEntry = {
        "weeks": WEEKS,
        "base_url": max(asks.sites, key=lambda site: asks.sites[site], default=BASE_URL),
        "arrivals": {
            "first_week": 40,
            "last_week": 120,
            "weekdays": [20, 21, 21, 19, 15, 6, 7],
            "hours": [1, 1, 1, 1, 1, 2, 3, 5, 8, 10, 10, 9, 8, 9, 10, 10, 9, 8, 6, 5, 4, 3, 2, 1],
        },
        "names": {"first_name": 120, "last_name": 160, "company": 60},
        "gaps": [4, 8, 15, 24, 40, 75, 160],
        "traits": traits,
        "stages": _stages(weights),
        "visits": visits,
    }
    own = _own_properties(asks, set_by_traits, visits)
    return {**population, "events": own} if own else population


def _stages(weights: dict[str, int]) -> list[StageEntry]:
    return [
        {
            "name": "visitor",
            "visits": weights,
            "habit": {"daily": [120, 80, 60], "weekly": [220, 180, 140, 100], "visits": weights},
        },
        {
            "name": "known",
            "identified": True,
            "chance": 550,
            "delays": {"10m": 4, "1d": 2, "4d": 1},
            "visits": weights,
            "habit": {
                "daily": [500, 420, 380, 350, 330],
                "weekly": [620, 560, 520, 480, 450],
                "visits_a_week": [5, 3, 2, 1],
                "visits": weights,
            },
        },
    ]


def _visits(asks: Asks) -> dict[str, list[StepEntry]]:
    """The asked paths and events, a few a visit, and each funnel as a visit of its own."""
    events = _most_asked(asks.events, MOST_NAMES - 1)
    paths = _most_asked(asks.paths, MOST_PATHS)
    begins_with = "$pageview" if "$pageview" in events or not events else events[0]
    first: StepEntry = {"event": begins_with, "path": "/"}
    pages: list[StepEntry] = [
        {"event": "$pageview", "path": path, "chance": 500, "stay": 900} for path in paths
    ]
    rest: list[StepEntry] = [
        {"event": name, "chance": 700, "stay": 950} for name in events if name != first["event"]
    ]
    visits: dict[str, list[StepEntry]] = {}
    if first["event"] == "$pageview":
        rest = [*pages, *rest]
    for number, start in enumerate(range(0, max(len(rest), 1), EVENTS_A_VISIT), 1):
        visits[f"usual_{number}"] = [first, *rest[start : start + EVENTS_A_VISIT]]
    orders = sorted(asks.orders, key=lambda order: -asks.orders[order])[:MOST_ORDERS]
    for number, order in enumerate(orders, 1):
        kept = [name for name in order if name in events]
        if len(kept) > 1:
            visits[f"funnel_{number}"] = [_step(name, place) for place, name in enumerate(kept)]
    return visits


def _step(name: str, place: int) -> StepEntry:
    step: StepEntry = {"event": name, "stay": 780}
    return {**step, "path": "/" if place == 0 else f"/step-{place + 1}"} if name == "$pageview" else step


def _most_asked(asked: Mapping[str, int], most: int) -> list[str]:
    """The names most often asked for, in the order of their first asking."""
    kept = set(sorted(asked, key=lambda name: -asked[name])[:most])
    return [name for name in asked if name in kept]


def _traits(asks: Asks, make_word: MakeWord) -> list[TraitEntry]:
    traits: list[TraitEntry] = []
    done: set[str] = set()
    for name, rows in BACKGROUND:
        trait, names = _background(name, rows, asks)
        traits.append(trait)
        done |= names
    taken = {trait["name"] for trait in traits}
    for name, ask in asks.properties.items():
        if name in done or (name in OF_IDENTITIES and ask.of_person):
            continue
        if ask.numeric and ask.measured_on and not ask.elsewhere and not ask.of_person:
            continue
        key = _free(slug(name).replace("-", "_"), taken)
        values = _values(name, ask, make_word)
        trait = {"name": key, "choices": [{"weight": weight, name: value} for value, weight in values]}
        if ask.of_person:
            trait["on_person"] = {name: name}
        else:
            trait["each"] = "visit"
        traits.append(trait)
    return traits


def _free(name: str, taken: set[str]) -> str:
    tried, number = name, 2
    while tried in taken:
        tried, number = f"{name}_{number}", number + 1
    taken.add(tried)
    return tried


def _background(name: str, rows: Sequence[Row], asks: Asks) -> tuple[TraitEntry, set[str]]:
    """A trait that every project has, with rows for values of its properties that are asked for besides."""
    choices = [dict(row) for row in rows]
    names = set(rows[0]) - {"weight"}
    of_person = {each: each for each in names if each in asks.properties and asks.properties[each].of_person}
    handled = set(names)
    for each in sorted(names):
        initial = INITIAL + each.removeprefix("$")
        handled.add(initial)
        if initial in asks.properties:
            of_person[initial] = each
        for asked in (each, initial):
            ask = asks.properties.get(asked)
            known = {row[each] for row in choices}
            for value in list(ask.values.values())[:MOST_VALUES] if ask else ():
                if value not in known:
                    choices.append({**rows[0], "weight": 2, each: value})
    trait: TraitEntry = {"name": name, "choices": choices}
    return ({**trait, "on_person": of_person} if of_person else trait), handled


def _values(name: str, ask: PropertyAsk, make_word: MakeWord) -> list[tuple[JSON, int]]:
    """Values of a property with their weights: those that are looked for, and some more."""
    found: list[tuple[JSON, int]] = [(value, 3) for value in list(ask.values.values())[:MOST_VALUES]]
    if ask.numeric:
        found += [(value, 2) for value in _numbers(ask.limits)]
    elif found and {str(value).lower() for value, _ in found} <= {"true", "false"}:
        both: tuple[JSON, ...] = (True, False) if isinstance(found[0][0], bool) else ("true", "false")
        found = [(value, 3) for value in both]
    else:
        found += [(make_word(f"{name} {number}"), 2) for number in range(len(found), LEAST_VALUES)]
    return [*found, (None, 2)] if ask.may_be_absent else found


def _numbers(limits: Sequence[float]) -> list[JSON]:
    """Numbers on both sides of each limit; usual amounts where there is none."""
    if not limits:
        return list(AMOUNTS)
    near = [limit * factor for limit in limits[:8] for factor in (0.4, 0.8, 1, 1.25, 2)]
    whole = all(limit == int(limit) for limit in limits)
    return list(dict.fromkeys(round(each) if whole else round(each, 4) for each in near))


def _own_properties(
    asks: Asks, taken: set[str], visits: Mapping[str, Sequence[StepEntry]]
) -> dict[str, EventEntry]:
    """Numbers that sums and averages of one event ask for."""
    sent = {step["event"] for steps in visits.values() for step in steps}
    made: dict[str, EventEntry] = {}
    for name, ask in asks.properties.items():
        if name in taken or not ask.numeric:
            continue
        for event in ask.measured_on:
            if event in sent:
                choices: list[JSON] = [{"value": value} for value in _numbers(ask.limits)]
                properties = made.setdefault(event, {"properties": {}})["properties"]
                properties[name] = {"choices": choices}
    return made
