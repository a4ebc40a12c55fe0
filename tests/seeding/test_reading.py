"""A fixture that cannot be used ends in one line that says where, what and what instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockserver.errors import StartError
from mockserver.seeding.loader import load_fixture

BARE = """
format: 1
organization: {name: A}
project: {name: B}
people: [{key: me, first_name: M, email: m@example.com}]
"""


def refusal(folder: Path, text: str) -> str:
    path = folder / "own.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(StartError) as caught:
        load_fixture(str(path))
    line = str(caught.value)
    assert "\n" not in line
    assert line.startswith(f"{path}: ")
    return line.removeprefix(f"{path}: ")


def test_an_unknown_fixture_is_answered_with_those_there_are() -> None:
    with pytest.raises(StartError, match="unknown fixture 'demmo'; choose demo, edge-cases, empty or a"):
        load_fixture("demmo")


def test_a_missing_file_is_named() -> None:
    with pytest.raises(StartError, match=r"cannot read fixture no/such\.yaml: no such file"):
        load_fixture("no/such.yaml")


def test_a_fixture_of_ones_own_is_found_again_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(BARE, "utf-8")
    fixture = load_fixture(str(path))
    assert load_fixture(fixture.name).fingerprint == fixture.fingerprint


def test_a_fixture_is_found_by_name_in_a_folder_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "mine.yml").write_text(BARE, "utf-8")
    assert load_fixture("mine", tmp_path).name == "mine"


def test_broken_yaml_is_placed_by_line(tmp_path: Path) -> None:
    assert refusal(tmp_path, "format: 1\npeople: [").startswith("line 3, column 1: not valid YAML")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "the whole file: "),
        (BARE.replace("format: 1", "format: 2"), "format: 1 was expected"),
        (BARE + "colour: red", "('colour' was unexpected)"),
        (
            BARE + "insights: [{key: a, created: yesterday}]",
            'insights[0].created: "yesterday" does not match',
        ),
        (BARE + "insights: [{key: a, name: 7}]", "insights[0].name: 7 is not of types"),
        (BARE + "insights: [{key: a, query: {kind: Nonsense}}]", 'insights[0].query.kind: "Nonsense"'),
        (BARE + "insights: [{key: a}, {key: a}]", "insights[1].key: 'a' is already taken"),
        (
            BARE + "insights: [{key: a, by: you}]",
            "insights[0].by: 'you' is not among people; expected one of me",
        ),
        (
            BARE + "dashboards: [{key: d, tiles: [{insight: a}]}]",
            "dashboards[0].tiles[0].insight: 'a' is not among insights; expected one of none",
        ),
        (
            BARE + "insights: [{key: a, query: {kind: TrendsQuery, series: [{id: '@actions/x'}]}}]",
            "insights[0].query.series[0].id: 'x' is not among actions",
        ),
    ],
)
def test_what_breaks_the_format_is_placed_by_its_keys(tmp_path: Path, text: str, said: str) -> None:
    assert said in refusal(tmp_path, text)


def test_an_unknown_time_zone_is_refused(tmp_path: Path) -> None:
    text = BARE.replace("{name: B}", "{name: B, timezone: Mars/Base}")
    assert refusal(tmp_path, text).startswith("project.timezone: 'Mars/Base' is not a time zone")


POPULATION = """
population:
  weeks: 2
  base_url: https://x.example
  arrivals: {first_week: 1, last_week: 1, weekdays: [1, 1, 1, 1, 1, 1, 1], hours: [%s]}
  gaps: [1]
  stages: [{name: one, visits: {%s: 1}}]
  visits: {look: [{event: "$pageview"}]}
  traits: [{name: t, choices: [{colour: red}], on_person: {shade: %s}}]
  events: {"$pageview": {properties: {%s: {by: %s, values: {red: 1}}}}}
"""
HOURS = ", ".join(["1"] * 24)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("other", "colour", "p", "colour"), "population.stages[0].visits: 'other' is not there"),
        (("look", "hue", "p", "colour"), "population.traits[0].on_person: 'hue' is not there"),
        (("look", "colour", "p", "hue"), "population.events.$pageview.properties.p.by: 'hue' is not there"),
        (("look", "colour", "colour", "colour"), "properties.colour: a trait already sets it"),
    ],
)
def test_a_population_that_names_what_is_not_there_is_refused(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    assert said in refusal(tmp_path, BARE + POPULATION % (HOURS, *words))
