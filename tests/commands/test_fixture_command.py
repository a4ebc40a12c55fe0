"""`mockserver fixture new` and `check`, as a person at a terminal meets them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockserver.cli import main
from mockserver.seeding.reading import load_fixture

Captured = pytest.CaptureFixture[str]


def test_a_new_fixture_is_small_complete_and_named(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "mine.yaml"
    assert main(["fixture", "new", str(path), "--name", 'My "own" shop: 1']) == 0
    assert (
        capsys.readouterr().out == f"wrote {path}; serve it with: mockserver --fixture {path} --watch true\n"
    )
    assert path.read_text("utf-8").startswith("# yaml-language-server: $schema=fixture.schema.json\n")
    assert (tmp_path / "fixture.schema.json").is_file()
    assert load_fixture(str(path)).content["project"]["name"] == 'My "own" shop: 1'
    assert main(["fixture", "check", "--calculate", str(path)]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"{path}: fine; 1 person, 1 insight, 1 dashboard, ")
    assert shown.endswith(" events in 8 weeks\n")
    assert shown.count("\n") == 1


def test_a_new_fixture_may_begin_with_another_and_writes_over_nothing(
    tmp_path: Path, capsys: Captured
) -> None:
    path = tmp_path / "mine.yaml"
    assert main(["fixture", "new", str(path), "--from", "empty"]) == 0
    assert main(["fixture", "new", str(path)]) == 2
    assert main(["fixture", "new", str(path), "--from", "nothing", "--force"]) == 2
    assert main(["fixture", "new", str(path), "--from", "demo", "--name", "x", "--force"]) == 2
    said = capsys.readouterr().err
    assert "is there already; choose another name, or --force" in said
    assert "unknown fixture 'nothing'" in said
    assert "--name goes with the small fixture" in said
    assert load_fixture(str(path)).content["project"]["name"] == "Empty project"
    assert main(["fixture", "new", str(path), "--force"]) == 0
    assert load_fixture(str(path)).content["project"]["name"] == "My company"


HEAD = """format: 1
organization: {name: A}
project: {name: B}
people: [{key: me, first_name: C, email: c@example.com}]
"""
POPULATION = """
population:
  weeks: 1
  base_url: https://a.example
  arrivals:
    first_week: 5
    last_week: 5
    weekdays: [1, 1, 1, 1, 1, 1, 1]
    hours: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
  gaps: [5]
  stages: [{name: visitor, visits: {look: 1}}]
  visits: {look: [{event: seen}]}
"""


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("format: [", ["line 2, column 1: not valid YAML: "]),
        (HEAD + "insights: [{key: a, nme: x}, {key: A b}]", ["insights[0]: ", "insights[1].key: "]),
        (
            HEAD + "insights: [{key: a, by: you}, {key: a}]",
            ["insights[1].key: 'a' is already taken", "insights[0].by: 'you' is not among people"],
        ),
        (HEAD + 'insights: [{key: a, name: "{{ no_such_thing }}"}]', ["'{{ no_such_thing }}' names nothing"]),
        (
            HEAD + "locale: xx_YY\n" + 'insights: [{key: a, name: "{{ first_name }}"}]',
            ["locale: Faker has no xx_YY"],
        ),
        (
            HEAD + POPULATION + "  names: {frst_name: 3}\n",
            ["population.names: Faker makes no texts called 'frst_name'"],
        ),
    ],
)
def test_every_mistake_is_told_with_its_place(
    text: str, lines: list[str], tmp_path: Path, capsys: Captured
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text, "utf-8")
    assert main(["fixture", "check", str(path)]) == 1
    shown = capsys.readouterr().out.splitlines()
    assert len(shown) == len(lines)
    for line, begin in zip(sorted(shown), sorted(f"{path}: {each}" for each in lines), strict=True):
        assert line.startswith(begin)


def test_what_is_odd_is_noted_and_no_mistake(tmp_path: Path, capsys: Captured) -> None:
    asks = "insights: [{key: a, query: {kind: TrendsQuery, series: [{kind: EventsNode, event: not seen}]}}]\n"
    without, other = tmp_path / "without.yaml", tmp_path / "other.yaml"
    without.write_text(HEAD + asks, "utf-8")
    other.write_text(HEAD + asks + POPULATION, "utf-8")
    assert main(["fixture", "check", str(without), str(other), "--calculate"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{without}: note: there is no population, so that charts are empty until events are sent",
        f"{without}: note: insight 1 shows nothing",
        f"{without}: fine; 1 person, 1 insight, 0 dashboards, no events",
        f"{other}: note: insights[0] (a): nobody sends 'not seen'",
        f"{other}: note: insight 1 shows nothing",
        f"{other}: fine; 1 person, 1 insight, 0 dashboards, 5 events in 1 week",
    ]


def test_a_query_that_fails_is_a_mistake(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "mine.yaml"
    sql = "insights: [{key: a, name: Mine, query: {kind: HogQLQuery, query: SELECT 1 FROM nowhere}}]\n"
    path.write_text(HEAD + sql + POPULATION, "utf-8")
    assert main(["fixture", "check", str(path)]) == 0
    assert main(["fixture", "check", "--calculate", str(path)]) == 1
    assert f"{path}: insight 'Mine': Unknown table `nowhere`." in capsys.readouterr().out


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path, capsys: Captured) -> None:
    assert main(["fixture", "check", str(tmp_path / "none.yaml")]) == 1
    assert "none.yaml: cannot read fixture" in capsys.readouterr().out
