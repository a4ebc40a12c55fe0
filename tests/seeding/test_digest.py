"""The same fixture and seed give the same bytes, on any machine and any day."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from mockserver.resource_files import bundled
from mockserver.seeding.digest import digest_entry, known_digest
from mockserver.seeding.loader import dataset_digest, load_fixture

from .conftest import NOW, fill

SHIPPED = ("demo", "empty", "edge-cases")
REMEDY = "if the change is meant: python -m mockserver.seeding.names"


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_fixture_has_the_committed_digest(name: str) -> None:
    committed = json.loads(bundled("fixtures/digests.json").read_text("utf-8"))[name]
    assert digest_entry(load_fixture(name)) == committed, REMEDY


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_fixture_has_a_digest(name: str) -> None:
    shipped = {path.stem for path in bundled("fixtures").glob("*.yaml")}
    assert shipped == set(SHIPPED) == set(json.loads(bundled("fixtures/digests.json").read_text("utf-8")))


def test_the_day_does_not_count() -> None:
    assert fill("empty").seeded.digest == fill("empty", now=NOW + timedelta(days=99)).seeded.digest


def test_another_seed_gives_another_digest() -> None:
    assert fill("empty", seed="2").seeded.digest != fill("empty", seed="1").seeded.digest


def test_another_seed_gives_other_events() -> None:
    fixture = load_fixture("edge-cases")
    assert dataset_digest(fixture, "1") != dataset_digest(fixture, "2")


def test_a_number_and_its_text_are_one_seed() -> None:
    fixture = load_fixture("empty")
    assert dataset_digest(fixture, 7) == dataset_digest(fixture, "7")


def test_a_changed_fixture_is_not_taken_for_the_committed_one(tmp_path: Path) -> None:
    for file in ("empty.yaml", "empty.names.json", "digests.json"):
        (tmp_path / file).write_bytes(bundled(f"fixtures/{file}").read_bytes())
    assert known_digest(load_fixture("empty", tmp_path), "1") is not None
    with (tmp_path / "empty.yaml").open("a") as changed:
        changed.write("description: another one\n".replace("description", "# description"))
    assert known_digest(load_fixture("empty", tmp_path), "1") is None
